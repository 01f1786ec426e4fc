import {
  encodeFrame,
  type BoltMessage,
  type BoltQuote,
} from '../../adapters/boltodds/wire/encode.ts';
import type { BoltGame } from '../../adapters/boltodds/wire/frames.ts';
import { formatBoltWhen } from '../../adapters/boltodds/wire/when.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import type { OddsSource } from '../../domain/odds/line.ts';
import type { Game } from '../games/game.ts';
import { seededRng, type Rng } from '../rng.ts';
import type { BookProfile } from './book-profile.ts';
import { americanText } from './quote-odds.ts';
import { TradingDesk, type DeskMessage, type LegQuote } from './trading-desk.ts';

/** What a source of frames had to say until now, and when it will have more; null when never. */
export type FeedStep = { readonly frames: readonly string[]; readonly nextMs: EpochMs | null };

/** A book as the feed serves it, whatever its sport. */
export interface FeedBook {
  readonly source: OddsSource;
  /** The games that it has markets of. */
  readonly games: readonly BoltGame[];
  step(nowMs: EpochMs): FeedStep;
  openGames(nowMs: EpochMs): readonly BoltMessage[];
}

export type SportsbookOptions = {
  readonly rng: Rng;
  readonly profile: BookProfile;
  readonly games: readonly Game[];
  /** When the book opens its markets. */
  readonly startMs: EpochMs;
};

/** One sportsbook on the BoltOdds feed: a desk for each game, their messages as frames of the real wire format. */
export class Sportsbook implements FeedBook {
  readonly source: OddsSource;
  readonly #desks: readonly TradingDesk[];
  readonly #boltGames: ReadonlyMap<GameId, BoltGame>;

  constructor(options: SportsbookOptions) {
    const { profile, games, startMs } = options;
    const rng = options.rng.fork(profile.source);
    this.source = profile.source;
    this.#desks = games.map(
      (game) => new TradingDesk({ game, profile, rng: rng.fork(game.gameId), startMs }),
    );
    this.#boltGames = new Map(games.map((game) => [game.gameId, boltGameOf(game)]));
  }

  get games(): readonly BoltGame[] {
    return [...this.#boltGames.values()];
  }

  /** All that the desks said up to a time, in order. The frames do not depend on how often this is called. */
  step(nowMs: EpochMs): FeedStep {
    const frames: string[] = [];
    for (;;) {
      const desk = this.#nextDesk();
      const timeMs = desk?.nextMs ?? null;
      if (desk === null || timeMs === null || timeMs > nowMs) return { frames, nextMs: timeMs };
      const message = desk.act();
      if (message !== null) frames.push(encodeFrame([this.#boltMessage(message)]));
    }
  }

  /** The whole state of each open game, as a new subscriber gets it. Call `step` up to now before. */
  openGames(nowMs: EpochMs): readonly BoltMessage[] {
    return this.#desks.flatMap((desk) => {
      const opened = desk.openedAt(nowMs);
      return opened === null ? [] : [this.#boltMessage(opened)];
    });
  }

  /** The desk that acts first; of equal times the one of the earlier game in the list. */
  #nextDesk(): TradingDesk | null {
    let first: TradingDesk | null = null;
    let firstMs = Number.POSITIVE_INFINITY;
    for (const desk of this.#desks) {
      const timeMs = desk.nextMs;
      if (timeMs !== null && timeMs < firstMs) {
        first = desk;
        firstMs = timeMs;
      }
    }
    return first;
  }

  #boltMessage(message: DeskMessage): BoltMessage {
    const base = {
      sentMs: message.timeMs,
      sportsbook: this.source,
      game: this.#boltGames.get(message.game.gameId) ?? boltGameOf(message.game),
    };
    switch (message.kind) {
      case 'opened':
        return { action: 'initial_state', ...base, quotes: message.legs.map(boltQuote) };
      case 'changed':
        return { action: 'line_update', ...base, quotes: message.legs.map(boltQuote) };
      case 'closed':
        return { action: 'game_removed', ...base };
    }
  }
}

/** How the feed names a game. The label ends with the Eastern date and the 12-hour-clock hour of the start. */
export function boltGameOf(
  game: Pick<Game, 'gameId' | 'home' | 'away' | 'startTimeMs'>,
  sport = 'NFL',
): BoltGame {
  const when = formatBoltWhen(game.startTimeMs);
  return {
    sport,
    label: boltLabel(game.home.name, game.away.name, when),
    homeTeam: game.home.name,
    awayTeam: game.away.name,
    universalId: universalIdOf(game.gameId),
    when,
  };
}

/** `Home vs Away, 2026-11-22, 01`: the day and the hour as they stand in `when`. */
export function boltLabel(home: string, away: string, when: string): string {
  const [date = '', clock = ''] = when.split(', ');
  return `${home} vs ${away}, ${date}, ${clock.slice(0, 2)}`;
}

/** Twelve hex digits, the same in every run. */
export function universalIdOf(gameId: GameId): string {
  return seededRng(0)
    .fork(gameId)
    .integer(2 ** 48)
    .toString(16)
    .padStart(12, '0');
}

function boltQuote({ side, american }: LegQuote): BoltQuote {
  return { side, odds: american === null ? null : americanText(american) };
}
