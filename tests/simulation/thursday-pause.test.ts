import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../local/virtual/scenarios.ts';
import { scenarioNamed } from '../../local/virtual/scenarios.ts';
import { World } from '../../local/virtual/world.ts';
import { standingCauses } from '../../shared/application/trading-causes.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { expectNothingLostOrDoubled, runToEnd, runUntil } from '../support/world-runs.ts';

const MINUTE = 60_000;
/** Thursday 2026-11-26, 03:00 to 05:00 in New York. */
const PAUSE = Date.UTC(2026, 10, 26, 8);
const RESUMES = PAUSE + 120 * MINUTE;

/** A game that is being played when the pause begins, and one that begins after it. */
function aThursday(): Scenario {
  const quiet = scenarioNamed('quiet-short-games');
  invariant(quiet !== undefined, 'there is a quiet scenario');
  const starts = [PAUSE - 12 * MINUTE, RESUMES + 8 * MINUTE];
  return {
    ...quiet,
    schedule: (rng) =>
      quiet.schedule(rng).map((game, index) => ({
        ...game,
        startTimeMs: starts[index] ?? game.startTimeMs,
      })),
  };
}

/** The world of a Thursday; what our account sends is noted with its time. */
function playThursday(seed: number) {
  const sent: { readonly atMs: number; readonly purpose: 'entry' | 'exit' }[] = [];
  const world: World = new World({
    seed,
    scenario: aThursday(),
    config: toDomainConfig(DEFAULT_CONFIG),
    configFingerprint: '0'.repeat(64),
    standIns: {
      deps: (deps) => {
        const submit = deps.exchange.submit.bind(deps.exchange);
        deps.exchange.submit = (request) => {
          const purpose = request.reduceOnly ? 'exit' : 'entry';
          sent.push({ atMs: world.scheduler.nowMs(), purpose });
          return submit(request);
        };
        return deps;
      },
    },
  });
  const { exchange, scheduler, feeder } = world;
  scheduler.at(PAUSE, 'pause', () => exchange.setPause('trading', PAUSE));
  scheduler.at(PAUSE + 30 * MINUTE, 'sockets drop', () => feeder.disconnect());
  scheduler.at(PAUSE + 40 * MINUTE, 'sockets return', () => feeder.reconnect());
  scheduler.at(RESUMES, 'trading', () => exchange.setPause('none', RESUMES));
  return { world, sent };
}

describe('the Thursday pause in the middle of a run', () => {
  it('lets no order leave, cancels work, sockets drop, and trading goes on after it', async () => {
    const { world, sent } = playThursday(5);
    const codes = async () =>
      (await standingCauses(world.store)).map(({ code }) => code).toSorted();
    world.begin();
    await runUntil(world, PAUSE - MINUTE);
    expect(await codes()).toEqual([]);
    // Somebody's order rests when trading pauses.
    const { exchange } = world;
    exchange.deposit('another', 0, money(1_000_000_000));
    const placed = exchange.place(
      'another',
      {
        clientOrderId: 'rests',
        market: world.markets[2]!.market.ticker,
        side: 'bid',
        price: price(100),
        count: contracts(100),
        timeInForce: 'good_till_canceled',
        postOnly: false,
        reduceOnly: false,
        selfTradePrevention: 'taker_at_cross',
        expiresAtMs: null,
        cancelOnPause: false,
        orderGroupId: null,
      },
      PAUSE - MINUTE,
    );
    invariant(placed.kind === 'placed', 'it rests');
    await runUntil(world, PAUSE - 20_000);
    expect(await codes()).toEqual(['exchange_pause']);
    await runUntil(world, PAUSE + 10 * MINUTE);
    expect(await codes()).toEqual(['exchange_closed', 'exchange_pause']);
    expect(exchange.withdraw(placed.order, PAUSE + 10 * MINUTE)).toBe(100);
    await runUntil(world, RESUMES - 1);
    expect(await codes()).toEqual(['exchange_closed', 'exchange_pause']);
    await runUntil(world, RESUMES + MINUTE);
    expect(await codes()).toEqual([]);
    await runToEnd(world);

    const times = (purpose: 'entry' | 'exit', fromMs: number, untilMs: number) =>
      sent.filter(
        (order) => order.purpose === purpose && order.atMs >= fromMs && order.atMs < untilMs,
      ).length;
    expect(times('entry', 0, PAUSE - 30_000)).toBeGreaterThan(0);
    expect(times('entry', PAUSE - 25_000, RESUMES)).toBe(0);
    expect(times('exit', PAUSE, RESUMES)).toBe(0);
    expect(times('entry', RESUMES, Number.POSITIVE_INFINITY)).toBeGreaterThan(0);
    // After the pause every book was asked for again before anything was traded.
    expect(world.telemetry.lines().map(({ event }) => event)).toContain('exchange_resumed');
    await expectNothingLostOrDoubled(world);
  });
});
