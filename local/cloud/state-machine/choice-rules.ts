import { ABSENT, compilePath, isObject, mustFind, type PathReader, type Sight } from './paths.ts';
import { MachineRefusal, StateError } from './state-error.ts';

export type ChoiceTest = (sight: Sight) => boolean;

type Kind = 'String' | 'Numeric' | 'Boolean' | 'Timestamp';

const ORDERS = {
  Equals: (order: number) => order === 0,
  LessThan: (order: number) => order < 0,
  LessThanEquals: (order: number) => order <= 0,
  GreaterThan: (order: number) => order > 0,
  GreaterThanEquals: (order: number) => order >= 0,
} as const;

/** A value as it is compared; null when it is not of the kind, which makes a comparison false. */
const READ: Readonly<Record<Kind, (value: unknown) => string | number | null>> = {
  String: (value) => (typeof value === 'string' ? value : null),
  Numeric: (value) => (typeof value === 'number' ? value : null),
  Boolean: (value) => (typeof value === 'boolean' ? Number(value) : null),
  Timestamp: (value) => (isTimestamp(value) ? Date.parse(value) : null),
};

const COMPARISON =
  /^(String|Numeric|Boolean|Timestamp)(Equals|(?:Less|Greater)Than(?:Equals)?)(Path)?$/;

const TYPE_TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  IsPresent: (value) => value !== ABSENT,
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => isTimestamp(value),
};

/** Compiles the test of a choice rule: And, Or, Not, or one comparison of a variable. */
export function compileChoice(rule: unknown, where: string): ChoiceTest {
  if (!isObject(rule)) throw new MachineRefusal(`${where} is a rule, not ${JSON.stringify(rule)}`);
  const names = Object.keys(rule).filter((name) => name !== 'Next' && name !== 'Comment');
  const parts = (list: unknown, name: string): readonly ChoiceTest[] => {
    if (!Array.isArray(list) || list.length === 0)
      throw new MachineRefusal(`${where}.${name} is a list of rules`);
    return list.map((each, index) => compileChoice(each, `${where}.${name}[${index}]`));
  };
  const [only] = names;
  if (names.length === 1 && only === 'And') {
    const tests = parts(rule['And'], 'And');
    return (sight) => tests.every((test) => test(sight));
  }
  if (names.length === 1 && only === 'Or') {
    const tests = parts(rule['Or'], 'Or');
    return (sight) => tests.some((test) => test(sight));
  }
  if (names.length === 1 && only === 'Not') {
    const test = compileChoice(rule['Not'], `${where}.Not`);
    return (sight) => !test(sight);
  }
  const operator = names.find((name) => name !== 'Variable');
  if (names.length !== 2 || operator === undefined) {
    throw new MachineRefusal(`${where} has a Variable and one comparison, not ${names.join(', ')}`);
  }
  const path = String(rule['Variable']);
  return compileComparison(operator, rule[operator], {
    where,
    path,
    variable: compilePath(rule['Variable'], `${where}.Variable`),
  });
}

type Variable = { readonly where: string; readonly path: string; readonly variable: PathReader };

function compileComparison(operator: string, expected: unknown, of: Variable): ChoiceTest {
  const typeTest = TYPE_TESTS[operator];
  if (typeTest !== undefined) return compileTypeTest(operator, typeTest, expected, of);
  if (operator === 'StringMatches') return compileMatches(expected, of);
  const match = COMPARISON.exec(operator);
  const kind = match?.[1] as Kind | undefined;
  const order = match?.[2] as keyof typeof ORDERS | undefined;
  if (kind === undefined || order === undefined || (kind === 'Boolean' && order !== 'Equals')) {
    throw new MachineRefusal(`${of.where} uses ${operator}, which is no comparison of a choice`);
  }
  const read = READ[kind];
  const holds = ORDERS[order];
  const other =
    match?.[3] === undefined ? literal(expected, read, operator, of) : otherVariable(expected, of);
  return (sight) => {
    const left = read(valueOf(of, sight));
    const right = read(other(sight));
    if (left === null || right === null) return false;
    return holds(compare(left, right));
  };
}

function compileTypeTest(
  operator: string,
  test: (value: unknown) => boolean,
  expected: unknown,
  of: Variable,
): ChoiceTest {
  if (typeof expected !== 'boolean') {
    throw new MachineRefusal(`${of.where}.${operator} is true or false`);
  }
  if (operator === 'IsPresent') return (sight) => test(of.variable(sight)) === expected;
  return (sight) => test(valueOf(of, sight)) === expected;
}

/** `*` is any text, `\*` a star and `\\` a backslash. */
function compileMatches(expected: unknown, of: Variable): ChoiceTest {
  if (typeof expected !== 'string') {
    throw new MachineRefusal(`${of.where}.StringMatches is text`);
  }
  const source = expected.replace(/\\([*\\])|[*]|[.+?^${}()|[\]\\/]/g, (whole, escaped?: string) =>
    escaped !== undefined ? `\\${escaped}` : whole === '*' ? '[\\s\\S]*' : `\\${whole}`,
  );
  const pattern = new RegExp(`^${source}$`);
  return (sight) => {
    const value = valueOf(of, sight);
    return typeof value === 'string' && pattern.test(value);
  };
}

function literal(
  expected: unknown,
  read: (value: unknown) => string | number | null,
  operator: string,
  of: Variable,
): (sight: Sight) => unknown {
  if (read(expected) === null) {
    throw new MachineRefusal(`${of.where}.${operator} is not given ${JSON.stringify(expected)}`);
  }
  return () => expected;
}

function otherVariable(expected: unknown, of: Variable): (sight: Sight) => unknown {
  const reader = compilePath(expected, of.where);
  return (sight) => mustFind(reader, sight, 'States.Runtime', expected);
}

/** A variable that is not there fails the machine, other than for IsPresent. */
function valueOf(of: Variable, sight: Sight): unknown {
  const value = of.variable(sight);
  if (value !== ABSENT) return value;
  throw new StateError(
    'States.Runtime',
    `Invalid path '${of.path}': The choice state's condition path references an invalid value.`,
  );
}

/** Texts by their UTF-16 units, numbers by size. */
function compare(left: string | number, right: string | number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** RFC 3339 with a capital T and a capital Z or an offset. */
export function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value));
}
