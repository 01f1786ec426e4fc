import { fillKey, type Fill } from '../domain/execution/fill.ts';
import type { EpochMs } from '../domain/market/market.ts';
import type { Exchange, ListedOrder } from '../ports/exchange.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Clock } from '../ports/clock.ts';
import type { OrderMessage } from './apply-order-update.ts';
import { oldestFirst } from './resolve-orders.ts';

export type MissedMessagesDeps = {
  readonly clock: Clock;
  /** Only what the account shows of itself. */
  readonly reader: Pick<Exchange, 'asOfMs' | 'fills' | 'orders'>;
  readonly store: HotStore;
  readonly telemetry: Telemetry;
  /** The path of the stream's own messages. */
  readonly tell: (message: OrderMessage) => void;
};

export type MissedLook =
  /** `told`: messages that no stream had brought and no book knew. */
  { readonly kind: 'looked'; readonly told: number } | { readonly kind: 'unread' };

/** Read again from this long before the last sure time: reads lag behind writes. */
const OVERLAP_MS = 120_000;
/** What happened more recently may still be on its way over the stream. */
const ON_ITS_WAY_MS = 2_000;

/**
 * Fills and orders carry no numbers on the exchange's stream: one that was lost leaves no gap (Kalshi: User Fills, User
 * Orders). So they are read by request from the last sure time less an overlap; what the stream did not bring is told
 * as if it had, and counted. Once each, by (trade id, order id).
 */
export class MissedMessages {
  readonly #deps: MissedMessagesDeps;
  readonly #beganMs: EpochMs;
  readonly #seenFills = new Map<string, EpochMs>();
  /** By exchange order id, what the stream last said. */
  readonly #seenOrders = new Map<string, { readonly text: string; readonly atMs: EpochMs }>();
  /** Orders whose listing the stream had not told at the last look. */
  #doubted = new Map<string, string>();
  #sureMs: EpochMs;

  constructor(deps: MissedMessagesDeps) {
    this.#deps = deps;
    this.#beganMs = deps.clock.nowMs();
    this.#sureMs = this.#beganMs;
  }

  /** The stream has brought this. */
  onMessage(message: OrderMessage): void {
    const atMs = this.#deps.clock.nowMs();
    if (message.kind === 'fill') this.#seenFills.set(fillKey(message.fill), atMs);
    else {
      const { exchangeOrderId } = message.update;
      this.#seenOrders.set(exchangeOrderId, { text: stateOf(message.update), atMs });
    }
  }

  /** One look, to be repeated periodically and after each reconnect. */
  async look(): Promise<MissedLook> {
    const { clock, reader, telemetry } = this.#deps;
    const askedMs = clock.nowMs();
    // A sure time that is still to come is one of a clock that was ahead.
    const sinceMs = Math.min(this.#sureMs, askedMs) - OVERLAP_MS;
    const [asOf, fills, orders] = await Promise.all([
      reader.asOfMs(),
      reader.fills({ sinceMs }),
      reader.orders({ sinceMs }),
    ]);
    if (asOf.kind !== 'read' || fills.kind !== 'read' || orders.kind !== 'read') {
      telemetry.count('feeder.own_messages_unread', 1);
      return { kind: 'unread' };
    }
    const told =
      (await this.#tellFills(fills.value, orders.value, askedMs)) +
      (await this.#tellOrders(orders.value, askedMs));
    this.#sureMs = Math.min(asOf.value, askedMs);
    this.#forget();
    return { kind: 'looked', told };
  }

  async #tellFills(
    fills: readonly Fill[],
    listed: readonly ListedOrder[],
    askedMs: EpochMs,
  ): Promise<number> {
    const { store, telemetry, tell } = this.#deps;
    const late = oldestFirst(fills).filter(
      (fill) =>
        fill.exchangeTimeMs < askedMs - ON_ITS_WAY_MS && !this.#seenFills.has(fillKey(fill)),
    );
    if (late.length === 0) return 0;
    const clientIds = await this.#clientIds(listed);
    let told = 0;
    for (const fill of late) {
      this.#seenFills.set(fillKey(fill), askedMs);
      if (fill.exchangeTimeMs >= this.#beganMs) telemetry.count('feeder.missed_by_stream', 1);
      if ((await store.get('fills', fillKey(fill))) !== null) continue;
      const clientOrderId = clientIds.get(fill.exchangeOrderId) ?? null;
      tell({ kind: 'fill', fill, clientOrderId });
      telemetry.log('warn', 'fill_missed_by_stream', {
        market: fill.market,
        exchangeOrderId: fill.exchangeOrderId,
        tradeId: fill.tradeId,
        ageMs: askedMs - fill.exchangeTimeMs,
      });
      told += 1;
    }
    return told;
  }

  /** Fills by request do not say our own id. An order that rested long is in our books only. */
  async #clientIds(listed: readonly ListedOrder[]): Promise<ReadonlyMap<string, string>> {
    const ours = await this.#deps.store.list('orders');
    const known = ours.flatMap(({ value: { exchangeOrderId, intent } }) =>
      exchangeOrderId === null ? [] : [[exchangeOrderId, intent.clientOrderId] as const],
    );
    const told = listed.map((order) => [order.exchangeOrderId, order.clientOrderId] as const);
    return new Map([...known, ...told]);
  }

  /** Only orders that are not over in our books, and whose listing has said the same twice, are told. */
  async #tellOrders(listed: readonly ListedOrder[], askedMs: EpochMs): Promise<number> {
    const { store, telemetry, tell } = this.#deps;
    const open = new Set((await store.openOrders()).map(({ value }) => value.intent.clientOrderId));
    const doubted = new Map<string, string>();
    let told = 0;
    for (const order of listed) {
      const text = stateOf(order);
      const { exchangeOrderId, clientOrderId } = order;
      if (this.#seenOrders.get(exchangeOrderId)?.text === text || !open.has(clientOrderId))
        continue;
      if (this.#doubted.get(exchangeOrderId) !== text) {
        doubted.set(exchangeOrderId, text);
        continue;
      }
      this.#seenOrders.set(exchangeOrderId, { text, atMs: askedMs });
      telemetry.count('feeder.missed_by_stream', 1);
      const { createdAtMs: _, ...update } = order;
      tell({ kind: 'order_update', update: { ...update, exchangeTimeMs: askedMs } });
      told += 1;
    }
    this.#doubted = doubted;
    return told;
  }

  /** What is older than the next look reaches back is not asked about again. */
  #forget(): void {
    const keepMs = this.#sureMs - 2 * OVERLAP_MS;
    for (const [key, atMs] of this.#seenFills) if (atMs < keepMs) this.#seenFills.delete(key);
    for (const [key, { atMs }] of this.#seenOrders) if (atMs < keepMs) this.#seenOrders.delete(key);
  }
}

function stateOf({ status, filled }: { readonly status: string; readonly filled: number }): string {
  return `${status}|${filled}`;
}
