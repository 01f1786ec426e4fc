import { setImmediate } from 'node:timers/promises';
import { StopGuard } from '../../fargate/feeder/stop-guard.ts';
import { TaskTimers } from '../../fargate/feeder/task-timers.ts';
import { applyOrderUpdate } from '../../shared/application/apply-order-update.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { storeWith } from './broken-parts.ts';
import { NOON } from './trade-builders.ts';
import {
  aTick,
  fillsOf,
  onlyOrder,
  openDesk,
  place,
  TestClock,
  type TickChange,
  type TradingDesk,
} from './trading-desk.ts';

export const TARGET: TickChange = { bid: 6_600, ask: 6_800 };
export const STOP: TickChange = { bid: 4_000, ask: 4_200 };
export const WITHIN: TickChange = { bid: 5_100, ask: 5_300 };

/** Ten YES contracts bought at 52 cents, all booked. */
export async function holdingTen(): Promise<TradingDesk> {
  const desk = await openDesk();
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
  await place(desk);
  const { clientOrderId } = onlyOrder(desk).intent;
  for (const fill of await fillsOf(desk))
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId });
  return desk;
}

class SchedulerClock extends TestClock {
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    super();
    this.#scheduler = scheduler;
  }

  override nowMs(): number {
    return this.#scheduler.nowMs();
  }
}

/** A guard of ten contracts, on a clock that passes; ticks are of the time at which they are made. */
export async function aStopDesk(change: (deps: TradingDeps) => Partial<TradingDeps> = () => ({})) {
  const clock = new Scheduler({ startMs: NOON });
  const desk = await holdingTen();
  const reads: string[] = [];
  const counted: HotStore = storeWith(desk.store, {
    get: (table, key) => {
      reads.push(table);
      return desk.store.get(table, key);
    },
  });
  const onClock: TradingDeps = { ...desk.deps, clock, store: counted };
  const deps: TradingDeps = { ...onClock, ...change(onClock) };
  const failures: string[] = [];
  const newTasks = () =>
    new TaskTimers({
      timers: clock,
      limits: { untilMs: null },
      onFailure: (task) => failures.push(task),
    });
  const may = { act: true };
  const tasks = newTasks();
  const guard = new StopGuard({ trading: deps, tasks, mayAct: () => may.act });
  let n = 1;
  const tick = (of: TickChange): MarketTick => {
    n += 1;
    return aTick({ ...desk, clock: new SchedulerClock(clock) }, { n, ...of });
  };
  const passTime = async (ms: number): Promise<void> => {
    clock.after(ms, 'time passes', () => {});
    await clock.run({ untilMs: clock.nowMs() + ms, turn: setImmediate });
  };
  const learn = async (of = guard): Promise<void> => of.learn(await desk.store.list('positions'));
  await learn();
  return {
    desk,
    deps,
    clock,
    guard,
    tasks,
    may,
    reads,
    failures,
    tick,
    passTime,
    learn,
    /** A guard of a process that knows nothing yet. */
    anotherGuard: () => new StopGuard({ trading: deps, tasks: newTasks(), mayAct: () => may.act }),
    /** Lets the guard look at a book, after a wait. */
    look: async (waitMs: number, of: TickChange, by = guard): Promise<void> => {
      await passTime(waitMs);
      by.onTick(tick(of));
      await passTime(0);
    },
  };
}
