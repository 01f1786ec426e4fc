import { REVIEW_LIMITS, reviewRecords, type DataReview } from '../domain/reports/data-review.ts';
import type { TimeSpan } from '../domain/reports/game-record.ts';
import type { GameRecords } from '../ports/game-records.ts';

/** What is there and what is missing of the games that were followed in a window, by league. */
export async function reviewData(
  { records }: { readonly records: Pick<GameRecords, 'between'> },
  window: TimeSpan,
): Promise<DataReview> {
  return reviewRecords(await records.between(window), window, REVIEW_LIMITS);
}
