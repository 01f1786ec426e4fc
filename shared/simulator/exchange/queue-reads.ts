import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import {
  encodeQueuePosition,
  encodeQueuePositions,
} from '../../adapters/kalshi/wire/queue-positions.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { AccountName } from './sim-order.ts';
import type { TradingFloor } from './trading-floor.ts';

/** Which resting orders; without either all of the account's. */
export type QueueQuery = {
  readonly markets?: readonly MarketTicker[];
  readonly eventTicker?: string;
};

/** Places in the queue, from the books themselves and without lag (docs.kalshi.com, "Get Queue Positions for Orders"). */
export class QueueReads {
  readonly #floor: TradingFloor;

  constructor(floor: TradingFloor) {
    this.#floor = floor;
  }

  /** `GET /portfolio/orders/queue_positions`. */
  many(account: AccountName, query: QueueQuery, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const positions = this.#floor
      .open(account)
      .filter(
        ({ market }) =>
          (query.markets?.includes(market) ?? true) &&
          (query.eventTicker === undefined ||
            this.#floor.listing(market)?.market.eventTicker === query.eventTicker),
      )
      .map((order) => ({
        exchangeOrderId: order.orderId,
        market: order.market,
        ahead: this.#floor.ahead(order),
      }));
    return { status: 200, body: encodeQueuePositions(positions) };
  }

  /** `GET /portfolio/orders/{order_id}/queue_position`; 404 for one that does not rest. */
  one(account: AccountName, orderId: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const order = this.#floor.order(orderId);
    return order?.account === account && order.status === 'resting'
      ? { status: 200, body: encodeQueuePosition(this.#floor.ahead(order)) }
      : errorAnswer(EXCHANGE_ERRORS.notFound);
  }
}
