import { describe, expect, it } from 'vitest';
import type { LifecycleEvent, MarketDataEvent } from '../../../../shared/ports/market-data.ts';
import { A, aSyncedSession, ticksOf } from '../../../support/feeder-events.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const NEWS = 9;

const lifecycle = (sequence: number, event: LifecycleEvent): MarketDataEvent => ({
  kind: 'lifecycle',
  sequence: { subscription: NEWS, sequence },
  market: A,
  event,
  result: null,
  closeTimeMs: null,
  exchangeTimeMs: null,
});

/** A session that also follows the news of all markets. */
function aSessionWithNews() {
  const session = aSyncedSession();
  session.onSubscribed(NEWS, []);
  return session;
}

describe('news of markets that were lost', () => {
  it('make the feeder ask what the markets are', () => {
    const session = aSessionWithNews();
    session.onStreamEvent(lifecycle(1, 'deactivated'), NOON);
    const commands = session.onStreamEvent(lifecycle(3, 'metadata_updated'), NOON + 1_000);
    expect(commands).toContainEqual({ kind: 'refresh_markets' });
  });

  it('are made good by the answer: a market that trades again is published as active', () => {
    const session = aSessionWithNews();
    session.onStreamEvent(lifecycle(1, 'deactivated'), NOON);
    const later = NOON + 60_000;
    const [tick] = ticksOf(session.onMarkets([aMarket({ status: 'active' })], later, later + 40));
    expect(tick?.market.status).toBe('active');
  });

  it('that came after the question are newer than its answer', () => {
    const session = aSessionWithNews();
    session.onStreamEvent(lifecycle(1, 'deactivated'), NOON + 100);
    expect(session.onMarkets([aMarket({ status: 'active' })], NOON, NOON + 200)).toEqual([]);
  });

  it('of other markets and an unchanged answer publish nothing', () => {
    const session = aSessionWithNews();
    const answer = [aMarket(), aMarket({ ticker: 'KXOTHER' })];
    expect(session.onMarkets(answer, NOON + 60_000, NOON + 60_040)).toEqual([]);
  });
});
