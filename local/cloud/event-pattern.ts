/** Whether an event's JSON matches a rule. */
export type EventMatcher = (event: unknown) => boolean;

type Leaf = { readonly isThere: false } | { readonly isThere: true; readonly value: unknown };
type LeafMatcher = (leaf: Leaf) => boolean;
type Json = Readonly<Record<string, unknown>>;

/** The operators that a pattern may use; exact values are written without one. */
export const PATTERN_OPERATORS = [
  'prefix',
  'suffix',
  'equals-ignore-case',
  'anything-but',
  'numeric',
  'exists',
] as const;

/**
 * Compiles an EventBridge event pattern ("Comparison operators for use in event patterns" of the EventBridge guide):
 * every field must match, by any of its alternatives; of a list in the event any element may match. Throws for an
 * operator that is not served, naming it and where it stands.
 */
export function compilePattern(pattern: Json, path = '$'): EventMatcher {
  const fields = Object.entries(pattern).map(([name, expected]) => {
    const where = `${path}.${name}`;
    if (name.startsWith('$')) throw refusal(where, name);
    if (Array.isArray(expected)) return leafField(name, expected, where);
    if (!isJson(expected)) {
      throw new Error(`${where} of an event pattern is a list or an object, not ${show(expected)}`);
    }
    const nested = compilePattern(expected, where);
    return (event: Json) => elementsOf(event[name]).some(nested);
  });
  if (fields.length === 0) throw new Error(`${path} of an event pattern names no field`);
  return (event) => {
    // Nothing of a branch that is not there can match but {"exists": false}, so it is looked at as empty.
    const json = isJson(event) ? event : {};
    return fields.every((field) => field(json));
  };
}

function leafField(
  name: string,
  alternatives: readonly unknown[],
  where: string,
): (event: Json) => boolean {
  if (alternatives.length === 0) throw new Error(`${where} of an event pattern has no alternative`);
  const matchers = alternatives.map((alternative) => compileLeaf(alternative, where));
  return (event) => {
    const leaves = leavesOf(event, name);
    return matchers.some((matches) => leaves.some(matches));
  };
}

/** A pattern of fields looks for one element of a list that has them all. */
function elementsOf(value: unknown): readonly unknown[] {
  const elements: readonly unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  return elements.length === 0 ? [undefined] : elements;
}

/** A field's values, lists within lists alike. An object is no value, so that a field with nothing else is not there. */
function leavesOf(event: Json, name: string): readonly Leaf[] {
  const values = Object.hasOwn(event, name)
    ? elementsOf(event[name]).filter((value) => value !== undefined && !isJson(value))
    : [];
  return values.length === 0 ? [ABSENT] : values.map((value) => ({ isThere: true, value }));
}

const ABSENT: Leaf = { isThere: false };

function compileLeaf(alternative: unknown, where: string): LeafMatcher {
  if (Array.isArray(alternative)) {
    throw new Error(
      `${where} of an event pattern is a value or an operator, not ${show(alternative)}`,
    );
  }
  if (!isJson(alternative)) return (leaf) => leaf.isThere && leaf.value === alternative;
  const [operator, ...others] = Object.keys(alternative);
  if (operator === undefined || others.length > 0) {
    throw new Error(`${where} of an event pattern has one operator, not ${show(alternative)}`);
  }
  const argument = alternative[operator];
  switch (operator) {
    case 'exists':
      if (typeof argument !== 'boolean') throw refusal(where, `exists of ${show(argument)}`);
      return (leaf) => leaf.isThere === argument;
    case 'anything-but':
      return compileAnythingBut(argument, where);
    case 'numeric':
      return compileNumeric(argument, where);
    default:
      return onText(compileText(operator, argument, where));
  }
}

function compileText(
  operator: string,
  argument: unknown,
  where: string,
): (value: string) => boolean {
  if (operator !== 'prefix' && operator !== 'suffix' && operator !== 'equals-ignore-case') {
    throw refusal(where, operator);
  }
  if (typeof argument !== 'string') {
    throw refusal(where, `${operator} of ${show(argument)}`);
  }
  switch (operator) {
    case 'prefix':
      return (value) => value.startsWith(argument);
    case 'suffix':
      return (value) => value.endsWith(argument);
    case 'equals-ignore-case':
      return (value) => value.toLowerCase() === argument.toLowerCase();
  }
}

function onText(matches: (value: string) => boolean): LeafMatcher {
  return (leaf) => leaf.isThere && typeof leaf.value === 'string' && matches(leaf.value);
}

function compileAnythingBut(argument: unknown, where: string): LeafMatcher {
  if (isJson(argument)) {
    const [operator, ...others] = Object.keys(argument);
    if (operator === undefined || others.length > 0) throw refusal(where, show(argument));
    const matches = compileText(operator, argument[operator], where);
    return onText((value) => !matches(value));
  }
  const excluded: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (excluded.some((each) => typeof each === 'object' && each !== null)) {
    throw refusal(where, `anything-but of ${show(argument)}`);
  }
  return (leaf) => leaf.isThere && !excluded.includes(leaf.value);
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compileNumeric(argument: unknown, where: string): LeafMatcher {
  const parts: readonly unknown[] = Array.isArray(argument) ? argument : [];
  if (parts.length !== 2 && parts.length !== 4) throw refusal(where, `numeric ${show(argument)}`);
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compares = COMPARISONS[String(parts[index])];
    const bound = parts[index + 1];
    if (compares === undefined || typeof bound !== 'number') {
      throw refusal(where, `numeric ${show(argument)}`);
    }
    tests.push((value) => compares(value, bound));
  }
  return (leaf) => {
    const value = leaf.isThere ? leaf.value : null;
    return typeof value === 'number' && tests.every((test) => test(value));
  };
}

function refusal(where: string, operator: string): Error {
  return new Error(
    `${where} of an event pattern uses "${operator}", which is not one of ${PATTERN_OPERATORS.join(', ')}`,
  );
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
