import * as z from 'zod';
import { mappingFields, withLeague } from './mapping-schema.ts';

export const RECORDING_FORMAT = 'fairline-recording';
export const RECORDING_VERSION = 1;

/** Sets of collected prices that can be made into recordings, the one first that is played when a folder has both. */
export const COLLECTED_SOURCES = ['kalshi-nba', 'kalshi-mlb'] as const;
export type CollectedSource = (typeof COLLECTED_SOURCES)[number];

const epochMs = z.int().min(0);
const price = z.int().min(0).max(10_000);
const nanos = z.int().min(0).max(1_000_000_000);
const name = z.string().min(1).max(200);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hexadecimal digits');

const count = z.int().min(0);

/** What the manifest of every recording tells, whatever its minutes hold. */
const aboutRecording = {
  format: z.literal(RECORDING_FORMAT),
  version: z.literal(RECORDING_VERSION),
  source: name,
  markets: count,
  firstMs: epochMs,
  lastMs: epochMs,
  models: z.array(z.strictObject({ name, version: name })),
  /** What the recording takes for granted because its source does not say it. */
  assumptions: z.array(z.string()),
  /** Input rows that were left out, by why. */
  refused: z.record(z.string(), count),
  createdFrom: z.array(z.strictObject({ file: name, bytes: count, sha256 })),
  /** `bytes` is the size of the file; `sha256` is of the text in it, so that it does not depend on the compressor. */
  segments: z
    .array(
      z.strictObject({
        file: z
          .string()
          .regex(/^segment-\d{4}\.jsonl\.gz$/, 'a segment is named segment-0001.jsonl.gz'),
        lines: z.int().min(1),
        bytes: z.int().min(1),
        sha256,
      }),
    )
    .max(9_999),
  /** SHA-256 over the segments' hashes, one a line: the fingerprint of the recording. */
  contentSha256: sha256,
};
const rareCounts = { market: count, forecast: count, result: count };

/** manifest.json of a recording: what it holds, from what it was made, and how to see that it is whole. */
export const recordingManifestSchema = z.discriminatedUnion('kind', [
  /** Minute bars of trade prices, without quotes or depth. */
  z.strictObject({
    ...aboutRecording,
    kind: z.literal('trade_bars'),
    counts: z.strictObject({ ...rareCounts, bar: count }),
  }),
  /** The best bid and ask at the end of each minute, without depth. */
  z.strictObject({
    ...aboutRecording,
    kind: z.literal('quote_bars'),
    counts: z.strictObject({ ...rareCounts, quote: count }),
  }),
]);
export type RecordingManifest = z.infer<typeof recordingManifestSchema>;
/** What the minutes of a recording hold. */
export type RecordingKind = RecordingManifest['kind'];

/** How many minutes a recording has, over all of its markets. */
export function recordedMinutes(manifest: RecordingManifest): number {
  return manifest.kind === 'trade_bars' ? manifest.counts.bar : manifest.counts.quote;
}

const marketResult = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('yes') }),
  z.strictObject({ kind: z.literal('no') }),
  z.strictObject({ kind: z.literal('scalar'), settlementValue: price }),
]);

const market = z.strictObject({
  ticker: name,
  eventTicker: name,
  seriesTicker: name,
  exchangeIndex: z.int().min(0),
  title: z.string().max(500),
  status: z.literal('active'),
  openTimeMs: epochMs,
  closeTimeMs: epochMs,
  expectedExpirationMs: epochMs.nullable(),
  settlementTimerMs: z.int().min(0),
  priceRanges: z
    .array(z.strictObject({ start: price, end: price, step: z.int().min(1).max(10_000) }))
    .min(1),
  fees: z.strictObject({
    makerFeeType: z.enum([
      'quadratic',
      'quadratic_with_maker_fees',
      'quadratic_with_combo_maker_fees',
    ]),
    multiplierMillionths: z.int().min(0),
  }),
});

const mapping = z.preprocess(withLeague, z.strictObject(mappingFields));

/** The rare lines of a recording. Minutes, a thousand times as many, are read by hand where the recording is. */
export const recordedLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('market'), atMs: epochMs, market, mapping }),
  z.strictObject({
    kind: z.literal('forecast'),
    atMs: epochMs,
    model: z.strictObject({ name, version: name }),
    gameId: name,
    homeNanos: nanos,
    uncertaintyNanos: nanos,
    asOfMs: epochMs,
  }),
  z.strictObject({
    kind: z.literal('result'),
    atMs: epochMs,
    market: name,
    gameId: name,
    result: marketResult,
    homeScore: z.int().min(0),
    awayScore: z.int().min(0),
  }),
]);
export type RecordedLine = z.infer<typeof recordedLineSchema>;
