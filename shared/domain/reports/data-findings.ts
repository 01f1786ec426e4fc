import type { League } from '../market/leagues.ts';
import type { EpochMs, GameId } from '../market/market.ts';
import type { OddsPhase } from '../odds/freshness.ts';
import type { LeagueReview } from './data-review.ts';
import type { TimeSpan } from './game-record.ts';
import type { GapCause } from './line-gaps.ts';

/** Something that a look at what was kept found missing. */
export type DataFinding = { readonly league: League } & (
  | {
      /**
       * Of a game: it is over by the clock and has no final state; it began and no source ever said where it stands; it
       * began and no line stood in the ten minutes before.
       */
      readonly code: 'final_missing' | 'state_missing' | 'closing_line_missing';
      readonly gameId: GameId;
    }
  | {
      /** Nothing was told of a game whose line should have been told again and again. */
      readonly code: 'feeder_silent';
      readonly gameId: GameId;
      readonly phase: OddsPhase;
      readonly fromMs: EpochMs;
      readonly toMs: EpochMs;
    }
  | {
      /** A line stood for less than half of the time in play in which there could be one. */
      readonly code: 'thin_in_play';
      readonly share: number;
      readonly spanMs: number;
    }
);

/** Of less play than this, in all games together, nothing is said. */
const THIN_FROM_MS = 600_000;
const THIN_SHARE = 0.5;

/** What no line was to be had in: the books had closed the market, or no feed is there that may speak in play. */
const NOT_TO_BE_HAD: ReadonlySet<GapCause> = new Set(['line_suspended', 'line_not_in_play']);

/**
 * What is to be told of a league's review, each once: a state and a closing line are missed in the window in which the
 * game began. Lines that were refused stand in the review and are no finding by themselves.
 */
export function dataFindings(review: LeagueReview, window: TimeSpan): readonly DataFinding[] {
  const { league, lackingFinal, games, gaps } = review;
  const began = games.filter(
    ({ hasClosing, startTimeMs }) => hasClosing !== null && startTimeMs >= window.fromMs,
  );
  return [
    ...lackingFinal.map((gameId) => ({ league, code: 'final_missing', gameId }) as const),
    ...began
      .filter(({ hasState }) => !hasState)
      .map(({ gameId }) => ({ league, code: 'state_missing', gameId }) as const),
    ...began
      .filter(({ hasClosing }) => hasClosing === false)
      .map(({ gameId }) => ({ league, code: 'closing_line_missing', gameId }) as const),
    ...thinInPlay(review),
    ...gaps
      .filter(({ cause }) => cause === 'silence')
      .map(
        ({ gameId, phase, fromMs, toMs }) =>
          ({ league, code: 'feeder_silent', gameId, phase, fromMs, toMs }) as const,
      ),
  ];
}

/** Of the time in play in which there could be a line. */
function thinInPlay({ league, live, gaps }: LeagueReview): readonly DataFinding[] {
  const spanMs = gaps
    .filter(({ phase, cause }) => phase === 'live' && NOT_TO_BE_HAD.has(cause))
    .reduce((left, { fromMs, toMs }) => left - (toMs - fromMs), live.spanMs);
  const share = live.coveredMs / spanMs;
  return spanMs >= THIN_FROM_MS && share < THIN_SHARE
    ? [{ league, code: 'thin_in_play', share, spanMs }]
    : [];
}
