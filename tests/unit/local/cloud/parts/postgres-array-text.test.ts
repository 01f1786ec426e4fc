import { describe, expect, it } from 'vitest';
import { parseArrayText } from '../../../../../local/cloud/parts/postgres-array-text.ts';

describe("PostgreSQL's text of an array", () => {
  it.each([
    ['{}', []],
    ['{1,NULL,-2.5}', ['1', null, '-2.5']],
    ['{"NULL","",a b}', ['NULL', '', 'a b']],
    ['{"a \\"b\\"","c\\\\d","e,{f}"}', ['a "b"', 'c\\d', 'e,{f}']],
    [
      '{{1,2},{3,NULL}}',
      [
        ['1', '2'],
        ['3', null],
      ],
    ],
    ['[0:1]={x,y}', ['x', 'y']],
    ['{"line\nbreak"}', ['line\nbreak']],
  ])('%s is read', (text, expected) => {
    expect(parseArrayText(text)).toEqual(expected);
  });
});
