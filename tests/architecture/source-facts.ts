import { parseSync } from 'vite';
import { localTimeMembers, realWorldGlobals } from './rules.ts';

export interface ImportFact {
  readonly line: number;
  /** `null` when it is computed at run time. */
  readonly specifier: string | null;
  readonly typesOnly: boolean;
  /** The names taken, `null` for all of them (namespace, `export *`, `import()`). */
  readonly names: readonly string[] | null;
}

export interface RealWorldUse {
  readonly line: number;
  readonly what: string;
}

export interface SourceFacts {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly ImportFact[];
  /** Every statement passes on something from another file. */
  readonly isBarrel: boolean;
  readonly realWorldUses: readonly RealWorldUse[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

interface Place {
  readonly node: Node;
  readonly parent: Node | null;
  readonly field: string;
}

/** What the architecture rules need to know of a file, from its syntax tree. A file that does not parse is an error. */
export function sourceFacts(path: string, source: string): SourceFacts {
  const { program, errors } = parseSync(path, source, { sourceType: 'module' });
  const [firstError] = errors;
  if (firstError !== undefined) throw new Error(`${path} does not parse: ${firstError.message}`);
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  const imports: ImportFact[] = [];
  const realWorldUses: RealWorldUse[] = [];
  const ownNames = new Set([...places(program)].map(nameBound));
  for (const place of places(program)) {
    const fact = importFact(place.node);
    if (fact !== null) imports.push({ ...fact, line: lineAt(place.node.start) });
    const what = realWorldUse(place, ownNames);
    if (what !== null) realWorldUses.push({ what, line: lineAt(place.node.start) });
  }
  const statements = nodesIn(program['body' as keyof typeof program]);
  return {
    path,
    lines: source.split('\n').length - (source.endsWith('\n') ? 1 : 0),
    imports,
    isBarrel: statements.length > 0 && statements.every(isReExport),
    realWorldUses,
  };
}

function importFact(node: Node): Omit<ImportFact, 'line'> | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      if (!isNode(node['source'])) return null;
      const specifiers = nodesIn(node['specifiers']);
      const kindField = node.type === 'ImportDeclaration' ? 'importKind' : 'exportKind';
      const isType = (part: Node): boolean => part[kindField] === 'type';
      return {
        specifier: literal(node['source']),
        typesOnly: isType(node) || (specifiers.length > 0 && specifiers.every(isType)),
        names: namesTaken(node, specifiers),
      };
    }
    case 'ImportExpression':
      return { specifier: literal(node['source']), typesOnly: false, names: null };
    case 'TSImportType':
      return { specifier: literal(node['source']), typesOnly: true, names: null };
    case 'TSExternalModuleReference':
      return { specifier: literal(node['expression']), typesOnly: false, names: null };
    case 'CallExpression':
      if (identifierName(node['callee']) !== 'require') return null;
      return { specifier: literal(nodesIn(node['arguments'])[0]), typesOnly: false, names: null };
    default:
      return null;
  }
}

function namesTaken(node: Node, specifiers: readonly Node[]): readonly string[] | null {
  if (node.type === 'ExportAllDeclaration') return null;
  const names = specifiers.map((specifier) => {
    if (specifier.type === 'ImportDefaultSpecifier') return 'default';
    return identifierName(specifier[specifier.type === 'ImportSpecifier' ? 'imported' : 'local']);
  });
  const isNamespace = specifiers.some(({ type }) => type === 'ImportNamespaceSpecifier');
  return isNamespace ? null : names.filter((name) => name !== null);
}

/**
 * Names what in this place reads the clock, chance or the machine. Crude in one way: a file that binds a name of its own
 * anywhere is believed to mean that one everywhere; the linter's no-restricted-globals knows scopes and is stricter.
 */
function realWorldUse(place: Place, ownNames: ReadonlySet<string | null>): string | null {
  const { node, parent } = place;
  const name = identifierName(node);
  if (name === null) return null;
  if (isOnlyAName(place)) return localTimeMembers.includes(name) ? `.${name}` : null;
  if (ownNames.has(name)) return null;
  if (realWorldGlobals.includes(name)) return name;
  if (name === 'Math') {
    const member = memberOf(place);
    return member === null || member === 'random' ? `Math.${member ?? '?'}` : null;
  }
  if (name !== 'Date' || parent === null || parent.type === 'TSTypeReference') return null;
  if (parent.type === 'NewExpression' && nodesIn(parent['arguments']).length > 0) return null;
  const member = memberOf(place);
  if (member === 'UTC' || member === 'parse') return null;
  if (parent.type === 'NewExpression') return 'new Date()';
  return member === null ? 'Date' : `Date.${member}`;
}

/** The member read of the object in this place; `null` if it is used whole or with a computed name. */
function memberOf({ node, parent }: Place): string | null {
  if (parent?.type !== 'MemberExpression' || parent['object'] !== node) return null;
  return parent['computed'] === true
    ? literal(parent['property'])
    : identifierName(parent['property']);
}

/** The name that this place makes: a parameter, a variable, a part of a pattern, an import. */
function nameBound({ node, parent, field }: Place): string | null {
  if (parent === null || isOnlyAName({ node, parent, field })) return null;
  const binds =
    field === 'params' ||
    field === 'local' ||
    (field === 'id' && parent.type === 'VariableDeclarator') ||
    (field === 'left' && parent.type === 'AssignmentPattern') ||
    (field === 'elements' && parent.type === 'ArrayPattern') ||
    (field === 'argument' && parent.type === 'RestElement');
  return binds ? identifierName(node) : null;
}

const KEYED = new Set([
  'Property',
  'MethodDefinition',
  'PropertyDefinition',
  'AccessorProperty',
  'TSPropertySignature',
  'TSMethodSignature',
  'TSAbstractPropertyDefinition',
  'TSAbstractMethodDefinition',
]);

/** Is the identifier in this place a member's or property's name, and no reference? */
function isOnlyAName({ parent, field }: Place): boolean {
  if (parent === null || parent['computed'] === true) return false;
  if (parent.type === 'MemberExpression') return field === 'property';
  if (parent.type === 'TSQualifiedName') return field === 'right';
  if (parent.type === 'TSNamedTupleMember') return field === 'label';
  return KEYED.has(parent.type) && field === 'key';
}

function isReExport(node: Node): boolean {
  if (node.type === 'ExportAllDeclaration') return true;
  return node.type === 'ExportNamedDeclaration' && isNode(node['source']);
}

function* places(root: unknown): Generator<Place> {
  const waiting: Place[] = isNode(root) ? [{ node: root, parent: null, field: '' }] : [];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    yield place;
    const parent = place.node;
    for (const [field, value] of Object.entries(parent))
      waiting.push(...nodesIn(value).map((node) => ({ node, parent, field })));
  }
}

function nodesIn(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.filter(isNode);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function identifierName(value: unknown): string | null {
  return isNode(value) && value.type === 'Identifier' ? String(value['name']) : null;
}

function literal(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'Literal' && typeof value['value'] === 'string') return value['value'];
  return value.type === 'TSLiteralType' ? literal(value['literal']) : null;
}
