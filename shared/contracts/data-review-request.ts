import * as z from 'zod';
import { REVIEW_WINDOWS } from '../domain/reports/review-window.ts';

/** 2008-01-01: US Eastern days are counted by the rules since 2007. */
const EARLIEST_MS = 1_199_145_600_000;

/**
 * What review-data is asked for: the last hour, or the last US Eastern day, that is over. `nowMs` takes the one that
 * was over then, to look at a window again.
 */
export const dataReviewRequestSchema = z.strictObject({
  window: z.enum(REVIEW_WINDOWS, {
    error: ({ input }) =>
      `is ${JSON.stringify(input) ?? 'missing'}; it must be one of ${REVIEW_WINDOWS.join(', ')}`,
  }),
  nowMs: z.int().min(EARLIEST_MS).optional(),
});
