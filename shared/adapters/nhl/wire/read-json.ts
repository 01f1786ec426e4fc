import { Buffer } from 'node:buffer';
import type * as z from 'zod';
import type { FrameRefusal } from '../../../ports/market-data.ts';

const MAX_DETAIL_LENGTH = 200;

/** A document of the given form, or why it is none: the path of what does not fit, and what was expected there. */
export function readJson<T>(
  text: string,
  { schema, maxBytes }: { readonly schema: z.ZodType<T>; readonly maxBytes: number },
): { readonly kind: 'read'; readonly value: T } | FrameRefusal {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) return refusal('oversized', `${bytes} bytes, at most ${maxBytes}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refusal('not_json', text);
  }
  const read = schema.safeParse(parsed);
  return read.success
    ? { kind: 'read', value: read.data }
    : refusal('malformed', issueText(read.error, []));
}

/** Where the first thing is that does not fit, and what was expected: `data.12.startTime: expected …`. */
export function issueText(error: z.ZodError, below: readonly (string | number)[]): string {
  const [issue] = error.issues;
  const path = [...below, ...(issue?.path ?? [])].map(String).join('.');
  return `${path}: ${issue?.message ?? 'does not fit'}`;
}

export function refusal(code: FrameRefusal['code'], detail: string): FrameRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, MAX_DETAIL_LENGTH) };
}
