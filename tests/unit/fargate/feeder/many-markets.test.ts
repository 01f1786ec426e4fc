import { describe, expect, it } from 'vitest';
import type { DirectoryEntry } from '../../../../fargate/feeder/feeder-parts.ts';
import { aFeederDesk } from '../../../support/feeder-desk.ts';
import { delta, mappingOf, snapshot } from '../../../support/feeder-events.ts';
import { aMarket } from '../../../support/trade-builders.ts';

const GAMES = 60;
const tickerOf = (game: number, side: 'home' | 'away'): string => `G${game}-${side}`;

/** Sixty games with two markets each, all of their books synced. */
async function aBusyDesk() {
  const entries = Array.from({ length: GAMES }, (_, game): readonly DirectoryEntry[] =>
    (['home', 'away'] as const).map((side) => {
      const ticker = tickerOf(game, side);
      const market = aMarket({ ticker, eventTicker: `G${game}` });
      return { market, mapping: { ...mappingOf(ticker, side), gameId: `game-${game}` } };
    }),
  ).flat();
  const desk = aFeederDesk({
    directory: () => Promise.resolve({ kind: 'read', value: entries }),
    reader: {
      markets: () =>
        Promise.resolve({
          kind: 'read',
          value: entries.map(({ market }) => ({ market, result: null })),
        }),
    },
  });
  await desk.feeder.start();
  desk.stream().connect();
  const tickers = entries.map(({ market }) => market.ticker);
  const next = { sequence: 0 };
  for (const ticker of tickers) {
    next.sequence += 1;
    const timeMs = desk.clock.nowMs();
    desk.stream().say(snapshot(next.sequence, ticker, { timeMs }), timeMs);
  }
  await desk.passTime(500);
  return { ...desk, tickers, next };
}

describe('many markets at once', () => {
  it('sixty games that change in one moment are all said, once each market, with none waiting', async () => {
    const { outbox, tickers, odds, clock, passTime, feeder } = await aBusyDesk();
    const before = outbox.ticks.length;
    expect(tickers).toHaveLength(120);
    const timeMs = clock.nowMs();
    for (let game = 0; game < GAMES; game += 1)
      odds[0]!.handlers!.onEvent(
        {
          kind: 'legs',
          legs: (['home', 'away'] as const).map((side) => ({
            feed: 'boltodds',
            source: 'pinnacle',
            gameId: `game-${game}`,
            side,
            quote: { kind: 'quoted', decimalOdds: 1.9, raw: '1.9' },
            sequence: 1,
            sourceTimeMs: timeMs,
            receivedMs: timeMs,
          })),
        },
        timeMs,
      );
    await passTime(200);
    const said = outbox.ticks.slice(before);
    expect(new Set(said.map(({ market }) => market.ticker))).toEqual(new Set(tickers));
    for (const ticker of tickers)
      expect(said.findLast(({ market }) => market.ticker === ticker)!.legs).toHaveLength(2);
    expect(feeder.status().queueDepth).toBe(0);
    const ages = said.map(({ feederTimeMs }) => feederTimeMs - timeMs);
    expect(Math.max(...ages)).toBeLessThan(2_000);
  });

  it('a burst of a thousand updates in a second loses none: the last word of each book is said', async () => {
    const { outbox, tickers, next, stream, clock, passTime, feeder } = await aBusyDesk();
    const changes = new Map<string, number>();
    const UPDATES = 3_000;
    for (let update = 0; update < UPDATES; update += 1) {
      const ticker = tickers[(update * 7) % tickers.length]!;
      next.sequence += 1;
      const timeMs = clock.nowMs();
      stream().say(delta(next.sequence, ticker, { at: 5_000, by: 100, timeMs }), timeMs);
      changes.set(ticker, (changes.get(ticker) ?? 0) + 1);
      if (update % 5 === 4) await passTime(5);
    }
    await passTime(2_000);
    expect(feeder.counts).toMatchObject({ frames: 120 + UPDATES, refused: 0 });
    // No gap: what was asked for are probes of one book.
    expect(stream().asked.every((markets) => markets.length === 1)).toBe(true);
    for (const ticker of tickers) {
      const last = outbox.ticks.findLast(({ market }) => market.ticker === ticker)!;
      expect(last.book.sync).toBe('synced');
      expect(last.book.view.bids[0]!.count).toBe(10_000 + 100 * changes.get(ticker)!);
    }
    expect(feeder.counts.published.ticks.givenUp).toBe(0);
    expect(feeder.status().queueDepth).toBe(0);
  });

  it('that say nothing cost nothing but their timers: an idle feeder asks and tells next to nothing', async () => {
    const { passTime, clock, outbox, stream } = await aBusyDesk();
    await passTime(60_000);
    const events = clock.events;
    const said = outbox.ticks.length;
    await passTime(60_000);
    expect(outbox.ticks.length - said).toBe(0);
    // A second's lease and connection look, and a probe of the quiet subscription each ten seconds.
    expect((clock.events - events) / 60).toBeLessThan(30);
    expect(stream().asked.length).toBeLessThan(20);
  });
});
