import type { StreamedBook } from '../../shared/application/audit-books.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { BookDelta, BookSnapshot } from '../../shared/domain/market/order-book.ts';
import type { JoinedMarket } from './join.ts';

/** Levels by which an answer is held against the book that we had. */
const COMPARED_DEPTH = 1_000;

/**
 * Takes a snapshot, asked for at `askedMs` or sent unasked (null). False when the answer to a question says only what
 * was known.
 */
export function takeSnapshot(
  joined: JoinedMarket,
  snapshot: BookSnapshot,
  { askedMs, nowMs }: { readonly askedMs: EpochMs | null; readonly nowMs: EpochMs },
): boolean {
  const wasSynced = joined.book.sync === 'synced';
  const before = wasSynced && askedMs !== null ? viewText(joined) : null;
  joined.book.applySnapshot(snapshot);
  touched(joined, nowMs);
  const timeMs = snapshot.exchangeTimeMs ?? askedMs ?? nowMs;
  joined.bookTimeMs = wasSynced ? Math.max(joined.bookTimeMs, timeMs) : timeMs;
  return before === null || before !== viewText(joined);
}

/**
 * Takes a change of a book, of its best levels or of others; `misfit` when the book cannot have been what it changes.
 */
export function takeDelta(
  joined: JoinedMarket,
  delta: BookDelta,
  nowMs: EpochMs,
): 'best' | 'depth' | 'misfit' {
  const best = bestOf(joined);
  if (joined.book.applyDelta(delta) !== 'applied') return 'misfit';
  touched(joined, nowMs);
  return bestOf(joined) === best ? 'depth' : 'best';
}

/** The best levels as they are now, with how many changes the book has seen; null when it is not to be believed. */
export function streamedBook(joined: JoinedMarket): StreamedBook | null {
  if (joined.book.sync === 'gapped') return null;
  const { bookChanges: changes, bookChangedMs: changedMs } = joined;
  return { view: joined.book.view(1), changes, changedMs };
}

function touched(joined: JoinedMarket, nowMs: EpochMs): void {
  joined.bookChanges += 1;
  joined.bookChangedMs = nowMs;
}

function viewText(joined: JoinedMarket): string {
  return JSON.stringify(joined.book.view(COMPARED_DEPTH));
}

function bestOf(joined: JoinedMarket): string {
  return `${joined.book.bestBid()?.price}|${joined.book.bestAsk()?.price}`;
}
