import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MarketTick } from '../../../shared/domain/market/market-tick.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { playRecording, type ReplayStep } from '../../../shared/replay/play-recording.ts';
import type { RecordingEvent } from '../../../shared/replay/recording.ts';
import { RecordedVenue } from '../../../shared/replay/recorded-venue.ts';
import { ReplaySource } from '../../../shared/replay/replay-source.ts';
import {
  bar,
  forecastEvent,
  inTemporaryFolder,
  marketEvent,
  MINUTE_MS,
  OPEN_MS,
  resultEvent,
  TIP_MS,
  writeSmallRecording,
} from '../../support/replay-fixture.ts';

const MODEL = { name: 'elo-test', version: '1.0.0' };
const EVENTS: readonly RecordingEvent[] = [
  marketEvent(),
  forecastEvent(0.6),
  bar(1, 50),
  forecastEvent(0.7, OPEN_MS + 30 * MINUTE_MS),
  bar(59, 52),
  bar(60, 53),
  bar(90, 80),
  resultEvent('yes', 200),
];

async function play(
  onStep: (step: ReplayStep, venue: RecordedVenue) => void | Promise<void>,
  model = MODEL,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const dir = join(folder, 'recording');
    writeSmallRecording(dir, EVENTS);
    const venue = new RecordedVenue({ openingCash: money(1_000_000_000) });
    const source = new ReplaySource({ model, book: (market) => venue.book(market) });
    await playRecording({ dir, venue, source, onStep: (step) => onStep(step, venue) });
  });
}

async function ticks(model = MODEL): Promise<readonly MarketTick[]> {
  const all: MarketTick[] = [];
  await play(({ tick }) => {
    if (tick !== null) all.push(tick);
  }, model);
  return all;
}

describe('playing a recording', () => {
  it('makes one tick a traded minute and one with the result, stamped in order', async () => {
    const all = await ticks();
    expect(all.map(({ stamp }) => stamp)).toEqual([1, 2, 3, 4, 5].map((n) => ({ epoch: 0, n })));
    expect(all.map(({ feederTimeMs }) => (feederTimeMs - OPEN_MS) / MINUTE_MS)).toEqual([
      1, 59, 60, 90, 200,
    ]);
    expect(all.map(({ game }) => game?.phase)).toEqual([
      'pregame',
      'pregame',
      'live',
      'live',
      'final',
    ]);
    expect(all.map(({ market }) => market.status)).toEqual([
      'active',
      'active',
      'active',
      'active',
      'finalized',
    ]);
    expect(all.map(({ book }) => book.view.asks[0]?.price ?? null)).toEqual([
      5_100,
      5_300,
      5_400,
      8_100,
      null,
    ]);
    expect(all[2]?.game?.startTimeMs).toBe(TIP_MS);
  });

  it('gives each tick the newest forecast of the one model, and no score before the result', async () => {
    const all = await ticks();
    expect(all.map(({ forecast }) => forecast?.homeProbability)).toEqual([0.6, 0.7, 0.7, 0.7, 0.7]);
    expect(all.map(({ game }) => game?.homeScore)).toEqual([0, 0, 0, 0, 2]);
    const other = await ticks({ ...MODEL, version: '2.0.0' });
    expect(other.map(({ forecast }) => forecast)).toEqual([null, null, null, null, null]);
  });

  it('gives every event in order, and lets an order be sent and settled on the way', async () => {
    const seen: RecordingEvent[] = [];
    let revenue = 0;
    await play(async ({ event, tick }, venue) => {
      seen.push(event);
      const ask = tick?.book.view.asks[0];
      if (event.kind === 'bar' && event.atMs === OPEN_MS + 59 * MINUTE_MS && ask !== undefined)
        await venue.submit({
          clientOrderId: 'one',
          market: event.market,
          exchangeIndex: 0,
          bookSide: 'bid',
          limitPrice: ask.price,
          count: contracts(500),
          reduceOnly: false,
          selfTrade: 'cancel_taker',
          orderGroupId: null,
        });
      if (event.kind === 'result') revenue = venue.truth().settlements[0]?.revenue ?? 0;
    });
    expect(seen).toEqual(EVENTS);
    // The next minute opens at 53 cents, half a spread above the limit of 53: nothing was filled, nothing is owed.
    expect(revenue).toBe(0);
  });
});
