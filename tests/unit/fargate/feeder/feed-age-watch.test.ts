import { describe, expect, it } from 'vitest';
import { NO_CHECKS } from '../../../../fargate/feeder/feeder-parts.ts';
import { raiseCause, standingCauses } from '../../../../shared/application/trading-causes.ts';
import type { ClockOffset } from '../../../../shared/domain/feeds/clock-offset.ts';
import type { HotStore } from '../../../../shared/ports/hot-store.ts';
import { aFeederDesk } from '../../../support/feeder-desk.ts';
import { A, B, delta, snapshot } from '../../../support/feeder-events.ts';

const KNOWN: ClockOffset = { offsetMs: 0, uncertaintyMs: 20, sampleCount: 8 };

async function aDesk(
  clockOffset: ((nowMs: number) => ClockOffset | null) | null,
  before: (store: HotStore) => Promise<void> = () => Promise.resolve(),
) {
  const desk = aFeederDesk({ checks: { ...NO_CHECKS, clockOffset } });
  await before(desk.store);
  await desk.feeder.start();
  desk.stream().connect();
  let sequence = 0;
  const snapshots = (): void => {
    const timeMs = desk.clock.nowMs();
    sequence = 2;
    desk.stream().say(snapshot(1, A, { timeMs }), timeMs);
    desk.stream().say(snapshot(2, B, { timeMs }), timeMs);
  };
  snapshots();
  /** One delta a second, each so old on arrival. */
  const say = async (seconds: number, ageMs: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await desk.passTime(1_000);
      const nowMs = desk.clock.nowMs();
      sequence += 1;
      desk.stream().say(delta(sequence, A, { timeMs: nowMs - ageMs }), nowMs);
    }
    await desk.passTime(1);
  };
  const causes = async () => (await standingCauses(desk.store)).map(({ code }) => code);
  return { ...desk, say, snapshots, causes };
}

describe('the age of a feed', () => {
  it('is published by channel each minute, with the clock that it is measured by', async () => {
    const { say, telemetry, feeder } = await aDesk(() => KNOWN);
    await say(62, 40);
    expect(telemetry.gauges.get('feed_age.book.p50_ms')).toBeGreaterThanOrEqual(40);
    expect(telemetry.gauges.get('feed_age.book.p99_ms')).toBeLessThan(50);
    expect(telemetry.gauges.get('feeder.clock_uncertainty_ms')).toBe(20);
    const { ages } = feeder.status();
    expect(ages?.channels.book?.count).toBeGreaterThan(50);
    expect(ages?.clock).toEqual(KNOWN);
  });

  it('that stays high refuses new risk and costs the connection, and heals when it is low again', async () => {
    const { say, causes, streams, stream, snapshots, telemetry } = await aDesk(() => KNOWN);
    await say(4, 8_000);
    expect(await causes()).toEqual([]);
    await say(3, 8_000);
    expect(await causes()).toEqual(['stale_book']);
    expect(streams).toHaveLength(2);
    stream().connect();
    snapshots();
    await say(12, 30);
    expect(await causes()).toEqual([]);
    expect(telemetry.counts.get('feeder.feed_behind')).toBe(1);
  });

  it('that no new connection makes lower costs ever fewer of them', async () => {
    const { say, streams, stream, snapshots } = await aDesk(() => KNOWN);
    for (let second = 0; second < 120; second += 1) {
      const before = streams.length;
      await say(1, 8_000);
      if (streams.length === before) continue;
      stream().connect();
      snapshots();
    }
    expect(streams.length - 1).toBeGreaterThanOrEqual(3);
    expect(streams.length - 1).toBeLessThanOrEqual(5);
  });

  it('lifts the refusal that an earlier process left, once it is in time', async () => {
    const { say, causes } = await aDesk(
      () => KNOWN,
      async (before) => {
        await raiseCause(before, {
          code: 'stale_book',
          scope: { kind: 'account' },
          state: 'refuse',
          sinceMs: 1,
          detail: 'the process before',
        });
      },
    );
    expect(await causes()).toEqual(['stale_book']);
    await say(3, 30);
    expect(await causes()).toEqual(['stale_book']);
    await say(10, 30);
    expect(await causes()).toEqual([]);
  });

  it('follows a clock that is set within seconds, and takes it for no lag', async () => {
    let offset = KNOWN;
    const { say, causes, streams } = await aDesk(() => offset);
    await say(5, 30);
    // Ours is four seconds ahead from now on; the next answers of the exchange have said so.
    offset = { ...KNOWN, offsetMs: -4_000 };
    await say(30, 4_030);
    expect(await causes()).toEqual([]);
    expect(streams).toHaveLength(1);
  });

  it('that was late once is no reason', async () => {
    const { say, causes, streams } = await aDesk(() => KNOWN);
    for (let round = 0; round < 5; round += 1) {
      await say(3, 8_000);
      await say(1, 30);
    }
    expect(await causes()).toEqual([]);
    expect(streams).toHaveLength(1);
  });

  it('says nothing within what nobody knows of the clocks, and that nobody knows it', async () => {
    const { say, causes, telemetry } = await aDesk(() => null);
    await say(62, 6_000);
    expect(await causes()).toEqual([]);
    expect(telemetry.counts.get('feeder.clock_unknown')).toBe(1);
  });

  it('is told apart from a clock that is off', async () => {
    const { say, telemetry, logged } = await aDesk(() => ({ ...KNOWN, offsetMs: -3_000 }));
    await say(62, 3_040);
    expect(telemetry.counts.get('feeder.clock_skewed')).toBe(1);
    expect(logged()).toContain('clock_skewed');
    expect(telemetry.counts.get('feeder.feed_behind')).toBeUndefined();
  });
});
