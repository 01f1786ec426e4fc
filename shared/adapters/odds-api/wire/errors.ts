import * as z from 'zod';

/** Why an answer is none. `rate_limited` passes in seconds; `unauthorized`, `denied` and `quota_exhausted` do not. */
export type OddsApiProblem =
  | 'unauthorized'
  | 'denied'
  | 'quota_exhausted'
  | 'rate_limited'
  | 'refused_request'
  | 'server_error';

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
 * What an answer that is no success means (public docs, "API Error Codes"): a used-up quota is a 401 too, so the error
 * code decides there. The detail may repeat what was asked for; it is redacted by the caller.
 */
export function decodeProblem(
  status: number,
  value: unknown,
): { readonly problem: OddsApiProblem; readonly detail: string } {
  const read = body.safeParse(value);
  const code = read.success ? (read.data.error_code ?? '') : '';
  const said = read.success ? (read.data.message ?? '') : '';
  const detail = `HTTP ${status} ${code} ${said}`.replace(/\s+/g, ' ').trim().slice(0, 200);
  return { problem: problemOf(status, code), detail };
}

function problemOf(status: number, code: string): OddsApiProblem {
  if (code === ERROR_CODES.outOfCredits) return 'quota_exhausted';
  if (code === ERROR_CODES.tooFrequent || status === 429) return 'rate_limited';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'denied';
  // Whoever sends us elsewhere is not the vendor.
  return status >= 400 && status < 500 ? 'refused_request' : 'server_error';
}
