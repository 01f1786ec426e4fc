import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { deterministicFolders, importRules, namespaceOnly, type ImportRule } from './rules.ts';
import type { ImportFact, SourceFacts } from './source-facts.ts';

/** What is wrong with a file, one line each, ready to be read in a failing test. */
export function violations(facts: SourceFacts): readonly string[] {
  const at = (line: number, what: string): string => `${facts.path}:${line} ${what}`;
  const barrel = facts.isBarrel ? [at(1, 'only passes on other files: import them directly')] : [];
  return [
    ...barrel,
    ...importViolations(facts, at),
    ...(isDeterministic(facts.path)
      ? facts.realWorldUses.map(({ line, what }) =>
          at(line, `uses ${what}: here time and chance are values that are passed in`),
        )
      : []),
  ];
}

export function ruleFor(path: string): ImportRule | undefined {
  return importRules.find(({ files }) => matching(files, path) !== null);
}

function importViolations(
  { path, imports }: SourceFacts,
  at: (line: number, what: string) => string,
): readonly string[] {
  const rule = ruleFor(path);
  if (rule === undefined)
    return [at(1, 'lies in no folder that tests/architecture/rules.ts knows')];
  return imports.flatMap((fact) => {
    const problem = importProblem(path, fact, rule);
    return problem === null ? [] : [at(fact.line, `${problem} (${rule.why})`)];
  });
}

function importProblem(path: string, fact: ImportFact, rule: ImportRule): string | null {
  const { specifier } = fact;
  if (specifier === null)
    return rule.anyModule === true ? null : 'imports what only the run will tell';
  if (specifier.startsWith('.') && !/\.(ts|tsx|mts|mjs|json|css)$/.test(specifier))
    return `imports ${specifier} without its extension .ts`;
  const target = targetOf(path, specifier);
  if (target.startsWith('..') || target.startsWith('/')) return `imports ${specifier} from outside`;
  const same = matching(rule.files, path) ?? '';
  const allows = (pattern: string): boolean =>
    matching(pattern.replace('{same}', same), target) !== null;
  if (!rule.may.some(allows) || rule.never?.some(allows) === true)
    return `must not import ${target}`;
  if (rule.typesOnly?.some(allows) === true && !fact.typesOnly)
    return `may import only types from ${target}`;
  if (namespaceOnly.includes(target) && fact.names !== null && !fact.typesOnly)
    return `must import ${target} as a namespace`;
  const names = rule.names?.[target];
  if (names !== undefined && fact.names?.every((name) => names.includes(name)) !== true)
    return `may import only ${names.join(', ')} from ${target}`;
  return null;
}

/** A path from the root, `npm:` and the package, or `node:` and the module; subpaths of packages do not matter. */
function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  const [first = '', second = ''] = specifier.replace(/^node:/, '').split('/');
  if (isBuiltin(specifier)) return `node:${first}`;
  return `npm:${first.startsWith('@') ? `${first}/${second}` : first}`;
}

function isDeterministic(path: string): boolean {
  return deterministicFolders.some((folder) => matching(folder, path) !== null);
}

/** What the first `*` of the pattern stands for in the path (`''` without one), or `null` if the path does not match. */
function matching(pattern: string, path: string): string | null {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((part) => {
      if (part === '**') return '.*';
      return part === '*' ? '([^/]+)' : part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('');
  const match = new RegExp(`^${expression}${pattern.endsWith('/') ? '.*' : ''}$`).exec(path);
  return match === null ? null : (match[1] ?? '');
}
