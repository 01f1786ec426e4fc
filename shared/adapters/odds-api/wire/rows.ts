import type * as z from 'zod';
import type { FrameRefusal } from '../../../ports/market-data.ts';

const MAX_DETAIL_LENGTH = 200;
/** No list of the vendor is as long. */
const MAX_ROWS = 20_000;

/** The rows of an answer that could be read, and what could not. */
export type Rows<Row> = {
  readonly rows: readonly Row[];
  readonly refused: readonly FrameRefusal[];
};

/** Reads an array row by row: one that cannot be read is refused, and the others go on. Null when it is no array. */
export function readRows<Schema extends z.ZodType, Row>(
  value: unknown,
  what: string,
  schema: Schema,
  rowOf: (data: z.output<Schema>) => Row | FrameRefusal,
): Rows<Row> | null {
  if (!Array.isArray(value) || value.length > MAX_ROWS) return null;
  const rows: Row[] = [];
  const refused: FrameRefusal[] = [];
  for (const item of value as readonly unknown[]) {
    const checked = schema.safeParse(item);
    const row = checked.success ? rowOf(checked.data) : malformed(what, checked.error);
    if (isRefusal(row)) refused.push(row);
    else rows.push(row);
  }
  return { rows, refused };
}

function isRefusal(row: unknown): row is FrameRefusal {
  return typeof row === 'object' && row !== null && 'kind' in row && row.kind === 'refused';
}

export function malformed(what: string, error: z.ZodError): FrameRefusal {
  const issue = error.issues[0];
  return refuse('malformed', `${what} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

export function refuse(code: FrameRefusal['code'], detail: string): FrameRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, MAX_DETAIL_LENGTH) };
}
