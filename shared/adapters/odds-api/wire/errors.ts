import * as z from 'zod';

export const ERROR_CODES = {
  missingKey: 'MISSING_KEY',
  invalidKey: 'INVALID_KEY',
  deactivatedKey: 'DEACTIVATED_KEY',
  outOfCredits: 'OUT_OF_USAGE_CREDITS',
  tooFrequent: 'EXCEEDED_FREQ_LIMIT',
} as const;

const body = z.object({
  error_code: z.string().max(100).optional(),
  message: z.string().max(2_000).optional(),
});

/**
 * What the body of an answer that is no success says (public docs, "API Error Codes"): a used-up quota is a 401 too, so
 * its code decides there; null where the status does. What is said may repeat what was asked for.
 */
export function decodeError(value: unknown): {
  readonly problem: 'quota_exhausted' | 'rate_limited' | null;
  readonly said: string;
} {
  const read = body.safeParse(value);
  const { error_code: code = '', message = '' } = read.success ? read.data : {};
  const said = `${code} ${message}`;
  if (code === ERROR_CODES.outOfCredits) return { problem: 'quota_exhausted', said };
  return { problem: code === ERROR_CODES.tooFrequent ? 'rate_limited' : null, said };
}
