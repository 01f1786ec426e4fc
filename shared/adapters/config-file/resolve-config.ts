import { configSchema, DEFAULT_CONFIG, type Config } from '../../contracts/config.ts';
import { crossFieldProblems } from '../../contracts/config-rules.ts';
import { nearestName } from '../../contracts/nearest-name.ts';
import { ConfigError, foundText, type ConfigProblem } from './config-problem.ts';
import {
  allowedAt,
  isTree,
  laidOver,
  leafPaths,
  valueAt,
  withValue,
  type Tree,
} from './config-tree.ts';

export type Origin = 'default' | 'file' | 'override';

/** A whole configuration, frozen for the run, and where each of its values came from. */
export type ResolvedConfig = {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, Origin>;
};

const KNOWN_PATHS = leafPaths(DEFAULT_CONFIG);

/**
 * The word at the end of a dotted path is often the one that was mistyped, so it is compared as a whole and by part.
 */
function suggestionFor(path: string): string | null {
  const [parent, last] = [path.split('.').slice(0, -1), path.split('.').at(-1) ?? ''];
  const siblings = valueAt(DEFAULT_CONFIG, parent);
  const sibling = isTree(siblings) ? nearestName(last, Object.keys(siblings)) : null;
  if (sibling !== null) return [...parent, sibling].join('.');
  const elsewhere = KNOWN_PATHS.filter((known) => known.endsWith(`.${last}`));
  return elsewhere.length === 1 ? (elsewhere[0] ?? null) : nearestName(path, KNOWN_PATHS);
}

function unknownKey(path: string): ConfigProblem {
  const parent = path.split('.').slice(0, -1);
  const known = valueAt(DEFAULT_CONFIG, parent);
  const names = isTree(known) ? Object.keys(known) : Object.keys(DEFAULT_CONFIG);
  return {
    path,
    found: 'no such setting',
    allowed: names.join(', '),
    suggestion: suggestionFor(path),
  };
}

/** A `path=value` of the command line. The value takes the type that the setting has; `null` is null. */
function parseOverride(text: string): { path: string; value: unknown } | ConfigProblem {
  const cut = text.indexOf('=');
  const path = cut === -1 ? text : text.slice(0, cut);
  if (cut < 1)
    return {
      path: text,
      found: `found --set ${text}`,
      allowed: '--set section.name=value',
      suggestion: suggestionFor(path),
    };
  const standard = valueAt(DEFAULT_CONFIG, path.split('.'));
  if (standard === undefined) return unknownKey(path);
  const written = text.slice(cut + 1);
  if (written === 'null') return { path, value: null };
  if (typeof standard !== 'number') return { path, value: written };
  return { path, value: /^-?\d+$/.test(written) ? Number(written) : written };
}

/** What zod found, in our words: one problem per unknown key or wrong value. */
function schemaProblems(tree: Tree): readonly ConfigProblem[] {
  const parsed = configSchema.safeParse(tree);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey([...path, key].join('.')));
    return [
      {
        path: path.join('.'),
        found: foundText(valueAt(tree, path)),
        allowed: allowedAt(configSchema, path),
        suggestion: null,
      },
    ];
  });
}

/** The tree with every value that is wrong put back to its default, so that rules between values still see the rest. */
function mended(tree: Tree, problems: readonly ConfigProblem[]): Config {
  let repaired = tree;
  for (const problem of problems) {
    const path = problem.path.split('.');
    repaired = withValue(repaired, path, valueAt(DEFAULT_CONFIG, path));
  }
  const kept = KNOWN_PATHS.reduce<Tree>(
    (copy, path) => withValue(copy, path.split('.'), valueAt(repaired, path.split('.'))),
    {},
  );
  return configSchema.parse(kept);
}

/**
 * Override > file > default, resolved once and frozen. Every problem is reported together; throws a `ConfigError`.
 * @param file what a configuration file holds, already read as JSON; null without one
 * @param overrides texts of the form `section.name=value`; a later one wins
 */
export function resolveConfig({
  file,
  overrides,
}: {
  readonly file: unknown;
  readonly overrides: readonly string[];
}): ResolvedConfig {
  const fromFile = file ?? {};
  if (!isTree(fromFile))
    throw new ConfigError([
      {
        path: '',
        found: foundText(fromFile),
        allowed: 'a JSON object of sections',
        suggestion: null,
      },
    ]);
  const parsed = overrides.map(parseOverride);
  const refused = parsed.filter((one) => 'found' in one);
  let tree = laidOver(DEFAULT_CONFIG, fromFile);
  const origins = new Map<string, Origin>(KNOWN_PATHS.map((path) => [path, 'default']));
  for (const path of leafPaths(fromFile)) origins.set(path, 'file');
  for (const one of parsed) {
    if ('found' in one) continue;
    tree = withValue(tree, one.path.split('.'), one.value);
    origins.set(one.path, 'override');
  }
  const wrong = schemaProblems(tree);
  const config = mended(tree, wrong);
  const between = crossFieldProblems(config).filter(
    ({ path }) => !wrong.some((problem) => problem.path === path),
  );
  const problems = [
    ...refused,
    ...wrong,
    ...between.map(({ path, allowed }) => ({
      path,
      found: foundText(valueAt(config, path.split('.'))),
      allowed,
      suggestion: null,
    })),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: deepFrozen(config), origins };
}

function deepFrozen<T>(value: T): T {
  if (isTree(value)) for (const below of Object.values(value)) deepFrozen(below);
  return Object.freeze(value);
}
