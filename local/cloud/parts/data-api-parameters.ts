import * as z from 'zod';
import { AwsError } from './aws-error.ts';

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
