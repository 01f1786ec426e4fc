import { parseArrayText, type ArrayText } from './postgres-array-text.ts';

/** One value as the Data API writes it. */
export type Field =
  | { readonly isNull: true }
  | { readonly booleanValue: boolean }
  | { readonly longValue: number }
  | { readonly doubleValue: JsonDouble }
  | { readonly stringValue: string }
  | { readonly blobValue: string }
  | { readonly arrayValue: ArrayValue };

/** JSON has no such numbers; the protocol writes their names. */
type JsonDouble = number | 'NaN' | 'Infinity' | '-Infinity';

type ArrayValue =
  | { readonly booleanValues: readonly (boolean | null)[] }
  | { readonly longValues: readonly (number | null)[] }
  | { readonly doubleValues: readonly (JsonDouble | null)[] }
  | { readonly stringValues: readonly (string | null)[] }
  | { readonly arrayValues: readonly ArrayValue[] };

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

/** PostgreSQL's text of a value (time zone UTC, ISO dates) as a field. */
export function fieldOf(text: string | null, type: ResultType, returns: ReturnTypes): Field {
  if (text === null) return { isNull: true };
  if (type.isArray) return { arrayValue: arrayOf(parseArrayText(text), type.shape) };
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

function arrayOf(values: ArrayText, shape: Shape): ArrayValue {
  if (values.some((each) => Array.isArray(each)))
    return {
      arrayValues: values.map((each) =>
        arrayOf(typeof each === 'object' ? (each ?? []) : [], shape),
      ),
    };
  const texts = values.map((each) => (typeof each === 'string' ? each : null));
  const each = <T>(read: (text: string) => T): readonly (T | null)[] =>
    texts.map((text) => (text === null ? null : read(text)));
  switch (shape) {
    case 'boolean':
      return { booleanValues: each((text) => text === 't') };
    case 'long':
      return { longValues: each(Number) };
    case 'double':
      return { doubleValues: each((text) => jsonDouble(Number(text))) };
    case 'instant':
      return { stringValues: each(withoutZone) };
    case 'decimal':
    case 'string':
    case 'blob':
      return { stringValues: texts };
  }
}

function jsonDouble(value: number): JsonDouble {
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
