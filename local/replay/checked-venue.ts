import type { SubmitOutcome } from '../../shared/domain/execution/outcome.ts';
import type { Exchange, OrderRequest } from '../../shared/ports/exchange.ts';
import type { RecordedVenue } from '../../shared/replay/recorded-venue.ts';
import { sumOfShards, type VenueTruth } from '../invariants/books.ts';
import type { InvariantChecker } from '../invariants/invariant-checker.ts';

/** The recorded venue with the invariants looked at in the moment in which an order reaches it. */
export class CheckedVenue implements Exchange {
  readonly #venue: RecordedVenue;
  readonly #checker: InvariantChecker;
  readonly cancel: Exchange['cancel'];
  readonly asOfMs: Exchange['asOfMs'];
  readonly orders: Exchange['orders'];
  readonly fills: Exchange['fills'];
  readonly positions: Exchange['positions'];
  readonly settlements: Exchange['settlements'];
  readonly balances: Exchange['balances'];
  readonly markets: Exchange['markets'];
  readonly discover: Exchange['discover'];

  constructor(venue: RecordedVenue, checker: InvariantChecker) {
    this.#venue = venue;
    this.#checker = checker;
    this.cancel = () => venue.cancel();
    this.asOfMs = () => venue.asOfMs();
    this.orders = (filter) => venue.orders(filter);
    this.fills = (filter) => venue.fills(filter);
    this.positions = () => venue.positions();
    this.settlements = (filter) => venue.settlements(filter);
    this.balances = () => venue.balances();
    this.markets = (filter) => venue.markets(filter);
    this.discover = (seriesTicker) => venue.discover(seriesTicker);
  }

  submit(request: OrderRequest): Promise<SubmitOutcome> {
    this.#checker.onSubmit(request.clientOrderId, request.reduceOnly);
    return this.#venue.submit(request);
  }
}

/** The recorded venue's own truth, summed over its shards. */
export function recordedTruth(venue: RecordedVenue): VenueTruth {
  const truth = venue.truth();
  return {
    cash: sumOfShards(truth.cashByShard),
    reserved: sumOfShards(truth.reservedByShard),
    deposits: sumOfShards(truth.depositsByShard),
    positions: new Map([...truth.positions].map(([market, { quantity }]) => [market, quantity])),
    orders: truth.orders.map(({ clientOrderId, initialCount, filled }) => ({
      clientOrderId,
      count: initialCount,
      filled,
    })),
    fills: truth.fills.map(({ tradeId, exchangeOrderId, fee }) => ({
      key: `${tradeId}|${exchangeOrderId}`,
      fee,
    })),
    settlements: truth.settlements.map(({ market, revenue }) => ({ market, revenue })),
  };
}
