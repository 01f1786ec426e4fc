import type * as z from 'zod';

/** An object of the exchange's REST interface: the schema of the fields that we read, and the names of those that we do not. */
export type WireObject<Schema extends z.ZodObject = z.ZodObject> = {
  /** The exchange's own name of it. */
  readonly name: string;
  readonly schema: Schema;
  readonly known: ReadonlySet<string>;
};

/** Told of each field that is not known; the object is used all the same. */
export type UnknownFieldListener = (object: string, field: string) => void;

/** `unread` are fields that the exchange is known to send and that we do not read. */
export function wireObject<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  unread: readonly string[],
): WireObject<Schema> {
  return { name, schema, known: new Set([...Object.keys(schema.shape), ...unread]) };
}

/** One look-up a field: 50 fields of a market take about a microsecond. */
export function tellUnknownFields(
  { name, known }: WireObject,
  value: unknown,
  tell: UnknownFieldListener | undefined,
): void {
  if (tell === undefined || typeof value !== 'object' || value === null) return;
  for (const field in value) if (!known.has(field)) tell(name, field);
}
