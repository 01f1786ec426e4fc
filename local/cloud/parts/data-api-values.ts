import { types } from 'pg';
import * as z from 'zod';
import { AwsError } from './aws-error.ts';

/** One value as the Data API writes it. */
export type Field =
  | { readonly isNull: true }
  | { readonly booleanValue: boolean }
  | { readonly longValue: number }
  | { readonly doubleValue: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly stringValue: string }
  | { readonly blobValue: string }
  | { readonly arrayValue: ArrayValue };

type ArrayValue =
  | { readonly booleanValues: readonly (boolean | null)[] }
  | { readonly longValues: readonly (number | null)[] }
  | { readonly doubleValues: readonly (number | null)[] }
  | { readonly stringValues: readonly (string | null)[] }
  | { readonly arrayValues: readonly ArrayValue[] };

export const parameterSchema = z.looseObject({
  name: z.string().min(1),
  value: z.looseObject({
    isNull: z.boolean().nullish(),
    booleanValue: z.boolean().nullish(),
    longValue: z.int().nullish(),
    doubleValue: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).nullish(),
    stringValue: z.string().nullish(),
    blobValue: z.base64().nullish(),
    arrayValue: z.unknown().optional(),
  }),
  typeHint: z.enum(['DATE', 'DECIMAL', 'JSON', 'TIME', 'TIMESTAMP', 'UUID']).nullish(),
});
export type SqlParameter = z.infer<typeof parameterSchema>;
type TypeHint = NonNullable<SqlParameter['typeHint']>;

/** PostgreSQL's numbers of the types that parameters have; 0 leaves a null's type to the statement. */
const ANY = 0;
const BOOL = 16;
const BYTEA = 17;
const INT8 = 20;
const FLOAT8 = 701;
const VARCHAR = 1043;

/** What a hint makes of a string, and what the string must look like. */
const HINTS: Readonly<Record<TypeHint, { readonly oid: number; readonly pattern: RegExp }>> = {
  DATE: { oid: 1082, pattern: /^\d{4}-\d{2}-\d{2}$/ },
  DECIMAL: { oid: 1700, pattern: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/ },
  JSON: { oid: 114, pattern: /[\s\S]/ },
  TIME: { oid: 1083, pattern: /^\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/ },
  TIMESTAMP: { oid: 1114, pattern: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/ },
  UUID: { oid: 2950, pattern: /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i },
};

/** A parameter as it is bound: a declared type, never one that PostgreSQL may guess from the statement. */
export type BoundParameter = {
  readonly oid: number;
  readonly value: string | Buffer | null;
};

/** Throws what the Data API refuses: arrays, several values at once, strings that do not look like their hint. */
export function bindParameter({ name, value, typeHint }: SqlParameter): BoundParameter {
  if (value.arrayValue !== undefined && value.arrayValue !== null)
    throw new AwsError('BadRequestException', 'Array parameters are not supported.');
  const given = Object.values(value).filter((each) => each !== undefined && each !== null);
  if (given.length !== 1)
    throw new AwsError(
      'BadRequestException',
      `Parameter ${name} must have exactly one value; it has ${given.length}.`,
    );
  const hint = typeHint === undefined || typeHint === null ? null : HINTS[typeHint];
  if (typeof value.stringValue === 'string') {
    if (hint !== null && !hint.pattern.test(value.stringValue))
      throw new AwsError(
        'BadRequestException',
        `Value of parameter ${name} is no ${typeHint ?? ''} as the Data API takes it: ${value.stringValue.slice(0, 64)}`,
      );
    return { oid: hint?.oid ?? VARCHAR, value: value.stringValue };
  }
  if (typeof value.longValue === 'number') return { oid: INT8, value: String(value.longValue) };
  if (value.doubleValue !== undefined && value.doubleValue !== null)
    return { oid: FLOAT8, value: String(value.doubleValue) };
  if (typeof value.booleanValue === 'boolean')
    return { oid: BOOL, value: String(value.booleanValue) };
  if (typeof value.blobValue === 'string')
    return { oid: BYTEA, value: Buffer.from(value.blobValue, 'base64') };
  if (value.isNull === true) return { oid: hint?.oid ?? ANY, value: null };
  throw new AwsError('BadRequestException', `Parameter ${name} has no value that is supported.`);
}

export type Shape = 'boolean' | 'long' | 'double' | 'decimal' | 'string' | 'instant' | 'blob';

/** A type that results may have. `jdbc` is java.sql.Types, which columnMetadata speaks. */
export type ResultType = {
  readonly name: string;
  readonly jdbc: number;
  readonly shape: Shape;
  readonly isArray: boolean;
};

const scalar = (name: string, jdbc: number, shape: Shape): ResultType => ({
  name,
  jdbc,
  shape,
  isArray: false,
});

const JDBC_ARRAY = 2003;
const JDBC_VARCHAR = 12;

/** The scalar types of "Supported data types" of the Data API for Aurora PostgreSQL, with the number of their array. */
const SCALARS: readonly (readonly [oid: number, arrayOid: number, type: ResultType])[] = [
  [16, 1000, scalar('bool', -7, 'boolean')],
  [17, 1001, scalar('bytea', -2, 'blob')],
  [19, 1003, scalar('name', JDBC_VARCHAR, 'string')],
  [20, 1016, scalar('int8', -5, 'long')],
  [21, 1005, scalar('int2', 5, 'long')],
  [23, 1007, scalar('int4', 4, 'long')],
  [25, 1009, scalar('text', JDBC_VARCHAR, 'string')],
  [114, 199, scalar('json', 1111, 'string')],
  [650, 651, scalar('cidr', 1111, 'string')],
  [700, 1021, scalar('float4', 7, 'double')],
  [701, 1022, scalar('float8', 8, 'double')],
  [869, 1041, scalar('inet', 1111, 'string')],
  [1042, 1014, scalar('bpchar', 1, 'string')],
  [1043, 1015, scalar('varchar', JDBC_VARCHAR, 'string')],
  [1082, 1182, scalar('date', 91, 'string')],
  [1083, 1183, scalar('time', 92, 'string')],
  [1114, 1115, scalar('timestamp', 93, 'string')],
  [1184, 1185, scalar('timestamptz', 93, 'instant')],
  [1700, 1231, scalar('numeric', 2, 'decimal')],
  [2950, 2951, scalar('uuid', 1111, 'string')],
  [3802, 3807, scalar('jsonb', 1111, 'string')],
];

const RESULT_TYPES: ReadonlyMap<number, ResultType> = new Map(
  SCALARS.flatMap(([oid, arrayOid, type]) => [
    [oid, type],
    [arrayOid, { ...type, name: `_${type.name}`, jdbc: JDBC_ARRAY, isArray: true }],
  ]),
);

/** Null for a type that the Data API cannot return, or one that the database itself defines. */
export function builtInType(oid: number): ResultType | null {
  return RESULT_TYPES.get(oid) ?? null;
}

/** An enum of the database, which the Data API returns as a string. */
export function enumType(name: string): ResultType {
  return scalar(name, JDBC_VARCHAR, 'string');
}

export type ReturnTypes = {
  readonly decimals: 'STRING' | 'DOUBLE_OR_LONG';
  readonly longs: 'STRING' | 'LONG';
};

const parseArray = types.getTypeParser(1009, 'text');

/** PostgreSQL's text of a value (time zone UTC, ISO dates) as a field. */
export function fieldOf(text: string | null, type: ResultType, returns: ReturnTypes): Field {
  if (text === null) return { isNull: true };
  if (type.isArray) return { arrayValue: arrayOf(parseArray(text), type.shape) };
  switch (type.shape) {
    case 'boolean':
      return { booleanValue: text === 't' };
    case 'long':
      return returns.longs === 'STRING' ? { stringValue: text } : { longValue: Number(text) };
    case 'double':
      return { doubleValue: jsonDouble(Number(text)) };
    case 'decimal': {
      if (returns.decimals === 'STRING') return { stringValue: text };
      return /^-?\d+$/.test(text)
        ? { longValue: Number(text) }
        : { doubleValue: jsonDouble(Number(text)) };
    }
    case 'instant':
      return { stringValue: withoutZone(text) };
    case 'string':
      return { stringValue: text };
    case 'blob':
      return { blobValue: Buffer.from(text.slice('\\x'.length), 'hex').toString('base64') };
  }
}

function arrayOf(parsed: unknown, shape: Shape): ArrayValue {
  const values: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  if (values.some((each) => Array.isArray(each)))
    return { arrayValues: values.map((each) => arrayOf(each, shape)) };
  const texts = values.map((each) => (typeof each === 'string' ? each : null));
  const each = <T>(read: (text: string) => T): readonly (T | null)[] =>
    texts.map((text) => (text === null ? null : read(text)));
  switch (shape) {
    case 'boolean':
      return { booleanValues: each((text) => text === 't') };
    case 'long':
      return { longValues: each(Number) };
    case 'double':
      return { doubleValues: each(Number) };
    case 'instant':
      return { stringValues: each(withoutZone) };
    case 'decimal':
    case 'string':
    case 'blob':
      return { stringValues: texts };
  }
}

/** JSON has no such numbers; the protocol writes their names. */
function jsonDouble(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** The Data API's times carry no zone: they are UTC, and so is the session. */
function withoutZone(text: string): string {
  return text.replace(/\+00$/, '');
}

/** A field as formatRecordsAs JSON writes it. */
export function plainValue(field: Field): unknown {
  if ('isNull' in field) return null;
  if ('arrayValue' in field) return plainArray(field.arrayValue);
  return Object.values(field)[0];
}

function plainArray(value: ArrayValue): readonly unknown[] {
  if ('arrayValues' in value) return value.arrayValues.map(plainArray);
  return Object.values(value)[0] ?? [];
}
