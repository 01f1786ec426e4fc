import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { storeWith } from './broken-parts.ts';
import { aFeederDesk } from './feeder-desk.ts';
import { A, B, snapshot } from './feeder-events.ts';
import { holdingTen } from './stop-desk.ts';
import { NOON } from './trade-builders.ts';
import type { TickChange } from './trading-desk.ts';

/** A feeder that leads and knows of ten contracts; its books come when they are said. */
export async function aFeederOfTen() {
  const clock = new Scheduler({ startMs: NOON });
  const trading = await holdingTen();
  // The desk's own lease.
  const row = (await trading.store.get('lease', 'feeder'))!;
  await trading.store.transact([
    {
      kind: 'replace',
      table: 'lease',
      key: row.key,
      version: row.version,
      value: { ...row.value, expiresAtMs: 0 },
    },
  ]);
  const is = { away: false };
  const store: HotStore = storeWith(trading.store, {
    transact: (writes) =>
      is.away && writes.some((write) => 'table' in write && write.table === 'lease')
        ? Promise.reject(new Error('unreachable'))
        : trading.store.transact(writes),
  });
  const deps: TradingDeps = { ...trading.deps, clock, store };
  const desk = aFeederDesk({ clock, store, trading: deps });
  await desk.feeder.start();
  desk.stream().connect();
  let sequence = 0;
  const say = async ({ bid = 5_000, ask = 5_200 }: TickChange, waitMs = 1) => {
    sequence += 1;
    const timeMs = clock.nowMs();
    desk.stream().say(snapshot(sequence, A, { bid: bid ?? 0, ask: ask ?? 0, timeMs }), timeMs);
    await desk.passTime(waitMs);
  };
  /** Something of the other market, which says how far the subscription is. */
  const sayElsewhere = (): void => {
    sequence += 1;
    const timeMs = clock.nowMs();
    desk.stream().say(snapshot(sequence, B, { bid: 5_000 - sequence, timeMs }), timeMs);
  };
  await desk.passTime(1_100);
  return { ...desk, trading, is, say, sayElsewhere };
}
