import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopGuard } from '../../../fargate/feeder/stop-guard.ts';
import { TaskTimers } from '../../../fargate/feeder/task-timers.ts';
import { checkDecisions } from '../../../local/invariants/check-decisions.ts';
import { InvariantTally } from '../../../local/invariants/invariant-tally.ts';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { resolveOrders } from '../../../shared/application/resolve-orders.ts';
import type { TradingDeps } from '../../../shared/application/trading-deps.ts';
import { fromCanonical } from '../../../shared/domain/decisions/canonical-value.ts';
import type { MarketTick } from '../../../shared/domain/market/market-tick.ts';
import type { Timers } from '../../../shared/ports/timers.ts';
import { exchangeWith, storeWith } from '../../support/broken-parts.ts';
import { runs } from '../../support/property-settings.ts';
import type { Answer } from '../../support/scripted-exchange.ts';
import { holdingTen, STOP, TARGET, WITHIN } from '../../support/stop-desk.ts';
import {
  aTick,
  exitsSent,
  expectBalanced,
  fillsOf,
  orderOf,
  positionIn,
  type TickChange,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const HELD = 1_000;

/** One tick: the wait before it, its book, and how often it is delivered to the second line. */
const step = fc.record({
  waitMs: fc.constantFrom(0, 100, 700, 1_600, 3_000),
  book: fc.oneof(
    { weight: 6, arbitrary: fc.constant(STOP) },
    { weight: 1, arbitrary: fc.constant<TickChange>({ bid: 3_800, ask: 4_100 }) },
    { weight: 1, arbitrary: fc.constant(WITHIN) },
    { weight: 1, arbitrary: fc.constant(TARGET) },
    { weight: 1, arbitrary: fc.constant<TickChange>({ ...WITHIN, sync: 'gapped' }) },
  ),
  copies: fc.constantFrom(0, 1, 1, 2),
  learns: fc.boolean(),
});
/** What the exchange does with a sale: sells all, a part or nothing of it, refuses it, or loses the answer. */
const reply = fc.constantFrom('all', 'part', 'nothing', 'rejected', 'lost');

const answers = (desk: TradingDesk, kind: string): Answer => {
  const { exchange } = desk;
  const at = 4_000;
  return (request) => {
    if (kind === 'rejected') return { kind: 'rejected', code: 'market_paused', message: '' };
    const count = { all: request.count, lost: request.count, part: 300, nothing: 0 }[kind] ?? 0;
    const trades = count === 0 ? [] : [{ at, count: Math.min(count, request.count) }];
    const answer = kind === 'lost' ? exchange.losesAnswer(...trades) : exchange.accepts(...trades);
    return answer(request);
  };
};

/** Both lines on one position. Every call of a store, the log and the exchange waits for its turn, before and after. */
function twoLines(desk: TradingDesk, order: fc.Scheduler) {
  const inTurn =
    <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await order.schedule(Promise.resolve(), name);
      return order.schedule(call(...args), `${name} answers`);
    };
  const { store, decisions, exchange } = desk;
  const later: Promise<unknown>[] = [];
  const booked = new Set<string>();
  const deps: TradingDeps = {
    ...desk.deps,
    store: storeWith(store, {
      get: (table, key) => inTurn(`get ${table}`, () => store.get(table, key))(),
      list: (table) => inTurn(`list ${table}`, () => store.list(table))(),
      transact: inTurn('transact', (writes) => store.transact(writes)),
    }),
    decisions: {
      append: inTurn('append', (record) => decisions.append(record)),
      all: () => decisions.all(),
    },
    exchange: exchangeWith(exchange, {
      submit: inTurn('submit', async (request) => {
        expectWithinPosition(desk);
        const outcome = await exchange.submit(request);
        for (const fill of await fillsOf(desk)) {
          const { tradeId, bookSide } = fill;
          if (bookSide !== 'ask' || booked.has(tradeId)) continue;
          booked.add(tradeId);
          const { clientOrderId } = request;
          later.push(applyOrderUpdate(deps, { kind: 'fill', fill, clientOrderId }));
        }
        return outcome;
      }),
    }),
  };
  const failures: unknown[] = [];
  const timers: Timers = {
    nowMs: () => desk.clock.nowMs(),
    at: (_timeMs, _label, task) => {
      queueMicrotask(() => void task());
      return { run: null };
    },
    after: (_delayMs, _label, task) => timers.at(0, '', task),
    cancel: () => undefined,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
  };
  const tasks = new TaskTimers({
    timers,
    limits: { untilMs: null },
    onFailure: (_task, error) => failures.push(error),
  });
  const guard = new StopGuard({ trading: deps, tasks, mayAct: () => true });
  return {
    guard,
    failures,
    /** The same tick to both lines. */
    say: (tick: MarketTick, copies: number, learns: boolean): void => {
      if (learns) later.push(deps.store.list('positions').then((rows) => guard.learn(rows)));
      guard.onTick(tick);
      for (let copy = 0; copy < copies; copy += 1) later.push(evaluateExits(deps, tick));
    },
    ended: async (): Promise<void> => {
      for (let seen = -1; seen < later.length;) {
        seen = later.length;
        await Promise.all([...later, guard.settled()]);
      }
    },
  };
}

/** Invariant 7: what is being sold is never more than what is held. */
function expectWithinPosition(desk: TradingDesk): void {
  const selling = desk.store
    .peekAll('orders')
    .filter(({ intent, state }) => intent.purpose === 'exit' && IN_FLIGHT.has(state))
    .reduce((sum, { intent, bookedFilled }) => sum + intent.count - bookedFilled, 0);
  expect(selling).toBeLessThanOrEqual(positionIn(desk).quantity);
}
const IN_FLIGHT: ReadonlySet<string> = new Set(['planned', 'sent', 'unknown', 'resting']);

async function expectOneTruth(desk: TradingDesk, firstCrossedMs: number): Promise<void> {
  const sent = exitsSent(desk).map(({ clientOrderId }) => clientOrderId);
  expect(new Set(sent).size).toBe(sent.length);
  const { confirmMs } = desk.deps.config.strategy.exits;
  for (const id of sent) {
    const { intent } = orderOf(desk, id);
    const { record } = desk.decisions.peek(intent.decisionId)!;
    expect(fromCanonical(record.outcome['intent']!)).toEqual(intent);
    if (intent.purpose !== 'exit' || intent.rule !== 'stop_loss') continue;
    const { crossing } = fromCanonical(record.outcome['exit']!) as {
      readonly crossing: { readonly sinceMs: number };
    };
    expect(record.decidedAtMs - crossing.sinceMs).toBeGreaterThanOrEqual(confirmMs);
    expect(crossing.sinceMs).toBeGreaterThanOrEqual(firstCrossedMs);
  }
  const tally = new InvariantTally(() => '');
  checkDecisions(tally, await desk.decisions.all(), desk.deps.config);
  expect(tally.violated).toBe(0);
}

describe('two lines on the same ticks', () => {
  it('sell what is held once, in whatever order their steps happen, and nothing is left unsold', async () => {
    const seen = { byGuard: 0, bySecondLine: 0, conflicts: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(step, { minLength: 3, maxLength: 12 }),
        fc.array(reply, { maxLength: 4 }),
        async (order, steps, replies) => {
          const desk = await holdingTen();
          const { clock, exchange, store } = desk;
          exchange.answer(
            ...replies.map((kind) => answers(desk, kind)),
            ...Array.from({ length: 50 }, () => answers(desk, 'all')),
          );
          const lines = twoLines(desk, order);
          lines.guard.learn(await store.list('positions'));
          const firstCrossedMs = clock.nowMs();
          const told = order.scheduleSequence(
            steps.map(({ waitMs, book, copies, learns }, index) => async () => {
              await Promise.resolve();
              clock.advance(waitMs);
              lines.say(aTick(desk, { n: index + 2, ...book }), copies, learns);
            }),
          );
          await order.waitFor(told.task.then(() => lines.ended()));
          expect(lines.failures).toEqual([]);
          await expectOneTruth(desk, firstCrossedMs);
          const inChaos = exitsSent(desk).length;
          seen.byGuard += lines.guard.sent;
          seen.bySecondLine += inChaos - lines.guard.sent;
          seen.conflicts += (await desk.decisions.all()).length - 1 - inChaos;

          // Whatever was lost or refused is found, and what is left is sold.
          for (let n = 100; n < 112 && positionIn(desk).state === 'open'; n += 1) {
            clock.advance(10_000);
            await resolveOrders(desk.deps);
            await evaluateExits(desk.deps, aTick(desk, { n, ...STOP }));
            for (const fill of await fillsOf(desk)) {
              const id = idOf(desk, fill.exchangeOrderId);
              await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId: id });
            }
          }
          const sold = (await fillsOf(desk)).filter(({ bookSide }) => bookSide === 'ask');
          expect(sold.reduce((sum, { count }) => sum + count, 0)).toBe(HELD);
          expect(positionIn(desk)).toMatchObject({ state: 'closed', quantity: 0 });
          await expectOneTruth(desk, firstCrossedMs);
          await expectBalanced(desk);
        },
      ),
      runs(300),
    );
    // Both were first at times, and at times both had decided.
    expect(seen.byGuard).toBeGreaterThan(0);
    expect(seen.bySecondLine).toBeGreaterThan(0);
    expect(seen.conflicts).toBeGreaterThan(0);
  });
});

function idOf(desk: TradingDesk, exchangeOrderId: string): string {
  const order = desk.store.peekAll('orders').find((one) => one.exchangeOrderId === exchangeOrderId);
  const entry = desk.store.peekAll('orders').find(({ intent }) => intent.purpose === 'entry')!;
  return (order ?? entry).intent.clientOrderId;
}
