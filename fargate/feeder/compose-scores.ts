import { BalldontlieScoreboard } from '../../shared/adapters/balldontlie/balldontlie-scoreboard.ts';
import { BoltLivescores } from '../../shared/adapters/boltodds/bolt-livescores.ts';
import { EspnClient } from '../../shared/adapters/espn/espn-client.ts';
import { EspnScoreboard } from '../../shared/adapters/espn/espn-scoreboard.ts';
import type { ScoreboardLook } from '../../shared/adapters/espn/scoreboard-look.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';
import type { GameListing } from '../../shared/domain/market/game-listing.ts';
import type { Scoreboard } from '../../shared/ports/streams.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { TokenBudget } from '../../shared/ports/token-budget.ts';
import type { BoltSource } from './compose-odds.ts';
import type { FeederSecrets } from './compose-secrets.ts';
import type { FeederParts } from './feeder-parts.ts';

const SCOREBOARD = { timeoutMs: 5_000, maxBytes: 16 * 1024 * 1024 } as const;
const LIVESCORES_PATH = '/livescores';
const MAX_SCORES_FRAME_BYTES = 16 * 1024 * 1024;

export type ScoreParts = {
  readonly scoreboards: FeederParts['scoreboards'];
  /** The calendar: whose games count. */
  readonly newCalendar: () => Scoreboard;
};

/** Sources of scores that are on. Listings and every epoch's looks are requests to one client, with one breaker. */
export function composeScores(world: {
  readonly variable: (name: VariableName) => string;
  readonly secrets: FeederSecrets;
  readonly feeds: DomainConfig['feeds'];
  readonly timers: Timers;
  /** Counts requests across restarts and processes. */
  readonly budget: TokenBudget;
  readonly telemetry: Telemetry;
  readonly bolt: BoltSource;
  /** The games of the calendar as last read. */
  readonly games: () => readonly GameListing[];
}): ScoreParts {
  const { variable, secrets, feeds, timers, budget, telemetry, bolt, games } = world;
  const breaker = { failures: feeds.breakerFailures, openMs: feeds.breakerOpenMs };
  const boards = {
    ...SCOREBOARD,
    baseUrl: variable('SCOREBOARD_URL'),
    timers,
    requestsPerHour: feeds.scoreboardRequestsPerHour,
    breaker,
  };
  const client = new EspnClient({ ...boards, budget });
  const newCalendar = (): Scoreboard =>
    new EspnScoreboard({
      ...boards,
      client,
      leagues: feeds.leagues,
      liveMs: feeds.scoreboardLiveMs,
      onLook: (look) => countLook(telemetry, look),
    });
  const apiKey = secrets.balldontlie;
  const scoreboards: FeederParts['scoreboards'][number][] = [
    { source: 'espn', newScoreboard: newCalendar },
  ];
  if (feeds.livescores === 'on')
    scoreboards.push({
      source: 'boltodds',
      newScoreboard: () =>
        new BoltLivescores({
          ...bolt,
          wsUrl: `${variable('BOLTODDS_WS_URL')}${LIVESCORES_PATH}`,
          leagues: feeds.leagues,
          games,
          timers,
          random: Math.random,
          maxFrameBytes: MAX_SCORES_FRAME_BYTES,
          silentAfterMs: feeds.silentAfterMs,
          onUnknownPeriod: (word) => telemetry.log('warn', 'livescore_period_not_known', { word }),
        }),
    });
  if (apiKey !== null)
    scoreboards.push({
      source: 'balldontlie',
      newScoreboard: () =>
        new BalldontlieScoreboard({
          baseUrl: variable('BALLDONTLIE_URL'),
          apiKey,
          timers,
          timeoutMs: SCOREBOARD.timeoutMs,
          breaker,
          liveMs: feeds.scoreboardLiveMs,
          requestsPerMinute: feeds.balldontlieRequestsPerMinute,
        }),
    });
  return { scoreboards, newCalendar };
}

/** Counts a look at a scoreboard: what came of it, how late and how long it was, how old its board, what it lacked. */
function countLook(telemetry: Telemetry, look: ScoreboardLook): void {
  const { league, outcome, lateMs, tookMs, ageMs, missing, unknownStatuses } = look;
  telemetry.count(`scoreboard.look.${outcome}`, 1);
  if (outcome === 'skipped') return;
  telemetry.gauge('scoreboard.late_ms', lateMs);
  telemetry.gauge('scoreboard.took_ms', tookMs);
  if (ageMs !== null) telemetry.gauge('scoreboard.age_ms', ageMs);
  for (const [field, events] of Object.entries(missing))
    telemetry.count(`scoreboard.missing.${league}.${field}`, events);
  for (const [word, events] of unknownStatuses) {
    telemetry.count('scoreboard.status_not_known', events);
    telemetry.log('warn', 'scoreboard_status_not_known', { league, word, events });
  }
}
