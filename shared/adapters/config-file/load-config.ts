import { readFileSync, statSync } from 'node:fs';
import { jsonErrorOffset } from './json-error-offset.ts';
import { ConfigError, type ConfigProblem } from './config-problem.ts';
import { resolveConfig, type ResolvedConfig } from './resolve-config.ts';

/** Larger files are refused unread: a whole configuration is a few kilobytes. */
const MAX_FILE_BYTES = 1_048_576;
const ALLOWED = 'a readable JSON file of at most 1 MiB';

export type LoadedConfig = ResolvedConfig & { readonly file: string | null };

/**
 * Reads a configuration file, lays the overrides on it and resolves the rest from the defaults.
 * Throws a `ConfigError` that names the file, or every wrong value in it.
 */
export function loadConfig({
  file,
  overrides,
}: {
  readonly file: string | null;
  readonly overrides: readonly string[];
}): LoadedConfig {
  const content = file === null ? null : readJsonFile(file);
  return { ...resolveConfig({ file: content, overrides }), file };
}

function readJsonFile(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([
      {
        path: path + positionOf(text),
        found: `not JSON: ${reasonOf(error)}`,
        allowed: 'one JSON object of sections',
        suggestion: null,
      },
    ]);
  }
}

function readText(path: string): string {
  const refuse = (found: string): ConfigError => {
    const problem: ConfigProblem = { path, found, allowed: ALLOWED, suggestion: null };
    return new ConfigError([problem]);
  };
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw refuse('it is not a file');
    if (stat.size > MAX_FILE_BYTES) throw refuse(`it has ${stat.size} bytes`);
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw refuse(READ_FAILURES[code] ?? `it cannot be read (${code || String(error)})`);
  }
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  ENOTDIR: 'there is no such file',
};

/** `:line:column` of the first character that is wrong, both counted from one. */
function positionOf(text: string): string {
  const before = text.slice(0, jsonErrorOffset(text)).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** V8's reason without its position and without the excerpt of the text that it sometimes quotes. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/ (in JSON )?at position \d+.*$/s, '')
    .replace(/, (\.\.\.)?".*is not valid JSON$/s, '')
    .replaceAll('\n', ' ');
}
