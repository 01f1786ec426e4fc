import { BoltCatalogue } from '../../shared/adapters/boltodds/bolt-catalogue.ts';
import { BoltOddsStream } from '../../shared/adapters/boltodds/boltodds-stream.ts';
import { OddsOfLeagues } from '../../shared/adapters/boltodds/odds-of-leagues.ts';
import type { BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import { leagueOfSport } from '../../shared/adapters/boltodds/wire/sports.ts';
import { parseBoltWhen } from '../../shared/adapters/boltodds/wire/when.ts';
import { nextMonthMs } from '../../shared/adapters/odds-api/credit-budget.ts';
import { OddsApiFeed } from '../../shared/adapters/odds-api/odds-api-feed.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';
import { Breaker } from '../../shared/domain/feeds/breaker.ts';
import type { GameId } from '../../shared/domain/market/market.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { FeederSecrets } from './compose-secrets.ts';
import type { FeederParts } from './feeder-parts.ts';
import type { MarketDirectory } from './market-directory.ts';

/** The burst after subscribing may be one frame of many megabytes. */
const MAX_ODDS_FRAME_BYTES = 64 * 1024 * 1024;
const CATALOGUE = { timeoutMs: 10_000, maxBytes: 16 * 1024 * 1024 } as const;
const ODDS_API_TIMEOUT_MS = 5_000;

/** What all that asks BoltOdds shares: its key, its list of names and its breaker. */
export type BoltSource = {
  readonly token: string;
  readonly catalogue: BoltCatalogue;
  readonly breaker: Breaker;
};

type OddsWorld = {
  readonly variable: (name: VariableName) => string;
  readonly secrets: FeederSecrets;
  readonly feeds: DomainConfig['feeds'];
  readonly timers: Timers;
  readonly telemetry: Telemetry;
};

export function composeBolt({ variable, secrets, feeds, timers }: OddsWorld): BoltSource {
  const token = secrets.boltodds;
  const breaker = new Breaker({ failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs });
  const baseUrl = variable('BOLTODDS_REST_URL');
  const catalogue = new BoltCatalogue({ baseUrl, token, timers, breaker, ...CATALOGUE });
  return { token, catalogue, breaker };
}

/** The odds feeds that are on: BoltOdds always, The Odds API beside it. */
export function composeOdds(
  world: OddsWorld & { readonly bolt: BoltSource; readonly directory: MarketDirectory },
): FeederParts['oddsFeeds'] {
  const { variable, secrets, feeds, timers, telemetry, bolt, directory } = world;
  const { leagues, books } = feeds;
  const apiKey = secrets.oddsApi;
  const boltodds: FeederParts['oddsFeeds'][number] = {
    feed: 'boltodds',
    newStream: ({ onCoverage, isOver }) =>
      new OddsOfLeagues({
        catalogue: bolt.catalogue,
        leagues,
        books,
        timers,
        onNotOffered: (names) =>
          telemetry.log('warn', 'odds_not_offered', { feed: 'boltodds', names: names.join(', ') }),
        newStream: (filters) =>
          new BoltOddsStream({
            wsUrl: variable('BOLTODDS_WS_URL'),
            token: bolt.token,
            breaker: bolt.breaker,
            filters,
            gameIdOf: (game) => boltGameId(directory, game),
            timers,
            random: Math.random,
            maxFrameBytes: MAX_ODDS_FRAME_BYTES,
            silentAfterMs: feeds.silentAfterMs,
            coverage: {
              withinMs: feeds.coverageWithinMs,
              listed: (signal) => bolt.catalogue.games(signal),
              isOver,
              onReport: onCoverage,
            },
          }),
      }),
  };
  if (apiKey === null) return [boltodds];
  return [
    boltodds,
    {
      feed: 'odds_api',
      newStream: ({ onQuota }) =>
        new OddsApiFeed({
          baseUrl: variable('ODDS_API_URL'),
          apiKey,
          leagues,
          books,
          gameIdOf: (said) => directory.gameIdOf('odds_api', said),
          timers,
          intervalMs: feeds.oddsApiIntervalMs,
          timeoutMs: ODDS_API_TIMEOUT_MS,
          breaker: { failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs },
          onQuota,
          ...(feeds.oddsApiRenewal === 'monthly' && { renewal: nextMonthMs }),
          onUnknownBook: () => telemetry.count('odds_api.unknown_book', 1),
          onRead: (outcome) => telemetry.count(`odds_api.cache.${outcome}`, 1),
        }),
    },
  ];
}

/** Which of our games a message of the odds feed is about; null unless league, teams, sides and start all agree. */
function boltGameId(directory: MarketDirectory, game: BoltGame): GameId | null {
  const startTimeMs = game.when === null ? null : parseBoltWhen(game.when);
  if (typeof startTimeMs !== 'number') return null;
  const { homeTeam: home, awayTeam: away } = game;
  const league = leagueOfSport(game.sport);
  return directory.gameIdOf('boltodds', { league, home, away, startTimeMs });
}
