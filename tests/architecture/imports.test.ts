import { describe, expect, test } from 'vitest';
import { filesBelow, read, sourceFolders } from './checkout.ts';
import { fileSize } from './rules.ts';
import { sourceFacts } from './source-facts.ts';
import { violations } from './violations.ts';

const files = sourceFolders
  .flatMap((folder) => filesBelow(folder, /\.(ts|mts|tsx|mjs)$/))
  .map((path) => sourceFacts(path, read(path)));
const imports = files.flatMap((file) => file.imports);

describe(`the house: ${files.length} files, ${imports.length} imports`, () => {
  test('something was looked at, so that a pass means something', () => {
    const domain = files.filter(({ path }) => path.startsWith('shared/domain/'));
    expect(domain.length).toBeGreaterThan(0);
    expect(domain.flatMap((file) => file.imports).length).toBeGreaterThan(0);
    expect(imports.length).toBeGreaterThan(files.length / 2);
  });

  test('every file imports what its folder may, and reads no clock where time is a value', () => {
    expect(files.flatMap(violations)).toEqual([]);
  });

  test(`no file is longer than ${fileSize.limit} lines`, () => {
    const sized = files.filter(({ path }) =>
      fileSize.folders.some((folder) => path.startsWith(folder)),
    );
    const longerThan = (lines: number): readonly string[] =>
      sized.filter((file) => file.lines > lines).map((file) => `${file.path}: ${file.lines} lines`);
    const toThinkAbout = longerThan(fileSize.thinkAgainAt);
    if (toThinkAbout.length > 0)
      console.warn(
        `over ${fileSize.thinkAgainAt} lines, think again:\n  ${toThinkAbout.join('\n  ')}`,
      );
    expect(longerThan(fileSize.limit)).toEqual([]);
  });
});
