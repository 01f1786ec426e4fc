import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The models of the exchange's own TypeScript SDK, read from its generated declarations. TypeScript 7 has no stable
 * compiler interface, and the generator writes one field a line, so lines are what is read; a declaration that is
 * written otherwise fails the count of its fields.
 */

export type SdkField = {
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly type: string;
};
export type SdkModel = ReadonlyMap<string, SdkField>;

const DIST = join(
  dirname(createRequire(import.meta.url).resolve('kalshi-typescript/package.json')),
  'dist',
);

/** A field whose type is an object of its own goes on over further lines, which are indented more or close it. */
const FIELD = /^ {4}(?:'([\w-]+)'|\[key: string\])(\?)?: (.*?)(?:;|\{)$/;
const WITHIN = /^(?: {5}|    \}|$)/;
const INTERFACE = /export interface (\w+) \{\n(.*?)\n\}/gs;
const ENUM = /export declare const (\w+): \{\n(.*?)\n\};/gs;

export type Sdk = {
  readonly version: string;
  readonly models: ReadonlyMap<string, SdkModel>;
  /** The words of each enum. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Names of query parameters by path, such as `/markets/{ticker}`; path parameters are all `{}`. */
  readonly queries: ReadonlyMap<string, ReadonlySet<string>>;
};

export function readSdk(): Sdk {
  const models = new Map<string, SdkModel>();
  const enums = new Map<string, readonly string[]>();
  for (const text of filesOf('models', '.d.ts')) {
    for (const [, name = '', body = ''] of text.matchAll(INTERFACE))
      models.set(name, fieldsOf(body));
    for (const [, name = '', body = ''] of text.matchAll(ENUM))
      enums.set(
        name,
        [...body.matchAll(/readonly \w+: "(.*)";/g)].map(([, word = '']) => word),
      );
  }
  const manifest = JSON.parse(readFileSync(join(DIST, '../package.json'), 'utf8')) as {
    version: string;
  };
  return { version: manifest.version, models, enums, queries: readQueries() };
}

function fieldsOf(body: string): SdkModel {
  const bare = body.replaceAll(/\/\*\*.*?\*\//gs, '');
  const lines = bare.split('\n').filter((line) => line.trim() !== '' && !WITHIN.test(line));
  const fields = new Map<string, SdkField>();
  for (const line of lines) {
    const found = FIELD.exec(line);
    if (found === null) throw new Error(`a field of the SDK that is not read: ${line}`);
    const [, name, optional, type = ''] = found;
    if (name === undefined) continue;
    fields.set(name, {
      optional: optional !== undefined,
      nullable: type.split(' | ').includes('null'),
      type,
    });
  }
  return fields;
}

function readQueries(): ReadonlyMap<string, ReadonlySet<string>> {
  const queries = new Map<string, Set<string>>();
  for (const text of filesOf('api', '-api.js'))
    for (const part of text.split('const localVarPath = `').slice(1)) {
      const path = part.slice(0, part.indexOf('`')).replaceAll(/\{\w+\}/g, '{}');
      const names = queries.get(path) ?? new Set();
      for (const [, name = ''] of part.matchAll(/localVarQueryParameter\['(\w+)'\]/g))
        names.add(name);
      queries.set(path, names);
    }
  return queries;
}

function filesOf(folder: string, ending: string): readonly string[] {
  return readdirSync(join(DIST, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(DIST, folder, name), 'utf8'));
}
