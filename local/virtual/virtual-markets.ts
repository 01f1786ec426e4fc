import type { BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import type { SeriesFacts } from '../../shared/adapters/kalshi/wire/markets.ts';
import { easternDateOf } from '../../shared/domain/mapping/eastern-time.ts';
import { parseBoltWhen } from '../../shared/adapters/boltodds/wire/when.ts';
import { tickerDate } from '../../shared/domain/mapping/event-ticker.ts';
import { STANDARD_FEES, type FeeSchedule } from '../../shared/domain/market/fee-schedule.ts';
import type {
  EpochMs,
  EventTicker,
  GameId,
  GameMapping,
  Market,
} from '../../shared/domain/market/market.ts';
import { LINEAR_CENT } from '../../shared/domain/market/tick-grid.ts';
import type { MarketDetails } from '../../shared/simulator/exchange/venue-facts.ts';
import type { Game } from '../../shared/simulator/games/game.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Seen on the exchange's demo for sports; other series wait for hours. */
const SETTLEMENT_TIMER_MS = 60_000;

const NFL_SERIES = 'KXNFLGAME';
const NFL_FEES: FeeSchedule = { ...STANDARD_FEES, makerFeeType: 'quadratic_with_maker_fees' };

export type ListedMarket = {
  readonly market: Market;
  readonly mapping: GameMapping;
  /** What the exchange says of it beside what trading needs, its rules among them. */
  readonly details: MarketDetails;
};

/** The two markets that the exchange lists for a game, one for each team, in one event. */
export function marketsOfGame(game: Game, openTimeMs: EpochMs): readonly ListedMarket[] {
  const eventTicker = `${NFL_SERIES}-${tickerDate(easternDateOf(game.startTimeMs))}${game.away.code}${game.home.code}`;
  return (['away', 'home'] as const).map((yesSide) => {
    const team = game[yesSide];
    const ticker = `${eventTicker}-${team.code}`;
    return {
      market: {
        ticker,
        eventTicker,
        seriesTicker: NFL_SERIES,
        exchangeIndex: 0,
        title: `${game.away.name} at ${game.home.name}: ${team.name} win`,
        status: 'active',
        openTimeMs,
        // Sports close when the result is known; the time on paper is far behind it.
        closeTimeMs: game.startTimeMs + 14 * DAY_MS,
        expectedExpirationMs: game.startTimeMs + 3 * HOUR_MS,
        settlementTimerMs: SETTLEMENT_TIMER_MS,
        priceRanges: LINEAR_CENT,
        fees: NFL_FEES,
      },
      mapping: {
        market: ticker,
        gameId: game.gameId,
        league: 'nfl',
        yesSide,
        startTimeMs: game.startTimeMs,
        evidence: ['the world lists its own games'],
      },
      details: detailsOf(game, team),
    };
  });
}

/** The rules of a game winner in our own words, which say what the exchange's say: winner, tie and postponement. */
function detailsOf({ away, home, startTimeMs }: Game, team: Game['home']): MarketDetails {
  const game = `${away.name} at ${home.name}`;
  return {
    yesSubTitle: team.name,
    noSubTitle: team.name,
    rulesPrimary: `If ${team.name} wins the ${game} professional football game originally scheduled for ${IN_WORDS.format(startTimeMs)}, then the market resolves to Yes.`,
    rulesSecondary:
      'If the game ends in a tie, the market resolves to $0.50 for each team. If the game is postponed and begins within 48 hours of its scheduled start, the market stays open until the official final result. If it has not begun by then, the market resolves to a fair price.',
    event: {
      title: game,
      isMutuallyExclusive: true,
      collateralReturn: 'MECNET',
      settlementSources: [{ name: 'NFL', url: 'https://www.nfl.com/scores' }],
    },
  };
}

/** The Eastern day as the rules write it: `Nov 22, 2026`. */
const IN_WORDS = new Intl.DateTimeFormat('en-US', {
  dateStyle: 'medium',
  timeZone: 'America/New_York',
});

/**
 * Which of our games a message of the odds feed is about: the same teams, home and away as in ours, and the same start.
 * Anything else is not mapped.
 */
export function gameLookup(games: readonly Game[]): (game: BoltGame) => GameId | null {
  const byTeams = new Map(games.map((game) => [`${game.home.name}|${game.away.name}`, game]));
  return ({ homeTeam, awayTeam, when }) => {
    const game = byTeams.get(`${homeTeam}|${awayTeam}`);
    if (game === undefined || when === null) return null;
    return parseBoltWhen(when) === game.startTimeMs ? game.gameId : null;
  };
}

/** The series of an event and its fees, which a market object of the exchange does not carry. */
export function seriesLookup(
  markets: readonly ListedMarket[],
): (eventTicker: EventTicker) => SeriesFacts | null {
  const byEvent = new Map(markets.map(({ market }) => [market.eventTicker, market]));
  return (eventTicker) => {
    const market = byEvent.get(eventTicker);
    return market === undefined ? null : { seriesTicker: market.seriesTicker, fees: market.fees };
  };
}
