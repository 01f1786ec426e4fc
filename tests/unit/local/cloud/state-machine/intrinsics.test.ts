import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../../../local/cloud/state-machine/intrinsics.ts';

const sight = { input: { a: 'x', odd: '\\{}', list: [1] }, context: {} };
const evaluate = (text: string): unknown => compileExpression(text, 'here')(sight);

// "Reserved characters in intrinsic functions" of the Step Functions guide: ' { } and \ are written \' \{ \} and \\.
describe('a text in an expression', () => {
  it.each([
    [String.raw`States.Array('it\'s')`, ["it's"]],
    [String.raw`States.Array('a\\b', '\{\}', '{}')`, ['a\\b', '{}', '{}']],
    [String.raw`States.Array('ends in a backslash\\')`, ['ends in a backslash\\']],
    [String.raw`States.Array('a, b) c')`, ['a, b) c']],
    [String.raw`States.Format('it\'s \{{}\} of {}\\', $.a, 'a\\b')`, "it's {x} of a\\b\\"],
    [String.raw`States.Format('{}{}', $.odd, '\{\}')`, '\\{}{}'],
    [String.raw`States.Format(States.Format('{}', '\{\}'), $.a)`, 'x'],
  ])('%s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it.each(["States.Array('no end)", 'States.Array(1,)', 'States.Array(', '$.list.length'])(
    '%s has no value',
    (text) => {
      expect(() => evaluate(text)).toThrow();
    },
  );
});
