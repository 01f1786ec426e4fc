import {
  cancelItemFrom,
  decodeBatchBody,
  encodeBatchCancelResponse,
  encodeBatchCreateResponse,
  type CancelledItem,
  type CreatedItem,
} from '../../adapters/kalshi/wire/order-batches.ts';
import {
  AUTO_ROUTE,
  createOrderFrom,
  decodeCreateOrderBody,
  type CreateOrderBody,
  type RefusedBody,
} from '../../adapters/kalshi/wire/order-bodies.ts';
import {
  decodeAmendOrderBody,
  decodeDecreaseOrderBody,
  encodeAmendResponse,
  encodeDecreaseResponse,
  type AmendOrderBody,
} from '../../adapters/kalshi/wire/order-changes.ts';
import {
  encodeCancelResponse,
  encodeCreateOrderResponse,
  type CancelledOrder,
  type CreatedOrder,
  type HttpAnswer,
} from '../../adapters/kalshi/wire/orders.ts';
import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { addMoney, cost } from '../../domain/money/money.ts';
import type { ShardRefusal } from './control-action.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { AccountName, Amendment, NewOrder, SimFill, SimOrder } from './sim-order.ts';
import { subaccountName } from './subaccount-name.ts';
import type { TradingFloor } from './trading-floor.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';
import type { VenueSettings } from './venue-settings.ts';

/** Which order, and where it is: an id alone is looked for on shard 0 only. */
export type OrderAddress = {
  readonly orderId: string;
  readonly exchangeIndex?: number | null;
  readonly market?: MarketTicker | null;
};

type Refused = { readonly kind: 'refused'; readonly error: ExchangeError };

/** The order surface behind its wire: bodies in, statuses and bodies out (docs.kalshi.com, orders V2). */
export class OrderEntry {
  readonly #floor: TradingFloor;
  readonly #settings: VenueSettings;

  constructor(floor: TradingFloor, settings: VenueSettings) {
    this.#floor = floor;
    this.#settings = settings;
  }

  /** `POST /portfolio/events/orders`. */
  create(account: AccountName, body: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const created = this.#create(account, decodeCreateOrderBody(body), nowMs);
    return created.kind === 'refused'
      ? errorAnswer(created.error)
      : { status: 201, body: encodeCreateOrderResponse(created.order) };
  }

  /** `POST /portfolio/events/orders/batched`: one after the other, each with its own outcome. */
  createBatch(account: AccountName, body: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const batch = decodeBatchBody(body);
    if (batch.kind === 'refused') return errorAnswer(batch);
    const items = batch.items.map((item): CreatedItem => {
      const created = this.#create(account, createOrderFrom(item), nowMs);
      return created.kind === 'created'
        ? created
        : { ...created, clientOrderId: textOf(item, 'client_order_id') };
    });
    return { status: 201, body: encodeBatchCreateResponse(items) };
  }

  /** `DELETE /portfolio/events/orders/{order_id}`: cancelled, filled, unknown and wrong-shard orders are answered alike. */
  cancel(account: AccountName, address: OrderAddress, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const cancelled = this.#cancel(account, address, nowMs);
    return cancelled.kind === 'refused'
      ? errorAnswer(cancelled.error)
      : { status: 200, body: encodeCancelResponse(cancelled.order) };
  }

  /** `DELETE /portfolio/events/orders/batched`. */
  cancelBatch(account: AccountName, body: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const batch = decodeBatchBody(body);
    if (batch.kind === 'refused') return errorAnswer(batch);
    const items = batch.items.map((raw): CancelledItem => {
      const item = cancelItemFrom(raw);
      const cancelled =
        item.kind === 'refused'
          ? ({ kind: 'refused', error: item } as const)
          : this.#cancel(subaccountName(account, item.subaccount), item, nowMs);
      return cancelled.kind === 'cancelled'
        ? cancelled
        : { ...cancelled, orderId: textOf(raw, 'order_id') ?? '' };
    });
    return { status: 200, body: encodeBatchCancelResponse(items) };
  }

  /** `DELETE /portfolio/events/orders`, of one subaccount or of all (null): 204 without a body. */
  cancelAll(account: AccountName, subaccount: number | null, nowMs: EpochMs): HttpAnswer {
    const own = this.#floor.cash.subaccounts(account);
    for (const n of subaccount === null ? own : own.filter((known) => known === subaccount)) {
      const error = this.#floor.cancelAll(subaccountName(account, n), nowMs);
      if (error !== null) return errorAnswer(error);
    }
    return { status: 204, body: '' };
  }

  /** `POST /portfolio/events/orders/{order_id}/amend`. */
  amend(account: AccountName, orderId: string, body: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const amend = decodeAmendOrderBody(body);
    if (amend.kind === 'refused') return errorAnswer(amend);
    const { market, exchangeIndex } = amend;
    const order = this.#find(account, { orderId, market, exchangeIndex });
    if (order === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    if (!isOf(amend, order)) return errorAnswer(UNCONFIRMED.amendOtherOrder);
    const amended = this.#floor.amend(order, amendmentOf(amend, order), nowMs);
    if (amended === null) return errorAnswer(EXCHANGE_ERRORS.notFound);
    if (amended.kind === 'refused') return errorAnswer(amended.error);
    const { fills, isResized } = amended;
    const change = { ...sumOf(fills), remaining: order.remaining };
    return {
      status: 200,
      body: encodeAmendResponse({
        exchangeOrderId: order.orderId,
        clientOrderId: order.clientOrderId,
        change: fills.length > 0 || isResized ? change : null,
        exchangeTimeMs: nowMs,
      }),
    };
  }

  /** `POST /portfolio/events/orders/{order_id}/decrease`. */
  decrease(account: AccountName, orderId: string, body: string, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    const decrease = decodeDecreaseOrderBody(body);
    if (decrease.kind === 'refused') return errorAnswer(decrease);
    const order = this.#find(account, { orderId, ...decrease });
    if (order === undefined) return errorAnswer(EXCHANGE_ERRORS.notFound);
    const remaining = this.#floor.decrease(order, decrease.decrease, nowMs);
    if (remaining === null) return errorAnswer(EXCHANGE_ERRORS.notFound);
    if (typeof remaining === 'object') return errorAnswer(remaining);
    return {
      status: 200,
      body: encodeDecreaseResponse({
        exchangeOrderId: order.orderId,
        clientOrderId: order.clientOrderId,
        remaining,
        exchangeTimeMs: nowMs,
      }),
    };
  }

  #create(
    account: AccountName,
    body: CreateOrderBody | RefusedBody,
    nowMs: EpochMs,
  ): { readonly kind: 'created'; readonly order: CreatedOrder } | Refused {
    if (body.kind === 'refused') return { kind: 'refused', error: body };
    if (!this.#floor.cash.subaccounts(account).includes(body.subaccount))
      return { kind: 'refused', error: UNCONFIRMED.subaccountNotFound };
    const market = this.#floor.listing(body.market)?.market;
    const { exchangeIndex } = body;
    if (market === undefined || ![AUTO_ROUTE, market.exchangeIndex].includes(exchangeIndex))
      return { kind: 'refused', error: EXCHANGE_ERRORS.marketNotFound };
    const refusedAs = this.#settings.refusedShards.get(market.exchangeIndex);
    if (refusedAs !== undefined) return { kind: 'refused', error: SHARD_REFUSALS[refusedAs] };
    if (this.#settings.isUnattested(account, market.seriesTicker, nowMs))
      return { kind: 'refused', error: UNCONFIRMED.attestationLapsed };
    const name = subaccountName(account, body.subaccount);
    const placement = this.#floor.place(name, newOrder(body), nowMs);
    if (placement.kind === 'refused') return placement;
    const { orderId, clientOrderId, remaining } = placement.order;
    return {
      kind: 'created',
      order: {
        exchangeOrderId: orderId,
        clientOrderId,
        resting: remaining,
        ...sumOf(placement.fills),
        exchangeTimeMs: nowMs,
      },
    };
  }

  #cancel(
    account: AccountName,
    address: OrderAddress,
    nowMs: EpochMs,
  ): { readonly kind: 'cancelled'; readonly order: CancelledOrder } | Refused {
    const order = this.#find(account, address);
    if (order === undefined) return notFound();
    const outcome = this.#floor.cancel(order, nowMs);
    if (outcome === null) return notFound();
    if (typeof outcome === 'object') return { kind: 'refused', error: outcome };
    return {
      kind: 'cancelled',
      order: {
        exchangeOrderId: order.orderId,
        clientOrderId: order.clientOrderId,
        reducedBy: outcome,
        exchangeTimeMs: nowMs,
      },
    };
  }

  /** An order of the account at its address: an explicit shard, else that of the ticker, else shard 0. */
  #find(account: AccountName, address: OrderAddress): SimOrder | undefined {
    const order = this.#floor.order(address.orderId);
    const explicit = address.exchangeIndex ?? null;
    const market = address.market ?? null;
    const shard =
      explicit !== null && explicit !== AUTO_ROUTE
        ? explicit
        : market === null
          ? 0
          : this.#floor.listing(market)?.market.exchangeIndex;
    return order?.account === account && order.exchangeIndex === shard ? order : undefined;
  }
}

const SHARD_REFUSALS: Readonly<Record<ShardRefusal, ExchangeError>> = {
  insufficient_shard_balance: UNCONFIRMED.insufficientShardBalance,
  user_not_found: UNCONFIRMED.userNotFound,
  market_not_found: EXCHANGE_ERRORS.marketNotFound,
};

function newOrder(body: CreateOrderBody): NewOrder {
  return {
    clientOrderId: body.clientOrderId,
    market: body.market,
    side: body.bookSide,
    price: body.limitPrice,
    count: body.count,
    timeInForce: body.timeInForce,
    postOnly: body.postOnly,
    reduceOnly: body.reduceOnly,
    selfTradePrevention: body.selfTradePrevention,
    expiresAtMs: body.expirationMs,
    cancelOnPause: body.cancelOnPause,
    orderGroupId: body.orderGroupId,
  };
}

function isOf({ market, bookSide, clientOrderId }: AmendOrderBody, order: SimOrder): boolean {
  return (
    market === order.market &&
    bookSide === order.side &&
    (clientOrderId === null || clientOrderId === order.clientOrderId)
  );
}

function amendmentOf(amend: AmendOrderBody, order: SimOrder): Amendment {
  const { expiry } = amend;
  return {
    clientOrderId: amend.updatedClientOrderId ?? order.clientOrderId,
    price: amend.limitPrice,
    count: amend.count,
    expiresAtMs:
      expiry.kind === 'keep' ? order.expiresAtMs : expiry.kind === 'remove' ? null : expiry.atMs,
  };
}

/** What filled, and what it cost, by these fills. */
function sumOf(fills: readonly SimFill[]): Pick<CreatedOrder, 'filled' | 'cost' | 'fees'> {
  return {
    filled: contracts(fills.reduce((sum, { count }) => sum + count, 0)),
    cost: addMoney(...fills.map(({ price, count }) => cost(price, count))),
    fees: addMoney(...fills.map(({ fee }) => fee)),
  };
}

function notFound(): Refused {
  return { kind: 'refused', error: EXCHANGE_ERRORS.notFound };
}

/** A text field of an item that may be anything. */
function textOf(item: unknown, field: string): string | null {
  if (typeof item !== 'object' || item === null) return null;
  const value: unknown = Reflect.get(item, field);
  return typeof value === 'string' ? value : null;
}
