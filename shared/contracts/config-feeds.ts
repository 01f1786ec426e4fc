import * as z from 'zod';
import { UNCONFIRMED_SERIES } from '../domain/mapping/series.ts';
import { LEAGUES } from '../domain/market/leagues.ts';
import { LINE_SOURCES } from '../domain/odds/line.ts';
import { nameList, oneOf, whole } from './config-leaves.ts';

/** Which sources of odds, scores and prices are listened to, for what, how often, and when one is down. */
export const feedsSchema = z.strictObject({
  /** A larger frame is refused unread. */
  maxFrameBytes: whole({ from: 1_024, to: 16_777_216, unit: 'bytes' }),
  /** A feed that says nothing for this long is down. */
  silentAfterMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
  /** Whose games are followed, such as nfl,nba. */
  leagues: nameList(`leagues out of ${LEAGUES.join(', ')}`),
  /** Series whose form no recorded market has confirmed and that are followed all the same, on the user's own word. */
  unconfirmedSeries: nameList(`series out of ${UNCONFIRMED_SERIES.join(', ')}`),
  /** The sportsbooks that odds feeds are asked for. */
  books: nameList(`sportsbooks out of ${LINE_SOURCES.join(', ')}`),
  /** A book of a game that was asked for and has not come by then is missing. */
  coverageWithinMs: whole({ from: 1_000, to: 600_000, unit: 'milliseconds' }),
  /** The Odds API, asked before games; off without a key. */
  oddsApi: oneOf(['off', 'on']),
  oddsApiIntervalMs: whole({ from: 10_000, to: 3_600_000, unit: 'milliseconds' }),
  /** When its credits are full again: on the first of a month the rest is spread until then. */
  oddsApiRenewal: oneOf(['none', 'monthly']),
  /** Balldontlie, a second source of NBA games; off without a key. */
  balldontlie: oneOf(['off', 'on']),
  /** What the plan allows in a minute. */
  balldontlieRequestsPerMinute: whole({ from: 1, to: 6_000, unit: 'requests' }),
  /** Live scores of the odds feed, a second source of soccer states. */
  livescores: oneOf(['off', 'on']),
  /** Requests to the scoreboards in an hour, all leagues together. */
  scoreboardRequestsPerHour: whole({ from: 10, to: 3_600, unit: 'requests' }),
  /** Between two looks at a scoreboard with a game on it that is live. */
  scoreboardLiveMs: whole({ from: 5_000, to: 600_000, unit: 'milliseconds' }),
  /** Failures in a row after which a source is left alone, and for how long until one trial request. */
  breakerFailures: whole({ from: 1, to: 100, unit: 'failures' }),
  breakerOpenMs: whole({ from: 1_000, to: 3_600_000, unit: 'milliseconds' }),
});
