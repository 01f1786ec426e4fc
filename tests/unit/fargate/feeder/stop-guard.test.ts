import { describe, expect, it } from 'vitest';
import { evaluateExits } from '../../../../shared/application/evaluate-exits.ts';
import { exchangeWith, storeWith } from '../../../support/broken-parts.ts';
import { aStopDesk, STOP, TARGET, WITHIN } from '../../../support/stop-desk.ts';
import { exitsSent, positionIn } from '../../../support/trading-desk.ts';

describe('a stop in the feeder', () => {
  it('is sold on the tick that confirms it, and reads no store on any tick before that but the first', async () => {
    const { desk, look, reads, guard } = await aStopDesk();
    for (let tick = 0; tick < 20; tick += 1) await look(100, WITHIN);
    expect(reads).toEqual([]);
    await look(100, STOP);
    expect(reads).toContain('positions');
    const afterFirst = reads.length;
    for (let tick = 0; tick < 29; tick += 1) await look(100, STOP);
    expect(reads).toHaveLength(afterFirst);
    expect(exitsSent(desk)).toEqual([]);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(100, STOP);
    expect(exitsSent(desk)).toMatchObject([{ limitPrice: 3_000, count: 1_000, reduceOnly: true }]);
    expect(guard.sent).toBe(1);
  });

  it('is sold once, however many ticks come before its fills are booked', async () => {
    const { desk, look, learn } = await aStopDesk();
    await look(0, STOP);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(3_000, STOP);
    for (let tick = 0; tick < 10; tick += 1) await look(100, STOP);
    await learn();
    await look(100, STOP);
    expect(exitsSent(desk)).toHaveLength(1);
  });

  it('leaves what is not CRITICAL to the second line', async () => {
    const { desk, look, reads } = await aStopDesk();
    await look(0, TARGET);
    await look(5_000, TARGET);
    expect(reads).toEqual([]);
    expect(exitsSent(desk)).toEqual([]);
  });
});

describe('the first time of a crossing', () => {
  it('stands in the stored position, so that another process waits no longer than the first', async () => {
    const { desk, clock, look, learn, anotherGuard } = await aStopDesk();
    await look(0, STOP);
    expect(positionIn(desk).crossing).toEqual({ rule: 'stop_loss', sinceMs: clock.nowMs() });
    const next = anotherGuard();
    await learn(next);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(2_999, STOP, next);
    expect(exitsSent(desk)).toEqual([]);
    await look(1, STOP, next);
    expect(exitsSent(desk)).toHaveLength(1);
  });

  it('is the one that the second line has seen, where that was first', async () => {
    const { desk, deps, clock, tick, look, passTime } = await aStopDesk();
    await evaluateExits(deps, tick(STOP));
    const { crossing } = positionIn(desk);
    await passTime(1_000);
    // The guard has not learned of it and takes this for the first time.
    await look(0, STOP);
    expect(positionIn(desk).crossing).toEqual(crossing);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(2_000, STOP);
    expect(clock.nowMs() - crossing!.sinceMs).toBe(3_000);
    expect(exitsSent(desk)).toHaveLength(1);
  });

  it('is forgotten when the price comes back, also when nobody else looks', async () => {
    const { desk, look } = await aStopDesk();
    await look(0, STOP);
    await look(1_000, WITHIN);
    expect(positionIn(desk).crossing).toBeNull();
    await look(3_000, STOP);
    await look(2_999, STOP);
    expect(exitsSent(desk)).toEqual([]);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(1, STOP);
    expect(exitsSent(desk)).toHaveLength(1);
  });

  it('goes on through ticks whose book cannot be believed', async () => {
    const { desk, look, reads } = await aStopDesk();
    await look(0, STOP);
    const before = reads.length;
    await look(1_000, { ...WITHIN, sync: 'gapped' });
    await look(1_000, { ...WITHIN, ask: null });
    expect(reads).toHaveLength(before);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(1_000, STOP);
    expect(exitsSent(desk)).toHaveLength(1);
  });
});

describe('looks at one market', () => {
  it('do not overlap: what comes meanwhile waits, and only the newest of it is decided', async () => {
    const answers: (() => void)[] = [];
    const { desk, deps, guard, look, tick, passTime } = await aStopDesk((inner) => ({
      exchange: exchangeWith(inner.exchange, {
        submit: async (request) => {
          await new Promise<void>((resolve) => answers.push(resolve));
          return inner.exchange.submit(request);
        },
      }),
    }));
    const { exchange } = desk;
    // Nobody buys at the first price; the second is another attempt.
    exchange.answer(exchange.accepts(), exchange.accepts({ at: 3_900, count: 1_000 }));
    await look(0, STOP);
    await look(3_000, STOP);
    for (const bid of [4_100, 3_800, 3_900]) guard.onTick(tick({ bid, ask: 4_200 }));
    await passTime(100);
    expect(answers).toHaveLength(1);
    answers.shift()!();
    await passTime(0);
    expect(answers).toHaveLength(1);
    answers.shift()!();
    await passTime(0);
    expect(exitsSent(desk).map(({ limitPrice }) => limitPrice)).toEqual([3_000, 2_900]);
    const decided = (await deps.decisions.all()).map(({ record }) => record.decisionId);
    // Of the ticks 4, 5 and 6 only the last was decided.
    expect(decided.slice(-2).map((id) => id.split(':').at(-1))).toEqual(['3', '6']);
  });
});

describe('a guard that may not act', () => {
  it('does nothing without its lease, and acts again with it', async () => {
    const { desk, may, look, reads } = await aStopDesk();
    await look(0, STOP);
    may.act = false;
    const before = reads.length;
    await look(3_000, STOP);
    expect(reads).toHaveLength(before);
    expect(exitsSent(desk)).toEqual([]);
    may.act = true;
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(100, STOP);
    expect(exitsSent(desk)).toHaveLength(1);
  });

  it('begins nothing once its epoch is over, and lets what is under way end', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const { desk, tasks, guard, look, passTime } = await aStopDesk((inner) => ({
      exchange: exchangeWith(inner.exchange, {
        submit: async (request) => {
          await answered;
          return inner.exchange.submit(request);
        },
      }),
    }));
    await look(0, STOP);
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(3_000, STOP);
    tasks.end();
    let isSettled = false;
    const settled = guard.settled().then(() => (isSettled = true));
    await passTime(100);
    expect(isSettled).toBe(false);
    answer();
    await passTime(0);
    await settled;
    expect(positionIn(desk).exit.sellable).toBe(0);
    await look(100, STOP);
    expect(exitsSent(desk)).toHaveLength(1);
  });
});

describe('a store that fails', () => {
  it('is left to the second line, told, and tried again with the next tick', async () => {
    let broken = false;
    const { desk, look, failures } = await aStopDesk((inner) => ({
      store: storeWith(inner.store, {
        get: (table, key) =>
          broken ? Promise.reject(new Error('throttled')) : inner.store.get(table, key),
      }),
    }));
    await look(0, STOP);
    broken = true;
    await look(3_000, STOP);
    expect(failures).toEqual(['stop', 'stop']);
    expect(desk.telemetry.counts.get('feeder.stop_failed')).toBe(1);
    broken = false;
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000 }));
    await look(100, STOP);
    expect(exitsSent(desk)).toHaveLength(1);
  });
});

describe('what is known of a position', () => {
  it('is never replaced by an older reading that comes late', async () => {
    const { desk, guard, look, reads } = await aStopDesk();
    const before = await desk.store.list('positions');
    await look(0, STOP);
    guard.learn(before);
    const after = reads.length;
    await look(1_000, STOP);
    expect(reads).toHaveLength(after);
  });

  it('is nothing at all for a market without one, or with a closed one', async () => {
    const { desk, look, anotherGuard, learn, reads } = await aStopDesk();
    await look(3_000, STOP, anotherGuard());
    expect(reads).toEqual([]);
    const row = (await desk.store.get('positions', positionIn(desk).market))!;
    await desk.store.transact([
      {
        kind: 'replace',
        table: 'positions',
        key: row.key,
        version: row.version,
        value: { ...row.value, state: 'closed' },
      },
    ]);
    await learn();
    await look(3_000, STOP);
    expect(reads).toEqual([]);
  });
});
