import * as z from 'zod';
import { mappingFields, withLeague } from './mapping-schema.ts';
import { SCORE_SOURCES, type ScoreSource } from '../domain/market/game-state.ts';
import { price as toPrice } from '../domain/money/price.ts';
import { ODDS_FEEDS } from '../domain/odds/line.ts';
import type { OddsEvent } from '../ports/odds-feed.ts';
import { legSchema } from './messages/tick-schema.ts';

export const FRAMES_FORMAT = 'fairline-recording';
/** `trade_bars` are version 1; the frames of a feeder began with 2. */
export const FRAMES_VERSION = 2;

const epochMs = z.int().min(0);
const name = z.string().min(1).max(200);
const price = z.int().min(0).max(10_000).transform(toPrice);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hexadecimal digits');

/** How long a word of a game is compared with those of other sources where the recording does not say: the default. */
export const GAME_MAX_AGE_MS = 60_000;

/** What the feeder listens to: the exchange, odds feeds and sources of scores; `livescores` is the odds feed's own. */
export const FEED_NAMES = [
  'kalshi',
  'boltodds',
  'odds_api',
  'espn',
  'livescores',
  'balldontlie',
] as const;
export type FeedName = (typeof FEED_NAMES)[number];

/** What a source of scores is called among all feeds. */
export const FEED_OF_SCORES: Readonly<Record<ScoreSource, FeedName>> = {
  espn: 'espn',
  boltodds: 'livescores',
  balldontlie: 'balldontlie',
};

/**
 * Who sent what is recorded; `feeder` is what the feeder itself did between frames. Recordings of before there were
 * several sources say `odds` for BoltOdds and `scoreboard` for ESPN.
 */
export const FRAME_SOURCES = [...FEED_NAMES, 'feeder', 'odds', 'scoreboard'] as const;
export type FrameSource = (typeof FRAME_SOURCES)[number];

/** One line of a segment: a frame as it arrived. `sequence` counts from one over the whole recording. */
export const recordedFrameSchema = z.strictObject({
  sequence: z.int().min(1),
  receivedMs: epochMs,
  source: z.enum(FRAME_SOURCES),
  payload: z.string(),
});
export type RecordedFrame = z.infer<typeof recordedFrameSchema>;

/**
 * manifest.json of a feeder's recording: its closed segments. `state` is `open` while the feeder runs and after it was
 * killed; the segment that was then being written is not listed and its readable beginning counts.
 */
export const framesManifestSchema = z.strictObject({
  format: z.literal(FRAMES_FORMAT),
  version: z.literal(FRAMES_VERSION),
  kind: z.literal('feeder_frames'),
  state: z.enum(['open', 'complete']),
  holder: name,
  startedMs: epochMs,
  segments: z.array(
    z.strictObject({
      file: z
        .string()
        .regex(/^frames-\d{6}\.jsonl\.gz$/, 'a segment is named frames-000001.jsonl.gz'),
      lines: z.int().min(1),
      bytes: z.int().min(1),
      /** Of the text, so that it does not depend on the compressor. */
      sha256,
      firstMs: epochMs,
      lastMs: epochMs,
    }),
  ),
});
export type FramesManifest = z.infer<typeof framesManifestSchema>;

const market = z.strictObject({
  ticker: name,
  eventTicker: name,
  seriesTicker: name,
  exchangeIndex: z.int().min(0),
  title: z.string().max(500),
  status: z.enum([
    'initialized',
    'active',
    'inactive',
    'closed',
    'determined',
    'disputed',
    'amended',
    'finalized',
  ]),
  openTimeMs: z.number(),
  closeTimeMs: z.number(),
  expectedExpirationMs: z.number().nullable(),
  settlementTimerMs: z.number(),
  priceRanges: z
    .array(z.strictObject({ start: price, end: price, step: z.int().min(1) }))
    .readonly(),
  fees: z.strictObject({
    makerFeeType: z.enum([
      'quadratic',
      'quadratic_with_maker_fees',
      'quadratic_with_combo_maker_fees',
    ]),
    multiplierMillionths: z.int().min(0),
  }),
});

const oddsOfGame = {
  feed: z.enum(ODDS_FEEDS),
  source: name,
  gameId: name,
  sequence: z.int().min(0),
};
const legs = z.array(legSchema).readonly();

const oddsEvent: z.ZodType<OddsEvent> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('legs'), legs }),
  z.strictObject({ kind: z.literal('replace'), ...oddsOfGame, legs }),
  z.strictObject({ kind: z.literal('removed'), ...oddsOfGame }),
  z.strictObject({ kind: z.literal('alive'), receivedMs: epochMs }),
]);

const mapping = z.preprocess(withLeague, z.strictObject(mappingFields));

/** What the feeder did between frames and its ticks depend on; the payload of lines of source `feeder`. */
export const feederLineSchema = z.discriminatedUnion('kind', [
  /** A new epoch: books, lines and stamps begin anew. */
  z.strictObject({
    kind: z.literal('epoch'),
    epoch: z.int().min(1),
    gameMaxAgeMs: z.int().min(0).default(GAME_MAX_AGE_MS),
  }),
  z.strictObject({ kind: z.literal('market'), market, mapping: mapping.nullable() }),
  /** The exchange's connection came or went: numbers begin anew and books are suspect. */
  z.strictObject({ kind: z.literal('connection'), change: z.enum(['connected', 'disconnected']) }),
  z.strictObject({
    kind: z.literal('subscribed'),
    subscription: z.int(),
    markets: z.array(name).readonly(),
  }),
  /** The markets of a subscription from then on. */
  z.strictObject({
    kind: z.literal('subscription_markets'),
    subscription: z.int(),
    markets: z.array(name).readonly(),
  }),
  /** Frames of a subscription that were let go. */
  z.strictObject({ kind: z.literal('lost'), subscription: z.int(), frames: z.int().min(1) }),
  /** Markets that are not followed any more. */
  z.strictObject({ kind: z.literal('unfollowed'), markets: z.array(name).readonly() }),
  /** The markets in which there is a position, and those of them that are near an exit. */
  z.strictObject({
    kind: z.literal('held'),
    markets: z.array(name).readonly(),
    near: z.array(name).readonly().default([]),
  }),
  z.strictObject({
    kind: z.literal('markets_read'),
    askedAtMs: epochMs,
    markets: z.array(market).readonly(),
  }),
  /** Books that somebody distrusted: suspect until they were sent again. */
  z.strictObject({ kind: z.literal('resnapshot'), markets: z.array(name).readonly() }),
  /** What frames of odds were understood to say: they are kept too, but what they mean depends on those before them. */
  z.strictObject({ kind: z.literal('odds_told'), event: oddsEvent }),
  /** A source was lost: nothing that it had said counts any more. */
  z.strictObject({ kind: z.literal('source_lost'), source: z.enum(FEED_NAMES) }),
  /** A look at the time that published something. */
  z.strictObject({ kind: z.literal('timer') }),
]);
export type FeederLine = z.infer<typeof feederLineSchema>;

/** What a source of scores said of a game; the payload of lines of `espn`, `livescores`, `balldontlie` and `scoreboard`. */
export const recordedGameSchema = z.strictObject({
  /** Recordings of before there were several sources are ESPN's. */
  source: z.enum(SCORE_SOURCES).default('espn'),
  gameId: name,
  phase: z.enum(['pregame', 'live', 'stopped', 'off', 'final']),
  startTimeMs: epochMs,
  homeScore: z.int().nullable(),
  awayScore: z.int().nullable(),
  period: z.int().nullable(),
  clockSeconds: z.number().nullable(),
  sourceTimeMs: epochMs,
  receivedMs: epochMs,
});
