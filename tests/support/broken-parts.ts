import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Fill } from '../../shared/domain/execution/fill.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { HotStore, HotWrite } from '../../shared/ports/hot-store.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';

/** A store that does one thing otherwise. */
export function storeWith(inner: HotStore, change: Partial<HotStore>): HotStore {
  return {
    get: (table, key) => inner.get(table, key),
    list: (table) => inner.list(table),
    openOrders: () => inner.openOrders(),
    headroom: (scope) => inner.headroom(scope),
    caps: () => inner.caps(),
    transact: (writes) => inner.transact(writes),
    ...change,
  };
}

/** An exchange, or the way to it, that does one thing otherwise. */
export function exchangeWith(inner: Exchange, change: Partial<Exchange>): Exchange {
  return {
    submit: (request) => inner.submit(request),
    cancel: (order) => inner.cancel(order),
    asOfMs: () => inner.asOfMs(),
    orders: (filter) => inner.orders(filter),
    fills: (filter) => inner.fills(filter),
    positions: () => inner.positions(),
    settlements: (filter) => inner.settlements(filter),
    balances: () => inner.balances(),
    markets: (filter) => inner.markets(filter),
    discover: (seriesTicker) => inner.discover(seriesTicker),
    ...change,
  };
}

export type DepsChange = (deps: TradingDeps) => TradingDeps;

export function brokenExchange(change: (inner: Exchange) => Partial<Exchange>): DepsChange {
  return (deps) => ({ ...deps, exchange: exchangeWith(deps.exchange, change(deps.exchange)) });
}

export function brokenStore(change: (inner: HotStore) => Partial<HotStore>): DepsChange {
  return (deps) => ({ ...deps, store: storeWith(deps.store, change(deps.store)) });
}

/** A store that writes something else than it was told. */
export function rewritingStore(
  rewrite: (writes: readonly HotWrite[]) => readonly HotWrite[],
): DepsChange {
  return brokenStore((inner) => ({ transact: (writes) => inner.transact(rewrite(writes)) }));
}

/** A feeder that hears something else than the exchange said. */
export class MishearingSession extends FeederSession {
  readonly #hear: (event: MarketDataEvent) => MarketDataEvent;

  constructor(epoch: number, hear: (event: MarketDataEvent) => MarketDataEvent) {
    super(epoch);
    this.#hear = hear;
  }

  override onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    return super.onStreamEvent(this.#hear(event), nowMs);
  }
}

/** A feeder to which every fill is told otherwise. */
export function mishearingFills(change: (fill: Fill) => Fill): (epoch: number) => FeederSession {
  return (epoch) =>
    new MishearingSession(epoch, (event) =>
      event.kind === 'fill' ? { ...event, fill: change(event.fill) } : event,
    );
}

/** A feeder that says every tick twice. */
export class StammeringSession extends FeederSession {
  override onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    return super.onStreamEvent(event, nowMs).flatMap((command) => [command, command]);
  }
}
