import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonErrorOffset } from '../../../../shared/adapters/config-file/json-error-offset.ts';
import { loadConfig } from '../../../../shared/adapters/config-file/load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(text: string): string {
  const file = join(folder, 'config.json');
  writeFileSync(file, text);
  return file;
}

const load = (file: string) => loadConfig({ file, overrides: [] });

describe('loading a configuration file', () => {
  it('reads a file with a byte-order mark', () => {
    const file = fileWith('\uFEFF{"trading": {"maxPositions": 2}}');
    expect(load(file).config.trading.maxPositions).toBe(2);
  });

  it.each([
    ['{\n  "system": {\n    "stage": live\n  }\n}', ':3:14: not JSON'],
    ['{\n  "system": {\n    "stage": "live"', ':3:20: not JSON'],
    ['{"trading": {"maxPositions": 3,}}', ':1:32: not JSON'],
    ['{} {}', ':1:4: not JSON'],
    ['', ':1:1: not JSON'],
  ])('names line and column of %j', (text, where) => {
    expect(() => load(fileWith(text))).toThrow(where);
  });

  it('says that a file is missing, is a folder or is far too large', () => {
    expect(() => load(join(folder, 'none.json'))).toThrow('there is no such file');
    expect(() => load(folder)).toThrow('it is not a file');
    expect(() => load(fileWith(' '.repeat(1_048_577)))).toThrow('it has 1048577 bytes');
  });
});

describe('the offset of what is not JSON', () => {
  it.each(['[1, 2', '{"a" 1}', '[01]', '{"a": tru}', '"\\x"', '[1 2]', '{1: 2}', '"a', '-', '[,]'])(
    'lies within %j, where JSON.parse fails as well',
    (text) => {
      expect(() => JSON.parse(text)).toThrow();
      const offset = jsonErrorOffset(text);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(text.length);
    },
  );

  it('ends on nesting that is deeper than any configuration', () => {
    expect(jsonErrorOffset('['.repeat(100_000))).toBe(65);
  });
});
