import type { BucketLimit } from '../../domain/rate/token-bucket.ts';
import { BASIC_LIMITS } from './wire/account-limits.ts';

/** How many orders one batch may hold. */
export type BatchRoom = { readonly creates: number; readonly cancels: number };

/** Tokens of one item (docs.kalshi.com, "Rate Limits and Tiers"). */
const CREATE_COST = 10;
const CANCEL_COST = 2;
/** Items of one body, whatever the bucket holds. */
const MOST = 1_000;

/**
 * The batches that a write bucket allows: the whole of one must fit at once or all of it is refused, so they are half of
 * what the bucket holds, and need not wait until it is full.
 */
export function batchRoomOf({ capacity }: BucketLimit): BatchRoom {
  const items = (cost: number): number =>
    Math.min(MOST, Math.max(1, Math.floor(capacity / 2 / cost)));
  return { creates: items(CREATE_COST), cancels: items(CANCEL_COST) };
}

/** What the lowest tier allows. */
export const BASIC_BATCH: BatchRoom = batchRoomOf(BASIC_LIMITS.write);

/** The items in their order, in lists of at most `size`. */
export function inBatches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += size)
    batches.push(items.slice(from, from + size));
  return batches;
}
