import type { EntryIntent, ExitIntent, OrderIntent } from '../../shared/domain/execution/intent.ts';
import { bookSideOf } from '../../shared/domain/execution/intent.ts';
import type { Fill } from '../../shared/domain/execution/fill.ts';
import type { Order } from '../../shared/domain/execution/order.ts';
import { plannedOrder } from '../../shared/domain/execution/transitions.ts';
import type { BookView } from '../../shared/domain/market/book-view.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import { LINEAR_CENT } from '../../shared/domain/market/tick-grid.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { reservationFor } from '../../shared/domain/risk/headroom.ts';

/** A noon from which tests count their milliseconds. */
export const NOON = 1_795_262_400_000;

export function aMarket(change: Partial<Market> = {}): Market {
  return {
    ticker: 'KXNFLGAME-26NOV22-KC',
    eventTicker: 'KXNFLGAME-26NOV22',
    seriesTicker: 'KXNFLGAME',
    exchangeIndex: 0,
    title: 'Kansas City wins',
    status: 'active',
    openTimeMs: NOON - 86_400_000,
    closeTimeMs: NOON + 14_400_000,
    expectedExpirationMs: NOON + 14_400_000,
    settlementTimerMs: 60_000,
    priceRanges: LINEAR_CENT,
    fees: STANDARD_FEES,
    ...change,
  };
}

const COMMON = {
  market: 'KXNFLGAME-26NOV22-KC',
  eventTicker: 'KXNFLGAME-26NOV22',
  seriesTicker: 'KXNFLGAME',
  exchangeIndex: 0,
  strategy: { name: 'taker', version: '1' },
  decidedAtMs: NOON,
} as const;

/** Ten YES contracts at up to 52 cents with 17.5 cents of fees, unless changed. */
export function anEntry(change: Partial<EntryIntent> = {}): EntryIntent {
  return {
    ...COMMON,
    purpose: 'entry',
    clientOrderId: 'entry-1',
    decisionId: 'decision-1',
    leg: 'yes',
    limitPrice: price(5_200),
    count: contracts(1_000),
    estimatedFees: money(175_000),
    stamp: { epoch: 1, n: 1 },
    generation: 1,
    ...change,
  };
}

export function anExit(change: Partial<ExitIntent> = {}): ExitIntent {
  return {
    ...COMMON,
    purpose: 'exit',
    clientOrderId: 'exit-1',
    decisionId: 'decision-2',
    leg: 'yes',
    limitPrice: price(4_000),
    count: contracts(1_000),
    estimatedFees: money(170_000),
    positionId: 'position-1',
    exitGeneration: 1,
    attempt: 1,
    rule: 'stop_loss',
    priority: 'critical',
    ...change,
  };
}

export function anOrder(intent: OrderIntent = anEntry(), change: Partial<Order> = {}): Order {
  return { ...plannedOrder(intent, reservationFor(intent), NOON), ...change };
}

/** A fill of an intent at its limit, of its whole count, without a fee, unless changed. */
export function aFillOf(intent: OrderIntent, change: Partial<Fill> = {}): Fill {
  return {
    tradeId: 'trade-1',
    exchangeOrderId: 'exchange-1',
    market: intent.market,
    bookSide: bookSideOf(intent),
    price: intent.limitPrice,
    count: intent.count,
    fee: money(0),
    role: 'taker',
    exchangeTimeMs: NOON + 10,
    ...change,
  };
}

/** A book with one level a side; prices in 1e-4 dollars, 100 contracts each. Null leaves a side empty. */
export function aBook(bid: number | null, ask: number | null): BookView {
  return { bids: levelsAt(bid), asks: levelsAt(ask) };
}

function levelsAt(units: number | null): BookView['bids'] {
  return units === null ? [] : [{ price: price(units), count: contracts(10_000) }];
}
