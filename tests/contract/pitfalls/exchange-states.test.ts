import { describe, expect, it } from 'vitest';
import { cancelEverything } from '../../../shared/application/cancel-everything.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { decideEntry } from '../../../shared/domain/strategies/decide-entry.ts';
import { entryRules } from '../../../shared/application/trading-config.ts';
import { valueOf } from '../../support/port-reads.ts';
import { aMarket } from '../../support/trade-builders.ts';
import { aSignal, aTick } from '../../support/trading-desk.ts';
import { heldAtVenue, openPitfallDesk, type PitfallDesk } from './pitfall-desk.ts';

async function restingQuote(desk: PitfallDesk, clientOrderId: string, restMs = 60_000) {
  const { market, quoting, venue } = desk;
  const outcome = await quoting.quote({
    clientOrderId,
    market,
    exchangeIndex: 0,
    bookSide: 'bid',
    limitPrice: price(4_500),
    count: contracts(500),
    expiresAtMs: venue.nowMs() + restMs,
    postOnly: true,
    selfTrade: 'cancel_taker',
    orderGroupId: null,
  });
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  return { exchangeOrderId: outcome.exchangeOrderId, market, exchangeIndex: 0 };
}

describe('pitfalls of what the exchange does by itself', () => {
  it('pitfall 22: a market closes without a word, and then refuses cancels', async () => {
    const desk = await openPitfallDesk();
    const { venue, quoting } = desk;
    const told: string[] = [];
    venue.exchange.subscribe(
      (frame) => {
        told.push(frame);
      },
      { account: 'us', channels: ['market_lifecycle_v2'], markets: null, useYesPrice: true },
      venue.nowMs(),
    );
    const { closeTimeMs } = aMarket();
    const { closeGuardMs } = desk.deps.config.strategy;
    await desk.pass(closeTimeMs - closeGuardMs - venue.nowMs());
    // From the guard on nothing is entered, although the exchange still says that the market is open.
    const decision = decideEntry({
      tick: aTick(desk),
      nowMs: desk.clock.nowMs(),
      ...entryRules(desk.deps.config),
    });
    expect(decision).toMatchObject({ kind: 'skip', reason: 'market_closing' });
    const address = await restingQuote(desk, 'before the close', closeGuardMs - 10_000);
    await desk.pass(closeTimeMs - venue.nowMs());
    expect(told.filter((frame) => frame.includes('event_type'))).toEqual([]);
    // It ended before the close, as it had been told to; a cancel now could not have done it.
    expect((await quoting.cancelMany([address]))[0]?.kind).not.toBe('cancelled');
    await desk.pass(1_000);
    expect(await valueOf(quoting.order(address.exchangeOrderId))).toMatchObject({
      status: 'cancelled',
      filled: 0,
    });
    expect(heldAtVenue(desk)).toBe(0);
  });

  it('pitfall 23: a market that trades again has no order of ours', async () => {
    const desk = await openPitfallDesk();
    const { venue, market, quoting } = desk;
    const address = await restingQuote(desk, 'before the halt', 600_000);
    venue.exchange.deactivate(market, venue.nowMs());
    await desk.pass(10_000);
    venue.exchange.reactivate(market, venue.nowMs());
    await desk.pass(1_000);
    expect(await valueOf(quoting.order(address.exchangeOrderId))).toMatchObject({
      status: 'cancelled',
    });
    expect(await valueOf(quoting.resting())).toEqual([]);
    // Its place is free: the same quote under its next name rests.
    await restingQuote(desk, 'after the halt');
    await desk.pass(1_000);
    expect(await valueOf(quoting.resting())).toHaveLength(1);
  });

  it('pitfall 24: cancel-all reaches orders of the minute after it', async () => {
    const desk = await openPitfallDesk();
    const { quoting, deps, clock } = desk;
    await restingQuote(desk, 'first', 600_000);
    const report = await cancelEverything(
      {
        ...deps,
        quoting,
        exchange: desk.kalshi,
        clock: { nowMs: () => clock.nowMs(), sleep: (ms) => desk.pass(ms) },
      },
      'a test',
    );
    expect(report.kind).toBe('clean');
    expect(report.aftershockUntilMs).toBeGreaterThanOrEqual(clock.nowMs() + 50_000);
    // What would be placed now, the exchange may take away; so nothing is.
    expect(await placeEntry(deps, aSignal(desk))).toMatchObject({ kind: 'refused' });
    expect(heldAtVenue(desk)).toBe(0);
    const late = await restingQuote(desk, 'against better knowledge', 600_000);
    await desk.pass(5_000);
    expect(await valueOf(quoting.order(late.exchangeOrderId))).toMatchObject({
      status: 'cancelled',
    });
  });
});
