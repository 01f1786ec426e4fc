import { describe, expect, it } from 'vitest';
import { ACCOUNT, type World } from '../../local/virtual/world.ts';
import type { SubmitOutcome } from '../../shared/domain/execution/outcome.ts';
import type { MarketResult } from '../../shared/domain/market/market.ts';
import type { Exchange, OrderRequest } from '../../shared/ports/exchange.ts';
import { brokenExchange } from '../support/broken-parts.ts';
import { aWorld } from '../support/virtual-runs.ts';
import {
  expectNothingLostOrDoubled,
  runToEnd,
  throughWire,
  typeOfFrame,
  type Wire,
} from '../support/world-runs.ts';

/** Longer than the settlement timer and shorter than what is left of the day. */
const STUCK_MS = 5 * 60_000;

type Stuck = {
  readonly world: World;
  /** The exit that was under way, once there was one. */
  readonly exit: () => OrderRequest | null;
};

/**
 * The first exit goes out, its market is determined at that moment, and its answer is lost. Until long after the
 * settlement no list of orders or fills can be read, so that the exit stays under way.
 */
function worldWithStuckExit(seed: number, reaches: 'before' | 'never'): Stuck {
  let exit: OrderRequest | null = null;
  let untilMs = 0;
  const breakExchange = (inner: Exchange): Partial<Exchange> => ({
    submit: async (request): Promise<SubmitOutcome> => {
      if (!request.reduceOnly || exit !== null) return inner.submit(request);
      exit = request;
      untilMs = world.scheduler.nowMs() + STUCK_MS;
      if (reaches === 'before') await inner.submit(request);
      settleEarly(world, request.market, { kind: 'yes' });
      return { kind: 'unknown', cause: 'timeout' };
    },
    orders: (filter) => (isStuck() ? unavailable() : inner.orders(filter)),
    fills: (filter) => (isStuck() ? unavailable() : inner.fills(filter)),
  });
  const isStuck = (): boolean => world.scheduler.nowMs() < untilMs;
  const world: World = aWorld({
    seed,
    scenario: 'quiet-short-games',
    standIns: { deps: brokenExchange(breakExchange) },
  });
  return { world, exit: () => exit };
}

function unavailable() {
  return Promise.resolve({ kind: 'unavailable', reason: 'made for a test' } as const);
}

/** Determines a market before its game is over; what the world says of it later no longer matters. */
function settleEarly(world: World, market: string, result: MarketResult): void {
  const determine = world.exchange.determine.bind(world.exchange);
  world.exchange.determine = (ticker, later, nowMs) =>
    ticker === market ? null : determine(ticker, later, nowMs);
  expect(determine(market, result, world.scheduler.nowMs())).toBeNull();
}

async function play(
  reaches: 'before' | 'never',
  wire: Wire = (frame) => [frame],
): Promise<{ world: World; exit: OrderRequest }> {
  for (let seed = 1; seed <= 12; seed += 1) {
    const { world, exit } = worldWithStuckExit(seed, reaches);
    throughWire(world.exchange, wire);
    world.begin();
    await runToEnd(world);
    const sent = exit();
    if (sent !== null) return { world, exit: sent };
  }
  throw new Error('none of the seeds comes to an exit');
}

describe('a market that is settled while an exit of it is under way', () => {
  it('pays the position when the exit never arrived', async () => {
    const { world, exit } = await play('never');
    await expectNothingLostOrDoubled(world);
    const truth = world.exchange.truth(ACCOUNT);
    const order = world.store.peek('orders', exit.clientOrderId)!;
    expect(order.state).toBe('abandoned');
    expect(order.bookedFilled).toBe(0);
    const paid = truth.settlements.filter(({ market }) => market === exit.market);
    expect(paid).toHaveLength(1);
    expect(paid[0]!.yesCount + paid[0]!.noCount).toBe(exit.count);
    expect(closings(world, exit)).toEqual(['settlement']);
  });

  it.each([
    ['and the stream says so', (frame) => [frame]],
    ['and nobody says so until long after', (frame) => (isOfOurs(frame) ? [] : [frame])],
  ] as const satisfies readonly (readonly [string, Wire])[])(
    'books the sale and nothing more when the exit arrived before, %s',
    async (_, wire) => {
      const { world, exit } = await play('before', wire);
      await expectNothingLostOrDoubled(world);
      const truth = world.exchange.truth(ACCOUNT);
      const order = world.store.peek('orders', exit.clientOrderId)!;
      const sold = truth.fills
        .filter(({ clientOrderId }) => clientOrderId === exit.clientOrderId)
        .reduce((sum, { count }) => sum + count, 0);
      expect(sold).toBeGreaterThan(0);
      expect(order.bookedFilled).toBe(sold);
      expect(closings(world, exit)).toHaveLength(1);
    },
  );
});

function isOfOurs(frame: string): boolean {
  return ['fill', 'user_order'].includes(typeOfFrame(frame));
}

/** Why the positions of the exit's market were closed, the one that the exit was of. */
function closings(world: World, exit: OrderRequest): readonly string[] {
  const order = world.store.peek('orders', exit.clientOrderId)!;
  const { intent } = order;
  return world.stats.journal.flatMap((entry) =>
    entry.kind === 'position_closed' &&
    intent.purpose === 'exit' &&
    entry.positionId === intent.positionId
      ? [entry.cause]
      : [],
  );
}
