import * as z from 'zod';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { tellUnknownFields, type UnknownFieldListener, type WireObject } from './known-fields.ts';
import { checkWire, readWire } from './wire-text.ts';

/** A page of 1,000 markets with long rules has some megabytes, and so has the list of all series. */
export const MAX_LIST_BYTES = 32_000_000;
/** More rows than any page has; all series, which come in one, are about 11,000. */
const MAX_ROWS = 100_000;

/** Rows of a list that could be read, beside those that could not, and the cursor of the next page. */
export type WireList<Row> = {
  readonly kind: 'page';
  readonly rows: readonly Row[];
  readonly refused: readonly FrameRefusal[];
  readonly cursor: string | null;
};

const cursorField = z.string().max(4_000).nullish();

/**
 * A list under a name in a body. A row that cannot be read stands aside and does not hide the others: what is missing is
 * merely not traded. An absent or null list is an empty one.
 */
export function decodeList<Schema extends z.ZodObject, Row>(
  text: string,
  {
    list,
    row,
    make,
  }: {
    readonly list: string;
    readonly row: WireObject<Schema>;
    readonly make: (checked: z.output<Schema>) => Row | FrameRefusal;
  },
  tell?: UnknownFieldListener,
): WireList<Row> | FrameRefusal {
  const body = z.object({ [list]: z.array(z.unknown()).max(MAX_ROWS).nullish() });
  const read = readWire(body.extend({ cursor: cursorField }), text, list, MAX_LIST_BYTES);
  if (read.kind === 'refused') return read;
  const rows: Row[] = [];
  const refused: FrameRefusal[] = [];
  const given: unknown = read.value[list];
  for (const value of Array.isArray(given) ? (given as readonly unknown[]) : []) {
    tellUnknownFields(row, value, tell);
    const made = decodeRow(row, value, make);
    if (made.kind === 'refused') refused.push(made);
    else rows.push(made.row);
  }
  const { cursor } = read.value;
  const next = typeof cursor === 'string' && cursor !== '' ? cursor : null;
  return { kind: 'page', rows, refused, cursor: next };
}

/** One object under a name in a body. */
export function decodeSingle<Schema extends z.ZodObject, Row>(
  text: string,
  {
    name,
    row,
    make,
  }: {
    readonly name: string;
    readonly row: WireObject<Schema>;
    readonly make: (checked: z.output<Schema>) => Row | FrameRefusal;
  },
  tell?: UnknownFieldListener,
): { readonly kind: 'row'; readonly row: Row } | FrameRefusal {
  const read = readWire(z.object({ [name]: z.unknown() }), text, name);
  if (read.kind === 'refused') return read;
  const value = read.value[name];
  tellUnknownFields(row, value, tell);
  return decodeRow(row, value, make);
}

function decodeRow<Schema extends z.ZodObject, Row>(
  row: WireObject<Schema>,
  value: unknown,
  make: (checked: z.output<Schema>) => Row | FrameRefusal,
): { readonly kind: 'row'; readonly row: Row } | FrameRefusal {
  const checked = checkWire(row.schema, value, row.name);
  if (checked.kind === 'refused') return checked;
  const made = make(checked.value);
  return isRefused(made) ? made : { kind: 'row', row: made };
}

function isRefused(made: unknown): made is FrameRefusal {
  return typeof made === 'object' && made !== null && 'kind' in made && made.kind === 'refused';
}
