import { describe, expect, it } from 'vitest';
import { numberParameters } from '../../../../../local/cloud/parts/named-parameters.ts';

describe('named parameters', () => {
  it.each([
    ['select :a, :b', 'select $1, $2', ['a', 'b']],
    ['select :1, :2, :1', 'select $1, $2, $1', ['1', '2']],
    ['select :a::int, x::text', 'select $1::int, x::text', ['a']],
    ["select ':a', 'it''s :a', :b", "select ':a', 'it''s :a', $1", ['b']],
    ["select E'\\':a', :b", "select E'\\':a', $1", ['b']],
    ['select ":a" as ":""b", :c', 'select ":a" as ":""b", $1', ['c']],
    ['select $$:a$$, $t$ $$ :b $t$, :c', 'select $$:a$$, $t$ $$ :b $t$, $1', ['c']],
    ['select 1 -- :a\n, :b', 'select 1 -- :a\n, $1', ['b']],
    ['select /* :a\n */ :b', 'select /* :a\n */ $1', ['b']],
    ['select /* :a /* :a */ :a */ :b', 'select /* :a /* :a */ :a */ $1', ['b']],
    ["select '/*', :b, '*/'", "select '/*', $1, '*/'", ['b']],
    ['select $a$ :a $A$ :a $a$, :b', 'select $a$ :a $A$ :a $a$, $1', ['b']],
    ['select a$b$c, :a, d$b$e', 'select a$b$c, $1, d$b$e', ['a']],
    ["select x like':a', :b", "select x like':a', $1", ['b']],
    ["select E'\\\n:a', e'\\\\', :b", "select E'\\\n:a', e'\\\\', $1", ['b']],
    ['select list[:from:2], list[1::to]', 'select list[$1$2], list[1::to]', ['from', '2']],
    ['do(a := 1, :b)', 'do(a := 1, $1)', ['b']],
    ['select 1', 'select 1', []],
  ])('of %s are numbered', (sql, text, names) => {
    expect(numberParameters(sql)).toEqual({ text, names });
  });
});
