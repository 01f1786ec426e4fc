import { describe, expect, it } from 'vitest';
import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import { aWorld } from '../support/virtual-runs.ts';
import {
  expectNothingLostOrDoubled,
  runToEnd,
  throughWire,
  typeOfFrame,
  type Wire,
} from '../support/world-runs.ts';

const EVERY = 100;

/** Lets every so many'th delta of the books through otherwise, and counts them. */
function everySoOften(otherwise: (frame: string) => readonly string[]): {
  readonly wire: Wire;
  readonly count: () => number;
} {
  let deltas = 0;
  let changed = 0;
  const wire: Wire = (frame) => {
    if (typeOfFrame(frame) !== 'orderbook_delta') return [frame];
    deltas += 1;
    if (deltas % EVERY !== 0) return [frame];
    changed += 1;
    return otherwise(frame);
  };
  return { wire, count: () => changed };
}

/** A session that remembers what it published and asked for. */
class WatchedSession extends FeederSession {
  readonly ticks: MarketTick[] = [];
  asked = 0;

  override onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    const commands = super.onStreamEvent(event, nowMs);
    for (const command of commands) {
      if (command.kind === 'publish_tick') this.ticks.push(command.tick);
      if (command.kind === 'request_snapshots') this.asked += 1;
    }
    return commands;
  }
}

async function playThrough(otherwise: (frame: string) => readonly string[]) {
  const sessions: WatchedSession[] = [];
  const world = aWorld({
    seed: 1,
    scenario: 'quiet-short-games',
    standIns: {
      session: (epoch) => {
        const session = new WatchedSession(epoch);
        sessions.push(session);
        return session;
      },
    },
  });
  const { wire, count } = everySoOften(otherwise);
  throughWire(world.exchange, wire);
  world.begin();
  await runToEnd(world);
  await expectNothingLostOrDoubled(world);
  expect(world.store.peekAll('fills').length).toBeGreaterThan(0);
  expect(sessions).toHaveLength(1);
  return { world, session: sessions[0]!, changed: count() };
}

/**
 * Each missed frame was noticed and its books asked for again; every market was synced in the end. That no published
 * book differed from the exchange's meanwhile, and that nothing was traded on a suspect one, is what the checker says.
 */
async function expectMissedAndHealed(otherwise: (frame: string) => readonly string[]) {
  const played = await playThrough(otherwise);
  const { session, changed, world } = played;
  expect(changed).toBeGreaterThan(5);
  expect(session.gaps).toBeGreaterThanOrEqual(changed);
  expect(session.asked).toBeGreaterThanOrEqual(changed);
  const last = new Map(session.ticks.map((tick) => [tick.market.ticker, tick.book.sync]));
  expect([...last.values()].every((sync) => sync === 'synced')).toBe(true);
  expect(last.size).toBe(world.markets.length);
  return played;
}

describe('frames of the exchange that cannot be used', () => {
  it('a gap makes the books suspect until new snapshots come', async () => {
    const { world } = await expectMissedAndHealed(() => []);
    expect(world.feeder.counts.refused).toBe(0);
  });

  it('a malformed frame is refused, counted, and treated as the gap that it is', async () => {
    const { world, changed } = await expectMissedAndHealed((frame) => [
      frame.slice(0, frame.length / 2),
    ]);
    expect(world.feeder.counts.refused).toBe(changed);
    expect(world.telemetry.lines().filter(({ event }) => event === 'frame_refused')).toHaveLength(
      changed,
    );
  });

  it('an oversized frame is refused unread', async () => {
    const { maxFrameBytes } = DEFAULT_CONFIG.feeds;
    const { world, changed } = await expectMissedAndHealed((frame) => [
      frame + ' '.repeat(maxFrameBytes),
    ]);
    expect(world.feeder.counts.refused).toBe(changed);
    const refused = world.telemetry.lines().filter(({ event }) => event === 'frame_refused');
    expect(new Set(refused.map(({ fields }) => fields['code']))).toEqual(new Set(['oversized']));
  });

  it('a frame of a kind that nobody knows changes nothing', async () => {
    const { world, session } = await playThrough((frame) => ['{"type":"weather","msg":{}}', frame]);
    expect(session.gaps).toBe(0);
    expect(session.ticks.every(({ book }) => book.sync === 'synced')).toBe(true);
    expect(world.feeder.counts.refused).toBeGreaterThan(0);
  });
});
