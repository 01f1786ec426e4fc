import { parseSync } from 'vite';

/** Where a number becomes a probability, or may be one, although nobody said it. */
export type MadeUp = { readonly line: number; readonly source: string; readonly why: string };

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** What makes a probability of a number. */
const MAKERS: ReadonlySet<string> = new Set([
  'probability',
  'clampProbability',
  'complementProbability',
  'impliedProbability',
]);
const NAMED_PROBABILITY = /probabilit/i;

/**
 * What in a file of the pricing path is a probability that the file itself holds: a constant given to a constructor, or
 * called a probability, or cast to one, or that stands in where something is not known. With `fractions` also every
 * number between 0 and 1, be it called what it may.
 */
export function madeUpProbabilities(
  path: string,
  source: string,
  { fractions }: { readonly fractions: boolean },
): readonly MadeUp[] {
  const { program, errors } = parseSync(path, source, { sourceType: 'module' });
  const [firstError] = errors;
  if (firstError !== undefined) throw new Error(`${path} does not parse: ${firstError.message}`);
  const found: MadeUp[] = [];
  for (const node of nodesOf(program)) {
    const why = reasonFor(node, fractions);
    if (why !== null)
      found.push({
        line: source.slice(0, node.start).split('\n').length,
        source: source.slice(node.start, node.end),
        why,
      });
  }
  return found.toSorted((a, b) => a.line - b.line);
}

function reasonFor(node: Node, fractions: boolean): string | null {
  switch (node.type) {
    case 'CallExpression': {
      const made = nodesIn(node['arguments']).some((argument) => constantOf(argument) !== null);
      return made && MAKERS.has(nameOf(node['callee']) ?? '') ? 'makes one of a constant' : null;
    }
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const isOne = typeNames(node['typeAnnotation']).some((name) => NAMED_PROBABILITY.test(name));
      return isOne ? 'casts to one' : null;
    }
    case 'Property':
    case 'PropertyDefinition':
      return calledOne(node['key'], node['value']);
    case 'VariableDeclarator':
      return calledOne(node['id'], node['init']);
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return calledOne(node['left'], node['right']);
    case 'LogicalExpression': {
      const value = constantOf(node['right']);
      const left = nameOf(node['left']) ?? '';
      const stands = isFraction(value) || (value !== null && NAMED_PROBABILITY.test(left));
      return stands ? 'stands in for what is not known' : null;
    }
    case 'Literal':
    case 'BinaryExpression':
      return fractions && isFraction(constantOf(node)) ? 'is a number between 0 and 1' : null;
    default:
      return null;
  }
}

function calledOne(name: unknown, value: unknown): string | null {
  if (!NAMED_PROBABILITY.test(nameOf(name) ?? '')) return null;
  return constantsIn(value).length > 0 ? 'calls a constant one' : null;
}

/** The constants that an expression may come to: itself, or what it chooses between. */
function constantsIn(value: unknown): readonly number[] {
  if (!isNode(value)) return [];
  if (value.type === 'ConditionalExpression')
    return [...constantsIn(value['consequent']), ...constantsIn(value['alternate'])];
  if (value.type === 'LogicalExpression')
    return [...constantsIn(value['left']), ...constantsIn(value['right'])];
  if (value.type === 'ArrayExpression') return nodesIn(value['elements']).flatMap(constantsIn);
  const constant = constantOf(value);
  return constant === null ? [] : [constant];
}

/** The number that literals alone come to, as a number or as a text of one; null for anything else. */
function constantOf(value: unknown): number | null {
  if (!isNode(value)) return null;
  switch (value.type) {
    case 'Literal': {
      const literal = value['value'];
      if (typeof literal === 'number') return literal;
      return typeof literal === 'string' && /^\d*\.\d+$/.test(literal) ? Number(literal) : null;
    }
    case 'UnaryExpression':
      return value['operator'] === '-' ? negated(constantOf(value['argument'])) : null;
    case 'BinaryExpression':
      return computed(value['operator'], constantOf(value['left']), constantOf(value['right']));
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return constantOf(value['expression']);
    default:
      return null;
  }
}

const negated = (value: number | null): number | null => (value === null ? null : -value);

function computed(operator: unknown, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '**':
      return a ** b;
    default:
      return null;
  }
}

const isFraction = (value: number | null): boolean => value !== null && value > 0 && value < 1;

function nameOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  switch (value.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return String(value['name']);
    case 'Literal':
      return String(value['value']);
    case 'MemberExpression':
      return nameOf(value['property']);
    case 'ChainExpression':
      return nameOf(value['expression']);
    default:
      return null;
  }
}

function typeNames(type: unknown): readonly string[] {
  if (!isNode(type)) return [];
  return [...nodesOf(type)].flatMap((node) => (node.type === 'Identifier' ? [nameOf(node)!] : []));
}

function* nodesOf(root: unknown): Generator<Node> {
  const waiting = [...nodesIn(root)];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    for (const value of Object.values(node)) waiting.push(...nodesIn(value));
  }
}

function nodesIn(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.filter(isNode);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
