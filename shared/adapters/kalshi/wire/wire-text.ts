import { Buffer } from 'node:buffer';
import type * as z from 'zod';
import type { FrameRefusal } from '../../../ports/market-data.ts';

/** Larger than any frame or page the exchange is known to send; a book of 9,999 levels a side is about 450 kB. */
export const MAX_WIRE_BYTES = 4_000_000;

const MAX_DETAIL_LENGTH = 200;

export function refuseWire(code: FrameRefusal['code'], detail: string): FrameRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, MAX_DETAIL_LENGTH) };
}

export function isRefusal(value: object): value is FrameRefusal {
  return 'kind' in value && value.kind === 'refused';
}

/** True when the UTF-8 form is longer than the limit; counts only when the UTF-16 length leaves it open. */
export function isOversized(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && Buffer.byteLength(text, 'utf8') > maxBytes;
}

/** JSON of bounded size; never throws. */
export function readJson(
  text: string,
  maxBytes: number,
): { readonly kind: 'json'; readonly value: unknown } | FrameRefusal {
  if (isOversized(text, maxBytes))
    return refuseWire('oversized', `more than the ${maxBytes} bytes that are accepted`);
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'json', value };
  } catch {
    return refuseWire('not_json', `${text.length} characters that are not JSON`);
  }
}

/** Checks a value against a schema; the refusal names the first field that does not fit. */
export function checkWire<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): { readonly kind: 'checked'; readonly value: z.output<Schema> } | FrameRefusal {
  const checked = schema.safeParse(value);
  if (checked.success) return { kind: 'checked', value: checked.data };
  const issue = checked.error.issues[0];
  return refuseWire('malformed', `${what} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** `readJson` and `checkWire` in one. */
export function readWire<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
  maxBytes: number = MAX_WIRE_BYTES,
): { readonly kind: 'checked'; readonly value: z.output<Schema> } | FrameRefusal {
  const json = readJson(text, maxBytes);
  return json.kind === 'refused' ? json : checkWire(schema, json.value, what);
}
