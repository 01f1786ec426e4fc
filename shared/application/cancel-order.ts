import { fillKey } from '../domain/execution/fill.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { contracts, NO_CONTRACTS, type Contracts } from '../domain/money/contracts.ts';
import type { CancelOutcome, Exchange, ListedOrder } from '../ports/exchange.ts';
import type { OrderAddress, QuotingExchange } from '../ports/quoting.ts';
import type { Timers } from '../ports/timers.ts';

export type CancelOrderDeps = {
  readonly clock: Pick<Timers, 'nowMs' | 'sleep'>;
  readonly exchange: Pick<Exchange, 'asOfMs' | 'cancel' | 'orders' | 'fills'>;
  readonly quoting: Pick<QuotingExchange, 'order'>;
};

/** The order that is to go, and when it was sent by our clock. */
export type OrderToCancel = OrderAddress & { readonly placedAtMs: EpochMs };

/** What became of an order. `filled` is always the sum of its fills. */
export type CancelEnd =
  | { readonly kind: 'cancelled'; readonly filled: Contracts }
  | { readonly kind: 'executed'; readonly filled: Contracts }
  /** Two looks of a time after the cancel found neither the order nor a fill of it. */
  | { readonly kind: 'never_there' }
  /** Not known by the deadline: it may rest, and `filled` may be too little. */
  | { readonly kind: 'unresolved'; readonly filled: Contracts; readonly reason: string };

/** Cancels of one call; to send another is safe. */
const MOST_SENT = 3;
const LOOK_EVERY_MS = 500;
/** The as-of time is the exchange's, the cancel's is ours: signatures are refused soon beyond this (Kalshi: API Keys). */
const CLOCKS_MS = 5_000;
/** From the start until the report, whatever was found by then. */
const DEADLINE_MS = 20_000;
/** Orders and fills are listed from this long before the order was sent, for the same two clocks. */
const LOOKUP_MARGIN_MS = 60_000;
const ABSENT_LOOKS = 2;

/**
 * Cancels one order and proves its end. No answer to a cancel says what has filled, and a 404 not even that the order is
 * gone (Kalshi: Cancel Order): so the order by its id, the list of its market and shard, and the fills are read until
 * they agree. A cancelled or executed order never changes again, so it is the end once its fills add up to what it says
 * has filled. Absence and resting prove something only when the exchange's as-of time has passed the answer; what rests
 * then is cancelled again. Books nothing. Nothing of ours rests yet, so nothing calls it: whoever takes a single order
 * away is to do it by this.
 */
export async function cancelOrder(deps: CancelOrderDeps, order: OrderToCancel): Promise<CancelEnd> {
  const { clock } = deps;
  const deadlineMs = clock.nowMs() + DEADLINE_MS;
  let answer = await deps.exchange.cancel(order);
  let answeredMs = clock.nowMs();
  let sent = 1;
  let absent = 0;
  let wasSeen = answer.kind === 'cancelled';
  let filled = NO_CONTRACTS;
  for (;;) {
    const seen = await look(deps, order);
    if (seen.kind === 'seen') {
      filled = largest(filled, seen.filled);
      wasSeen ||= seen.row !== null || filled > 0;
      if (seen.row !== null && seen.row.status !== 'resting' && seen.row.filled === filled)
        return { kind: seen.row.status, filled };
    }
    const isAfter = seen.kind === 'seen' && seen.asOfMs >= answeredMs + CLOCKS_MS;
    if (isAfter && !wasSeen) absent += 1;
    if (absent >= ABSENT_LOOKS && !wasSeen) return { kind: 'never_there' };
    if (clock.nowMs() >= deadlineMs)
      return { kind: 'unresolved', filled, reason: reasonOf(answer, seen) };
    if (isAfter && seen.row?.status === 'resting' && sent < MOST_SENT) {
      answer = await deps.exchange.cancel(order);
      answeredMs = clock.nowMs();
      sent += 1;
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

type Look =
  | {
      readonly kind: 'seen';
      /** What is read was complete up to then. */
      readonly asOfMs: EpochMs;
      readonly row: ListedOrder | null;
      readonly filled: Contracts;
    }
  | { readonly kind: 'unread'; readonly reason: string };

/** The as-of time is read before the rest, which is then of that time or later. */
async function look({ exchange, quoting }: CancelOrderDeps, order: OrderToCancel): Promise<Look> {
  const { exchangeOrderId, market, exchangeIndex } = order;
  const sinceMs = order.placedAtMs - LOOKUP_MARGIN_MS;
  const asOf = await exchange.asOfMs();
  if (asOf.kind !== 'read') return unread(asOf.reason);
  const [byId, listed, fills] = await Promise.all([
    quoting.order(exchangeOrderId),
    exchange.orders({ market, exchangeIndex, sinceMs }),
    exchange.fills({ market, sinceMs }),
  ]);
  if (byId.kind !== 'read') return unread(byId.reason);
  if (listed.kind !== 'read') return unread(listed.reason);
  if (fills.kind !== 'read') return unread(fills.reason);
  const inList = listed.value.find((row) => row.exchangeOrderId === exchangeOrderId) ?? null;
  const own = fills.value.filter((fill) => fill.exchangeOrderId === exchangeOrderId);
  const counts = new Map(own.map((fill) => [fillKey(fill), fill.count]));
  return {
    kind: 'seen',
    asOfMs: asOf.value,
    row: later(byId.value, inList),
    filled: contracts([...counts.values()].reduce<number>((sum, count) => sum + count, 0)),
  };
}

/** Each read lags by itself; of two states the one in which the order is over is the later. */
function later(one: ListedOrder | null, other: ListedOrder | null): ListedOrder | null {
  return one === null || (one.status === 'resting' && other !== null) ? other : one;
}

function largest(one: Contracts, other: Contracts): Contracts {
  return one > other ? one : other;
}

function unread(reason: string): Look {
  return { kind: 'unread', reason };
}

function reasonOf(answer: CancelOutcome, seen: Look): string {
  const answered = answer.kind === 'rejected' ? `rejected: ${answer.code}` : answer.kind;
  return `the cancel was answered by ${answered}; ${stateOf(seen)}`;
}

function stateOf(seen: Look): string {
  if (seen.kind === 'unread') return `then ${seen.reason}`;
  if (seen.row === null) return 'then the order was not listed';
  return seen.row.status === 'resting'
    ? 'then the order was still listed as resting'
    : `then it was ${seen.row.status} with other fills than it says`;
}
