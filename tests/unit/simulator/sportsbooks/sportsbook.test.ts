import { describe, expect, it } from 'vitest';
import { decodeFrame, type BoltGame } from '../../../../shared/adapters/boltodds/wire/frames.ts';
import { parseBoltWhen } from '../../../../shared/adapters/boltodds/wire/when.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';
import {
  footballSunday,
  playFullGame,
  playShortGame,
} from '../../../../shared/simulator/games/football-sunday.ts';
import type { Game } from '../../../../shared/simulator/games/game.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import {
  DRAFTKINGS,
  PINNACLE,
  type BookProfile,
} from '../../../../shared/simulator/sportsbooks/book-profile.ts';
import { OddsVendor, PING_EVERY_MS } from '../../../../shared/simulator/sportsbooks/odds-vendor.ts';
import { boltGameOf, Sportsbook } from '../../../../shared/simulator/sportsbooks/sportsbook.ts';

const MINUTE_MS = 60_000;
const LEAD_MS = 4 * MINUTE_MS;

function gamesOf(seed: number, count: number, play = playShortGame): readonly Game[] {
  const rng = seededRng(seed);
  return footballSunday(rng)
    .slice(0, count)
    .map((scheduled) => play(rng, scheduled));
}

function bookOf(seed: number, profile: BookProfile, games: readonly Game[]): Sportsbook {
  const startMs = startOf(games);
  return new Sportsbook({ rng: seededRng(seed), profile, games, startMs });
}

function startOf(games: readonly Game[]): number {
  return Math.min(...games.map(({ startTimeMs }) => startTimeMs)) - LEAD_MS;
}

/** All frames of a book, asked for at its own times. */
function framesOf(book: Sportsbook, startMs: number): readonly string[] {
  const frames: string[] = [];
  let nowMs: number | null = startMs;
  while (nowMs !== null) {
    const step = book.step(nowMs);
    frames.push(...step.frames);
    nowMs = step.nextMs;
  }
  return frames;
}

function decoded(games: readonly Game[], frames: readonly string[]): readonly OddsEvent[] {
  const ids = new Map(games.map((game) => [boltGameOf(game).label, game.gameId]));
  const gameIdOf = ({ label }: BoltGame): string | null => ids.get(label) ?? null;
  return frames.flatMap((frame) =>
    decodeFrame(frame, { maxBytes: 1_000_000, receivedMs: 0, gameIdOf }).map((event) => {
      if (event.kind === 'refused') throw new Error(`${event.code}: ${event.detail}`);
      return event;
    }),
  );
}

function legsOf(events: readonly OddsEvent[], gameId: string): readonly LineLeg[] {
  return events
    .flatMap((event) => (event.kind === 'legs' ? event.legs : []))
    .filter((leg) => leg.gameId === gameId);
}

/** The pairs of legs that were said together, as inverse odds. */
function pairsOf(
  events: readonly OddsEvent[],
): readonly { readonly timeMs: number; readonly home: number; readonly away: number }[] {
  return events.flatMap((event) => {
    if (event.kind !== 'legs' || event.legs.length !== 2) return [];
    const [home, away] = event.legs;
    if (home?.quote.kind !== 'quoted' || away?.quote.kind !== 'quoted') return [];
    return [
      {
        timeMs: home.sourceTimeMs,
        home: 1 / home.quote.decimalOdds,
        away: 1 / away.quote.decimalOdds,
      },
    ];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A book without opinion and without suspensions: what is left is margin, lag and rounding. */
function plain(profile: BookProfile): BookProfile {
  return {
    ...profile,
    noiseDeviation: 0,
    suspends: { ...profile.suspends, onScore: 0, onBreak: 0, onNews: 0 },
  };
}

describe('a sportsbook', () => {
  for (const profile of [PINNACLE, DRAFTKINGS]) {
    it(`${profile.source} quotes its margin in frames that the real decoder accepts`, () => {
      const games = gamesOf(1, 13);
      const events = decoded(games, framesOf(bookOf(2, profile, games), startOf(games)));
      const margins = pairsOf(events).map(({ home, away }) => home + away - 1);
      expect(margins.length).toBeGreaterThan(2_000);
      expect(Math.abs(mean(margins) - profile.margin)).toBeLessThan(0.002);
      expect(Math.min(...margins)).toBeGreaterThan(0);
    });

    it(`${profile.source} believes the truth of its lag ago, with errors of the size it states`, () => {
      const games = gamesOf(3, 13);
      const errors: number[] = [];
      for (const game of games) {
        const events = decoded([game], framesOf(bookOf(4, profile, [game]), startOf([game])));
        for (const { timeMs, home, away } of pairsOf(events)) {
          const truth = game.trueHomeProbability(timeMs - profile.lagMs);
          if (truth < 0.3 || truth > 0.7) continue;
          errors.push((1 + home - away) / 2 - truth);
        }
      }
      expect(errors.length).toBeGreaterThan(300);
      expect(Math.abs(mean(errors))).toBeLessThan(profile.noiseDeviation / 4);
      const deviation = Math.sqrt(mean(errors.map((error) => error ** 2)));
      // Near even a unit of log-odds is a quarter of probability; thresholds and rounding add to it.
      expect(deviation).toBeGreaterThan(profile.noiseDeviation / 8);
      expect(deviation).toBeLessThan(profile.noiseDeviation / 4 + profile.moveThreshold + 0.004);
    });

    it(`${profile.source} follows a score after its lag and not before`, () => {
      const games = gamesOf(5, 6);
      let scores = 0;
      for (const game of games) {
        const book = plain(profile);
        const events = decoded([game], framesOf(bookOf(6, book, [game]), startOf([game])));
        const pairs = pairsOf(events);
        for (const event of game.events) {
          if (event.kind !== 'touchdown') continue;
          const before = game.trueHomeProbability(event.timeMs - 1);
          const after = game.trueHomeProbability(event.timeMs);
          if (Math.abs(after - before) < 0.08 || Math.max(before, after) > 0.9) continue;
          if (Math.min(before, after) < 0.1) continue;
          const believed = (timeMs: number): number | null => {
            const pair = pairs.findLast((candidate) => candidate.timeMs <= timeMs);
            return pair === undefined ? null : (1 + pair.home - pair.away) / 2;
          };
          const early = believed(event.timeMs + profile.lagMs - 1);
          const late = believed(
            event.timeMs +
              profile.lagMs +
              profile.look.live.mostMs +
              profile.otherLeg.mostMs +
              profile.heartbeat.live.mostMs,
          );
          if (early === null || late === null) continue;
          scores += 1;
          expect(Math.abs(early - before)).toBeLessThan(0.03);
          expect(Math.abs(late - after)).toBeLessThan(0.05);
        }
      }
      expect(scores).toBeGreaterThan(5);
    });

    it(`${profile.source} keeps both legs fresh, before the game and during it`, () => {
      for (const game of gamesOf(7, 2, playFullGame)) {
        const events = decoded([game], framesOf(bookOf(8, profile, [game]), startOf([game])));
        const legs = legsOf(events, game.gameId);
        for (const side of ['home', 'away'] as const) {
          let previousMs = startOf([game]);
          for (const leg of legs.filter((candidate) => candidate.side === side)) {
            const limitMs = previousMs < game.startTimeMs ? 30_000 : 5_000;
            expect(leg.sourceTimeMs - previousMs).toBeLessThan(limitMs);
            previousMs = leg.sourceTimeMs;
          }
          expect(game.finalAtMs + profile.lagMs - previousMs).toBeLessThan(5_000);
        }
      }
    });

    it(`${profile.source} says some changes one leg at a time, the other within 0.8 s`, () => {
      const [game] = gamesOf(9, 1, playFullGame);
      if (game === undefined) throw new Error('a Sunday has a first game');
      const events = decoded([game], framesOf(bookOf(10, profile, [game]), startOf([game])));
      const messages = events.flatMap((event) => (event.kind === 'legs' ? [event.legs] : []));
      const single = messages.flatMap((legs, index) => (legs.length === 1 ? [index] : []));
      expect(single.length).toBeGreaterThan(10);
      expect(single.length).toBeLessThan(messages.length / 2);
      let openLeg: LineLeg | null = null;
      for (const legs of messages) {
        const [leg] = legs;
        if (leg === undefined) throw new Error('a message has legs');
        if (openLeg !== null) {
          expect(leg.sourceTimeMs - openLeg.sourceTimeMs).toBeLessThanOrEqual(
            profile.otherLeg.mostMs,
          );
        }
        openLeg = legs.length === 1 && openLeg === null ? leg : null;
      }
    });
  }

  it('suspends both legs after most scores, and quotes again', () => {
    const games = gamesOf(11, 5, playFullGame);
    let scores = 0;
    let suspended = 0;
    for (const game of games) {
      const events = decoded([game], framesOf(bookOf(12, DRAFTKINGS, [game]), startOf([game])));
      const legs = legsOf(events, game.gameId).filter(({ side }) => side === 'home');
      for (const event of game.events) {
        if (event.kind !== 'touchdown' && event.kind !== 'field_goal') continue;
        const p = game.trueHomeProbability(event.timeMs);
        if (p < 0.1 || p > 0.9) continue;
        scores += 1;
        const following = legs.filter(
          ({ sourceTimeMs }) =>
            sourceTimeMs > event.timeMs && sourceTimeMs < event.timeMs + 2 * MINUTE_MS,
        );
        if (following.some(({ quote }) => quote.kind === 'suspended')) suspended += 1;
        expect(following.some(({ quote }) => quote.kind === 'quoted')).toBe(true);
      }
    }
    expect(scores).toBeGreaterThan(15);
    expect(suspended / scores).toBeGreaterThan(0.7);
  });

  it('takes a game down once, after its end, and says nothing of it later', () => {
    const games = gamesOf(13, 3);
    const events = decoded(games, framesOf(bookOf(14, PINNACLE, games), startOf(games)));
    for (const { gameId } of games) {
      const ofGame = events.filter((event) =>
        event.kind === 'legs'
          ? event.legs[0]?.gameId === gameId
          : event.kind === 'removed' && event.gameId === gameId,
      );
      expect(ofGame.at(-1)?.kind).toBe('removed');
      expect(ofGame.filter(({ kind }) => kind === 'removed')).toHaveLength(1);
    }
  });

  it('orders the messages of each leg by strictly later times', () => {
    const games = gamesOf(15, 4);
    const events = decoded(games, framesOf(bookOf(16, DRAFTKINGS, games), startOf(games)));
    const latest = new Map<string, number>();
    for (const leg of events.flatMap((event) => (event.kind === 'legs' ? event.legs : []))) {
      const key = `${leg.gameId} ${leg.side}`;
      expect(leg.sequence).toBeGreaterThan(latest.get(key) ?? 0);
      latest.set(key, leg.sequence);
    }
  });

  it('says the same whether it is asked at its own times or now and then', () => {
    const games = gamesOf(17, 4);
    const startMs = startOf(games);
    const own = framesOf(bookOf(18, PINNACLE, games), startMs);
    const book = bookOf(18, PINNACLE, games);
    const seldom: string[] = [];
    for (let nowMs = startMs; book.step(nowMs).nextMs !== null; nowMs += 7_777) {
      seldom.push(...book.step(nowMs + 7_777).frames);
    }
    expect(seldom).toEqual(own);
    expect(framesOf(bookOf(19, PINNACLE, games), startMs)).not.toEqual(own);
  });

  it('names games with the Eastern wall clock', () => {
    const [game] = gamesOf(1, 1);
    if (game === undefined) throw new Error('a Sunday has a first game');
    const bolt = boltGameOf(game);
    expect(bolt.label).toBe(`${game.home.name} vs ${game.away.name}, 2026-11-22, 01`);
    expect(parseBoltWhen(bolt.when ?? '')).toBe(game.startTimeMs);
    expect(bolt.universalId).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('the feed of several books', () => {
  it('greets a client with the state of all open games of all books', () => {
    const games = gamesOf(20, 5);
    const startMs = startOf(games);
    const books = [PINNACLE, DRAFTKINGS].map((profile) => bookOf(21, profile, games));
    const vendor = new OddsVendor({ books, startMs });
    const events = decoded(games, vendor.connect(startMs));
    expect(events.map(({ kind }) => kind)).toEqual([
      'alive',
      'alive',
      ...Array.from({ length: 10 }, () => 'replace'),
    ]);
    for (const event of events) {
      if (event.kind !== 'replace') continue;
      expect(event.legs.map(({ side }) => side)).toEqual(['home', 'away']);
      expect(event.legs.every(({ quote }) => quote.kind === 'quoted')).toBe(true);
    }
  });

  it('does not repeat what the greeting says, and pings', () => {
    const games = gamesOf(22, 2);
    const startMs = startOf(games);
    const vendor = new OddsVendor({ books: [bookOf(23, PINNACLE, games)], startMs });
    const laterMs = startMs + 3 * PING_EVERY_MS;
    vendor.connect(laterMs);
    const { frames, nextMs } = vendor.step(laterMs);
    expect(frames).toEqual(['ping']);
    expect(nextMs).toBeGreaterThan(laterMs);
    expect(nextMs).toBeLessThanOrEqual(laterMs + PING_EVERY_MS);
  });

  it('has nothing more to say when all games are down', () => {
    const games = gamesOf(24, 2);
    const vendor = new OddsVendor({
      books: [bookOf(25, PINNACLE, games)],
      startMs: startOf(games),
    });
    const endMs = Math.max(...games.map(({ finalAtMs }) => finalAtMs)) + MINUTE_MS;
    expect(vendor.step(endMs).nextMs).toBeNull();
    expect(decoded(games, vendor.connect(endMs)).map(({ kind }) => kind)).toEqual([
      'alive',
      'alive',
    ]);
  });
});
