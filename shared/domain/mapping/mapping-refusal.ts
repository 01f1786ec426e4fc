import type { League } from '../market/leagues.ts';
import type { EpochMs, EventTicker, GameId, MarketTicker } from '../market/market.ts';
import type { EasternDate } from './eastern-time.ts';

/**
 * Why a market has no game: it is then priced by nobody. The list is closed, each with what is behind it. Nothing is
 * ever guessed.
 */
export type MappingRefusal =
  /** Its series is not one of game winners. */
  | { readonly code: 'foreign_series'; readonly series: string }
  /** Nobody has confirmed how its series is made, and it is not named in the settings. */
  | { readonly code: 'series_off'; readonly series: string }
  | { readonly code: 'foreign_ticker' }
  /** The exchange did not tell of its event, so neither titles nor settlement are known. */
  | { readonly code: 'event_unknown' }
  /** `unknown`: codes and names that stand for no side of the league, which an alias may mend. */
  | {
      readonly code: 'no_such_game';
      readonly date: EasternDate;
      readonly sides: string;
      readonly unknown: readonly string[];
    }
  | { readonly code: 'ambiguous_game'; readonly games: readonly GameId[] }
  /** Other events of the same sides and day, or of the same game: which of them is which game is not certain. */
  | { readonly code: 'rival_event'; readonly events: readonly EventTicker[] }
  /**
   * It was about another game before: the starts of a double-header were exchanged, and what a market meant was not.
   */
  | { readonly code: 'game_changed'; readonly was: GameId; readonly now: GameId }
  /** Its side is neither of the game's two, nor a draw of a league that has one. */
  | { readonly code: 'foreign_side'; readonly side: string }
  | {
      readonly code: 'teams_differ';
      readonly source: 'title' | 'yes_name' | 'no_name';
      readonly says: string;
      readonly game: GameId;
    }
  /** Home and away are exchanged between the exchange and the scoreboard. */
  | {
      readonly code: 'reversed';
      readonly source: 'ticker' | 'title' | 'rules';
      readonly game: GameId;
    }
  | {
      readonly code: 'date_differs';
      readonly source: 'rules' | 'scoreboard';
      readonly ticker: EasternDate;
      readonly says: EasternDate;
    }
  | { readonly code: 'start_unconfirmed'; readonly startTimeMs: EpochMs }
  /** `offMs` is positive where the second source has it later; four or five hours are a zone. */
  | {
      readonly code: 'start_differs';
      readonly source: 'ticker' | 'rules' | 'odds_feed';
      readonly offMs: number;
      readonly isZoneSuspected: boolean;
    }
  | { readonly code: 'not_mutually_exclusive' }
  | {
      readonly code: 'rules_contradict';
      readonly about: 'winner' | 'sides' | 'tie' | 'postponement';
      readonly says: string;
    }
  /** The league has draws, and neither a market for them is seen nor do the rules say what they pay. */
  | { readonly code: 'draw_without_market' };

export type MappingRefusalCode = MappingRefusal['code'];

export type Unmapped = {
  readonly market: MarketTicker;
  readonly event: EventTicker;
  /** Null where the series is not known. */
  readonly league: League | null;
  readonly refusal: MappingRefusal;
};

/** One line for a person, with what is behind the code. */
export function refusalInWords(refusal: MappingRefusal): string {
  switch (refusal.code) {
    case 'foreign_series':
      return `${refusal.series} is no series of game winners that we know`;
    case 'series_off':
      return `${refusal.series} is unconfirmed and not switched on`;
    case 'foreign_ticker':
      return 'its ticker is not made like one of a game';
    case 'event_unknown':
      return 'the exchange did not tell of its event';
    case 'no_such_game':
      return refusal.unknown.length > 0
        ? `no team ${refusal.unknown.map((word) => `'${word}'`).join(', ')}: add an alias if it is one of ours`
        : `the scoreboard lists no game of ${refusal.sides} on ${refusal.date}`;
    case 'ambiguous_game':
      return `it may be any of ${refusal.games.join(', ')}`;
    case 'rival_event':
      return `${refusal.events.join(', ')} may be about its game too`;
    case 'game_changed':
      return `it was about ${refusal.was} before, and is about ${refusal.now} now`;
    case 'foreign_side':
      return `'${refusal.side}' is no side of the game`;
    case 'teams_differ':
      return `its ${refusal.source.replace('_', ' ')} says '${refusal.says}', which is not ${refusal.game}`;
    case 'reversed':
      return `its ${refusal.source} has home and away of ${refusal.game} exchanged`;
    case 'date_differs':
      return `its ticker says ${refusal.ticker}, the ${refusal.source} ${refusal.source === 'rules' ? 'say' : 'says'} ${refusal.says}`;
    case 'start_unconfirmed':
      return 'the scoreboard only guesses its start';
    case 'start_differs':
      return `the ${refusal.source.replace('_', ' ')} has its start ${Math.round(refusal.offMs / 60_000)} minutes off${refusal.isZoneSuspected ? ', as another zone would' : ''}`;
    case 'not_mutually_exclusive':
      return 'its event does not exclude that both sides win';
    case 'rules_contradict':
      return `its rules on the ${refusal.about} say '${refusal.says}'`;
    case 'draw_without_market':
      return 'a draw is possible, and nothing says what it pays';
  }
}

/** How many markets of each league were refused by each code, most first. */
export function countUnmapped(unmapped: readonly Unmapped[]): readonly {
  readonly league: League | null;
  readonly code: MappingRefusalCode;
  readonly count: number;
}[] {
  const counts = new Map<
    string,
    { league: League | null; code: MappingRefusalCode; count: number }
  >();
  for (const { league, refusal } of unmapped) {
    const key = `${league}|${refusal.code}`;
    const row = counts.get(key);
    if (row === undefined) counts.set(key, { league, code: refusal.code, count: 1 });
    else row.count += 1;
  }
  return [...counts.values()].toSorted(
    (a, b) => b.count - a.count || (rowName(a) < rowName(b) ? -1 : 1),
  );
}

function rowName({
  league,
  code,
}: {
  readonly league: League | null;
  readonly code: string;
}): string {
  return `${league ?? ''} ${code}`;
}
