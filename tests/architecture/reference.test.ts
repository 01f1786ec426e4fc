import { expect, test } from 'vitest';
import { referencePages } from '../../scripts/reference/pages.ts';
import { exists, filesBelow, read } from './checkout.ts';

const FOLDER = 'docs/reference/';
const pages = await referencePages();

test.each(pages)(
  'docs/reference/$file says what the code says (npm run docs)',
  ({ file, text }) => {
    expect(exists(`${FOLDER}${file}`)).toBe(true);
    expect(read(`${FOLDER}${file}`)).toBe(text);
  },
);

test('nothing else lies in docs/reference', () => {
  const names = pages.map(({ file }) => `${FOLDER}${file}`);
  expect(filesBelow('docs/reference', /./)).toEqual(names.toSorted());
});
