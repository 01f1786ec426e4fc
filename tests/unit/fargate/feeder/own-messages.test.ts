import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OwnMessages } from '../../../../fargate/feeder/own-messages.ts';
import { TaskTimers } from '../../../../fargate/feeder/task-timers.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { NOON } from '../../../support/trade-builders.ts';
import { openDesk } from '../../../support/trading-desk.ts';

describe('a look for messages of our own', () => {
  it('that is asked for while one is under way follows it: a connection came up meanwhile', async () => {
    const desk = await openDesk();
    const clock = new Scheduler({ startMs: NOON });
    const held = Promise.withResolvers<void>();
    let looks = 0;
    const own = new OwnMessages({
      trading: desk.deps,
      tasks: new TaskTimers({ timers: clock, limits: { untilMs: null }, onFailure: () => {} }),
      intervalMs: 30_000,
      tell: () => {},
      reader: {
        asOfMs: async () => {
          looks += 1;
          await held.promise;
          return { kind: 'read', value: NOON };
        },
        fills: () => Promise.resolve({ kind: 'read', value: [] }),
        orders: () => Promise.resolve({ kind: 'read', value: [] }),
      },
    });
    const pass = (ms: number) => clock.run({ untilMs: clock.nowMs() + ms, turn: setImmediate });
    own.lookSoon();
    clock.after(3_000, 'a connection', () => own.lookSoon());
    clock.after(6_000, 'time passes', () => {});
    await pass(6_000);
    expect(looks).toBe(1);
    held.resolve();
    await setImmediate();
    clock.after(100, 'time passes', () => {});
    await pass(100);
    expect(looks).toBe(2);
  });
});
