import {
  encodeFrame,
  type BoltMessage,
  type BoltQuote,
} from '../../adapters/boltodds/wire/encode.ts';
import type { BoltGame } from '../../adapters/boltodds/wire/frames.ts';
import type { EpochMs, GameOutcome } from '../../domain/market/market.ts';
import type { OddsSource } from '../../domain/odds/line.ts';
import type { SoccerMatch } from '../games/soccer-match.ts';
import type { Rng } from '../rng.ts';
import type { BookProfile } from './book-profile.ts';
import { americanOdds, americanText } from './quote-odds.ts';
import { boltGameOf, type FeedBook, type FeedStep } from './sportsbook.ts';
import { drawTimeMs } from './suspensions.ts';

const OUTCOMES = ['home', 'draw', 'away'] as const satisfies readonly GameOutcome[];
/** A goal takes the market down for so long. */
const SUSPENDED_MS = 20_000;
const LEAST_INVERSE = 0.004;
const MOST_INVERSE = 0.996;

type MatchDesk = {
  readonly match: SoccerMatch;
  readonly game: BoltGame;
  readonly rng: Rng;
  nextMs: EpochMs | null;
};

export type SoccerBookOptions = {
  readonly rng: Rng;
  readonly profile: BookProfile;
  readonly matches: readonly SoccerMatch[];
  readonly startMs: EpochMs;
  /** As the feed names the league. */
  readonly sport: string;
};

/** One sportsbook's moneylines of three outcomes. It believes the truth of a while ago, and lays its margin on it in proportion. */
export class SoccerBook implements FeedBook {
  readonly source: OddsSource;
  readonly #profile: BookProfile;
  readonly #desks: readonly MatchDesk[];

  constructor({ rng, profile, matches, startMs, sport }: SoccerBookOptions) {
    this.source = profile.source;
    this.#profile = profile;
    this.#desks = matches.map((match) => {
      const desk = {
        match,
        game: boltGameOf(match.match, sport),
        rng: rng.fork(profile.source).fork(match.match.gameId),
        nextMs: startMs,
      };
      desk.nextMs = this.#after(desk, startMs);
      return desk;
    });
  }

  get games(): readonly BoltGame[] {
    return this.#desks.map(({ game }) => game);
  }

  /** All that the book said up to a time, in order. */
  step(nowMs: EpochMs): FeedStep {
    const frames: string[] = [];
    for (;;) {
      const desk = this.#next();
      const timeMs = desk?.nextMs ?? null;
      if (desk === null || timeMs === null || timeMs > nowMs) return { frames, nextMs: timeMs };
      const isOver = timeMs >= desk.match.finalAtMs;
      desk.nextMs = isOver ? null : this.#after(desk, timeMs);
      frames.push(encodeFrame([this.#message(desk, timeMs, isOver ? 'removed' : 'line_update')]));
    }
  }

  openGames(nowMs: EpochMs): readonly BoltMessage[] {
    return this.#desks.flatMap((desk) =>
      desk.nextMs === null ? [] : [this.#message(desk, nowMs, 'initial_state')],
    );
  }

  #next(): MatchDesk | null {
    return this.#desks.reduce<MatchDesk | null>(
      (first, desk) =>
        desk.nextMs !== null && desk.nextMs < (first?.nextMs ?? Number.POSITIVE_INFINITY)
          ? desk
          : first,
      null,
    );
  }

  #after({ match, rng }: MatchDesk, timeMs: EpochMs): EpochMs {
    const { heartbeat } = this.#profile;
    const isLive = timeMs >= match.match.startTimeMs;
    return timeMs + drawTimeMs(rng, isLive ? heartbeat.live : heartbeat.pregame);
  }

  #message(
    { match, game }: MatchDesk,
    sentMs: EpochMs,
    kind: 'removed' | 'line_update' | 'initial_state',
  ): BoltMessage {
    const base = { sentMs, sportsbook: this.source, game };
    if (kind === 'removed') return { action: 'game_removed', ...base };
    return { action: kind, ...base, quotes: this.#quotes(match, sentMs) };
  }

  #quotes(match: SoccerMatch, nowMs: EpochMs): readonly BoltQuote[] {
    const { margin, lagMs, ladder } = this.#profile;
    const isSuspended = match.goals.some(
      ({ timeMs }) => timeMs <= nowMs && nowMs < timeMs + SUSPENDED_MS,
    );
    const truth = match.trueProbabilities(nowMs - lagMs);
    return OUTCOMES.map((side) => {
      const inverse = truth[side] * (1 + margin);
      const isQuotable = inverse >= LEAST_INVERSE && inverse <= MOST_INVERSE;
      const odds = isSuspended || !isQuotable ? null : americanText(americanOdds(inverse, ladder));
      return { side, odds };
    });
  }
}
