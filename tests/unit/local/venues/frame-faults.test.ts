import { describe, expect, it } from 'vitest';
import type { FrameFault } from '../../../../local/venues/faulted-wire.ts';
import { FrameFaults, type FrameScope } from '../../../../local/venues/frame-faults.ts';
import { InjectedFaults } from '../../../../local/venues/injected-faults.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const ANY: FrameScope = { channels: null, connection: null };
const EACH = { count: 'each', probability: 1, untilMs: null } as const;

function venue() {
  const timers = new Scheduler({ startMs: 1_000 });
  const injected = new InjectedFaults({ clock: timers, rng: seededRng(1) });
  const faults = new FrameFaults({ faults: injected, timers });
  const inject = (fault: FrameFault, scope: Partial<FrameScope> = {}) =>
    faults.inject(fault, { ...ANY, ...scope }, EACH);
  const connect = () => {
    const got: string[] = [];
    const wire = faults.wire({
      send: (frame) => got.push(frame),
      sendBinary: (bytes) => got.push(`binary of ${bytes.length}`),
      drop: () => got.push('dropped'),
      close: (code, reason) => got.push(`closed ${code} ${reason}`),
    });
    return { got, wire };
  };
  const runTo = async (untilMs: number): Promise<void> => {
    timers.at(untilMs, 'until', () => undefined);
    await timers.run({ untilMs, turn: () => Promise.resolve() });
  };
  return { timers, injected, faults, inject, connect, runTo };
}

const delta = (seq: number, sid = 4): string =>
  `{"type":"orderbook_delta","sid":${sid},"seq":${seq},"msg":{"market_ticker":"KXA-1","sid":99}}`;
const FILL = '{"type":"fill","sid":8,"msg":{"trade_id":"t-1"}}';
const subscribed = (channel: string, sid: number): string =>
  `{"id":1,"type":"subscribed","msg":{"channel":"${channel}","sid":${sid}}}`;

describe('faults of frames', () => {
  it.each<readonly [FrameFault, readonly string[]]>([
    [{ kind: 'duplicate' }, [delta(1), delta(1), delta(2)]],
    [{ kind: 'gap' }, [delta(2)]],
    [{ kind: 'binary' }, [`binary of ${delta(1).length}`, delta(2)]],
    [{ kind: 'malformed', as: 'cut' }, [delta(1).slice(0, delta(1).length / 2), delta(2)]],
    [{ kind: 'malformed', as: 'extra' }, ['{"type":', delta(1), delta(2)]],
  ])('%j meets the next frame once', (fault, told) => {
    const { inject, connect, injected } = venue();
    const { got, wire } = connect();
    inject(fault);
    expect(got).toEqual([]);
    wire.send(delta(1));
    wire.send(delta(2));
    expect(got).toEqual(told);
    expect(injected.firings()).toMatchObject([
      { name: fault.kind, at: 'connection 1 orderbook_delta' },
    ]);
  });

  it('an oversized frame has as many bytes as it should, and is JSON', () => {
    const { inject, connect } = venue();
    const { got, wire } = connect();
    inject({ kind: 'oversized', bytes: 5_000 });
    wire.send(delta(1));
    expect([got[0]?.length, got[1]]).toEqual([5_000, delta(1)]);
    expect(JSON.parse(got[0] ?? '')).toMatchObject({ type: 'padding' });
  });

  it('a gap is of numbered frames, a missed message of unnumbered ones of the user', () => {
    const { inject, connect } = venue();
    const { got, wire } = connect();
    inject({ kind: 'gap' });
    inject({ kind: 'missed_user_message' });
    wire.send(FILL);
    wire.send(delta(1));
    wire.send(FILL);
    expect(got).toEqual([FILL]);
  });

  it('are narrowed to channels and to a connection; replies are left alone', () => {
    const { inject, connect } = venue();
    const [one, two] = [connect(), connect()];
    inject({ kind: 'duplicate' }, { channels: ['fill'], connection: 2 });
    for (const { wire } of [one, two]) {
      wire.send(subscribed('fill', 8));
      wire.send(delta(1));
      wire.send(FILL);
    }
    expect(one.got).toEqual([subscribed('fill', 8), delta(1), FILL]);
    expect(two.got).toEqual([subscribed('fill', 8), delta(1), FILL, FILL]);
  });

  it('an error ends a subscription at once, with its next number, and nothing comes after it', () => {
    const { inject, connect, injected } = venue();
    const { got, wire } = connect();
    wire.send(subscribed('orderbook_delta', 4));
    wire.send(delta(1));
    wire.send(delta(2));
    inject({ kind: 'subscription_error', code: 25 });
    wire.send(delta(3));
    wire.send(FILL);
    expect(got.slice(3).map((frame) => JSON.parse(frame) as unknown)).toEqual([
      { type: 'error', sid: 4, seq: 3, msg: { code: 25, msg: 'Subscription buffer overflow' } },
      JSON.parse(FILL),
    ]);
    expect(injected.record(1)).toMatchObject({ fired: 1, state: 'spent' });
  });

  it('an error waits for a subscription that is not there yet', () => {
    const { inject, connect } = venue();
    const { got, wire } = connect();
    inject({ kind: 'subscription_error', code: 10 }, { channels: ['orderbook_delta'] });
    wire.send(subscribed('orderbook_delta', 4));
    wire.send(delta(1));
    wire.send(delta(2));
    expect(got.slice(1).map((frame) => JSON.parse(frame) as unknown)).toEqual([
      { type: 'error', sid: 4, seq: 1, msg: { code: 10, msg: 'Channel error' } },
    ]);
  });

  it('drops and closes meet each open connection, and no later one', () => {
    const { inject, connect, injected } = venue();
    const [one, two] = [connect(), connect()];
    two.wire.gone();
    inject({ kind: 'drop' });
    inject({ kind: 'close', code: 1_012, reason: 'restart' }, { connection: 1 });
    expect(one.got).toEqual(['dropped', 'closed 1012 restart']);
    expect(two.got).toEqual([]);
    const three = connect();
    three.wire.send(FILL);
    expect(three.got).toEqual([FILL]);
    expect(injected.records().map(({ fired }) => fired)).toEqual([1, 1]);
  });

  it('silence loses what is sent in it, with pings or without', async () => {
    const { inject, connect, runTo } = venue();
    const { got, wire } = connect();
    inject({ kind: 'silence', forMs: 500, pings: false });
    wire.send(delta(1));
    expect(wire.isPinging()).toBe(false);
    await runTo(1_500);
    expect(wire.isPinging()).toBe(true);
    wire.send(delta(2));
    expect(got).toEqual([delta(2)]);
    inject({ kind: 'silence', forMs: 500, pings: true });
    expect(wire.isPinging()).toBe(true);
  });

  it('a lag grows, keeps the order, and loses nothing, also when it is over', async () => {
    const { inject, connect, timers, runTo } = venue();
    const { got, wire } = connect();
    inject({ kind: 'lag', growthMsPerS: 500, mostMs: 800, forMs: 3_000 });
    const arrived: (readonly [number, number])[] = [];
    for (let n = 1; n <= 40; n += 1) {
      timers.at(1_000 + n * 100, 'a frame', () => wire.send(delta(n)));
      timers.at(1_000 + n * 100, 'a look', () => void arrived.push([n, got.length]));
    }
    await runTo(1_100 + 1_000);
    expect(got.length).toBeLessThan(10);
    await runTo(10_000);
    expect(got).toEqual(Array.from({ length: 40 }, (_, index) => delta(index + 1)));
    const behind = arrived.map(([sent, there]) => sent - there);
    expect(Math.max(...behind)).toBeGreaterThanOrEqual(7);
    expect(behind.at(-1)).toBe(0);
  });

  it('nothing is sent on a connection that has gone', async () => {
    const { inject, connect, runTo, faults } = venue();
    const { got, wire } = connect();
    inject({ kind: 'lag', growthMsPerS: 1_000, mostMs: 5_000, forMs: 5_000 });
    await runTo(2_000);
    wire.send(delta(1));
    wire.gone();
    expect(faults.open).toBe(0);
    await runTo(20_000);
    expect(got).toEqual([]);
  });
});
