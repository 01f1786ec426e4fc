import * as z from 'zod';
import {
  keepDataReview,
  type KeepDataReviewDeps,
} from '../../shared/application/keep-data-review.ts';
import type { DataReviewAnswer } from '../../shared/contracts/data-review.ts';
import { dataReviewRequestSchema } from '../../shared/contracts/data-review-request.ts';
import { windowBefore } from '../../shared/domain/reports/review-window.ts';
import type { Clock } from '../../shared/ports/clock.ts';

export type ReviewDataDeps = KeepDataReviewDeps & { readonly clock: Clock };

/**
 * Reviews the last hour or day that is over, as its schedule asks. A request that is none is refused with what is wrong
 * in it.
 */
export function reviewDataHandler(deps: ReviewDataDeps) {
  return async (event: unknown): Promise<DataReviewAnswer> => {
    const request = dataReviewRequestSchema.safeParse(event);
    if (!request.success)
      throw new Error(
        `review-data was asked for nothing it knows:\n${z.prettifyError(request.error)}`,
      );
    const nowMs = deps.clock.nowMs();
    const atMs = request.data.nowMs ?? nowMs;
    if (atMs > nowMs)
      throw new Error(
        `review-data was asked for ${atMs}, which is to come: nowMs is at most ${nowMs}`,
      );
    return keepDataReview(deps, windowBefore(request.data.window, atMs));
  };
}
