import type { SentBook } from '../../adapters/odds-api/wire/encode.ts';
import type { EpochMs, GameOutcome } from '../../domain/market/market.ts';
import { seededRng, type Rng } from '../rng.ts';
import type { BookProfile } from './book-profile.ts';
import { americanOdds } from './quote-odds.ts';

/** A game as sportsbooks think of it: who wins how likely, at a time. A draw is null where the league has none. */
export type QuotedGame = {
  readonly eventId: string;
  readonly sportKey: string;
  readonly home: string;
  readonly away: string;
  readonly commenceMs: EpochMs;
  readonly chances: (timeMs: EpochMs) => Readonly<Record<Exclude<GameOutcome, 'draw'>, number>> & {
    readonly draw: number | null;
  };
  /** Null before the start. */
  readonly score: (timeMs: EpochMs) => {
    readonly home: number;
    readonly away: number;
    readonly isCompleted: boolean;
  } | null;
};

/** A book as the vendor lists it. */
export type ListedBook = {
  readonly bookmaker: string;
  readonly profile: Pick<BookProfile, 'margin' | 'ladder' | 'leastProbability' | 'noiseDeviation'>;
};

/** The vendor looks at a book so often before a game, and in play. */
const LOOK_EVERY_MS = { pregame: 60_000, live: 40_000 } as const;

/**
 * What the vendor has of a book for a game at a time: what its last look showed. A function of the seed, the book, the
 * game and the time alone, so that it does not depend on who asks how often.
 */
export function quoteOfBook(
  rng: Rng,
  { bookmaker, profile }: ListedBook,
  game: QuotedGame,
  nowMs: EpochMs,
): SentBook {
  const pair = rng.fork(`${bookmaker} ${game.eventId}`);
  const everyMs = LOOK_EVERY_MS[nowMs < game.commenceMs ? 'pregame' : 'live'];
  const phaseMs = pair.integer(everyMs / 1_000) * 1_000;
  const updatedMs = Math.floor((nowMs - phaseMs) / everyMs) * everyMs + phaseMs;
  const noise = pair.fork(`look ${updatedMs}`).normal() * profile.noiseDeviation;
  const { home, draw, away } = game.chances(updatedMs);
  const tilted = [home * Math.exp(noise), ...(draw === null ? [] : [draw]), away];
  const total = tilted.reduce((sum, chance) => sum + chance, 0);
  const price = (chance: number): number => {
    const least = profile.leastProbability;
    const bounded = Math.min(1 - least, Math.max(least, chance / total));
    const inverse = bounded + profile.margin / tilted.length;
    return americanOdds(Math.min(0.995, inverse), profile.ladder);
  };
  const prices = tilted.map(price);
  const names = draw === null ? [game.home, game.away] : [game.home, 'Draw', game.away];
  return {
    bookmaker,
    updatedMs,
    outcomes: names.map((name, at) => ({ name, price: prices[at] ?? 100 })),
  };
}

/** Thirty-two hex digits, the same in every run. */
export function eventIdOf(text: string): string {
  const rng = seededRng(0).fork(text);
  return Array.from({ length: 4 }, () =>
    rng
      .integer(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
}
