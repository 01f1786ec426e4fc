import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  RECORDING_FORMAT,
  RECORDING_VERSION,
  recordingManifestSchema,
  type RecordingManifest,
} from '../contracts/recording.ts';
import { Consistency } from './consistency.ts';
import { decodeEvent, encodeEvent, type RecordingEvent } from './recording.ts';
import { RecordingRefusal } from './recording-refusal.ts';

const MANIFEST = 'manifest.json';
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
/** One segment is in memory at a time, and none is larger than this when unpacked. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
export const LINES_PER_SEGMENT = 50_000;

type Segment = RecordingManifest['segments'][number];
export type RecordingAbout = Pick<
  RecordingManifest,
  'kind' | 'source' | 'assumptions' | 'refused' | 'createdFrom'
>;

/** How far a pass has come; `lines` of `total`. */
export type ReadProgress = (at: { readonly lines: number; readonly total: number }) => void;

/**
 * Writes a recording beside `dir` and then puts it in its place, so that a write that was stopped leaves what was there.
 * The same events give the same bytes. Refuses a folder that holds anything but a recording, and events that would be
 * refused on reading.
 */
export function writeRecording(input: {
  readonly dir: string;
  readonly events: Iterable<RecordingEvent>;
  readonly about: RecordingAbout;
  readonly linesPerSegment?: number;
}): RecordingManifest {
  const { dir, about, linesPerSegment = LINES_PER_SEGMENT } = input;
  refuseOccupied(dir);
  const partial = `${dir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const consistency = new Consistency(about.kind);
  const segments: Segment[] = [];
  const counts = noCounts();
  const models = new Map<string, RecordingManifest['models'][number]>();
  let lines: string[] = [];
  let [firstMs, lastMs] = [0, 0];
  const flush = (): void => {
    if (lines.length === 0) return;
    segments.push(writeSegment(partial, segments.length + 1, lines));
    lines = [];
  };
  for (const event of input.events) {
    const fault = consistency.check(event);
    if (fault !== null)
      throw new RecordingRefusal({ ...fault, file: dir, todo: 'Nothing was written.' });
    if (segments.length === 0 && lines.length === 0) firstMs = event.atMs;
    lastMs = event.atMs;
    counts[event.kind] += 1;
    if (event.kind === 'forecast') {
      const { name, version } = event.forecast.model;
      models.set(`${name}@${version}`, { name, version });
    }
    lines.push(encodeEvent(event));
    if (lines.length === linesPerSegment) flush();
  }
  flush();
  const manifest: RecordingManifest = {
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    ...kindAndCounts(about, counts),
    firstMs,
    lastMs,
    models: [...models.keys()].toSorted().flatMap((label) => models.get(label) ?? []),
    assumptions: about.assumptions,
    refused: about.refused,
    createdFrom: about.createdFrom,
    segments,
    contentSha256: contentSha256(segments),
  };
  writeFileSync(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  rmSync(dir, { recursive: true, force: true });
  renameSync(partial, dir);
  return manifest;
}

type Counts = Record<RecordingEvent['kind'], number>;

function noCounts(): Counts {
  return { market: 0, forecast: 0, bar: 0, quote: 0, result: 0 };
}

function kindAndCounts({ kind, source }: RecordingAbout, counts: Counts) {
  const { market, forecast, bar, quote, result } = counts;
  const markets = market;
  return kind === 'trade_bars'
    ? { kind, source, markets, counts: { market, forecast, bar, result } }
    : { kind, source, markets, counts: { market, forecast, quote, result } };
}

/** manifest.json of a recording, its shape and its own hash checked. */
export function readManifest(dir: string): RecordingManifest {
  const file = join(dir, MANIFEST);
  if (!existsSync(file))
    throw new RecordingRefusal({
      code: 'missing_manifest',
      file,
      found: 'there is no such file',
      allowed: 'a recording is a folder with manifest.json and its segments',
      todo: 'Name a folder that `fairline import` wrote.',
    });
  const refuse = (code: 'bad_manifest' | 'unsupported_version', found: string): never => {
    const allowed = `a manifest is ${RECORDING_FORMAT} version ${RECORDING_VERSION}`;
    throw new RecordingRefusal({ code, file, found, allowed });
  };
  const bytes = readFileSync(file);
  if (bytes.length > MAX_MANIFEST_BYTES)
    return refuse('bad_manifest', `it has ${bytes.length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refuse('bad_manifest', 'it is not JSON, or it was cut');
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    !('format' in value) ||
    value.format !== RECORDING_FORMAT
  )
    return refuse('bad_manifest', 'it is not the manifest of a recording');
  if (!('version' in value) || value.version !== RECORDING_VERSION)
    return refuse(
      'unsupported_version',
      `it has version ${JSON.stringify('version' in value ? value.version : null)}`,
    );
  const read = recordingManifestSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse('bad_manifest', `"${issue?.path.join('.')}" does not fit: ${issue?.message}`);
  }
  if (read.data.contentSha256 !== contentSha256(read.data.segments))
    return refuse('bad_manifest', 'contentSha256 is not the hash of its segments');
  return read.data;
}

/**
 * Reads the whole recording once without using it: every segment there, whole and unchanged, every line ours, in order
 * and consistent, the counts as stated. Throws a RecordingRefusal at the first fault.
 */
export function verifyRecording(dir: string, onProgress?: ReadProgress): RecordingManifest {
  const manifest = readManifest(dir);
  const consistency = new Consistency(manifest.kind);
  const counts = noCounts();
  const total = totalLines(manifest);
  let done = 0;
  for (const segment of manifest.segments) {
    const file = join(dir, segment.file);
    for (const { event, line } of eventsOf(file, readSegment(file, segment))) {
      counts[event.kind] += 1;
      const fault = consistency.check(event);
      if (fault !== null) throw new RecordingRefusal({ ...fault, file, line });
    }
    done += segment.lines;
    onProgress?.({ lines: done, total });
  }
  for (const [kind, stated] of Object.entries(manifest.counts) as [keyof Counts, number][])
    if (counts[kind] !== stated)
      throw new RecordingRefusal({
        code: 'count_mismatch',
        file: join(dir, MANIFEST),
        found: `the segments hold ${counts[kind]} lines of kind ${kind}`,
        allowed: `the manifest states ${stated}`,
      });
  return manifest;
}

/**
 * Verifies the whole recording, then gives its events in order. Nothing is given of a recording that is refused. A
 * promise that `onEvent` returns is awaited before the next event.
 */
export async function readRecording(
  dir: string,
  onEvent: (event: RecordingEvent) => void | Promise<void>,
  onProgress?: ReadProgress,
): Promise<RecordingManifest> {
  const manifest = verifyRecording(dir);
  const total = totalLines(manifest);
  let done = 0;
  for (const segment of manifest.segments) {
    const file = join(dir, segment.file);
    for (const { event } of eventsOf(file, readSegment(file, segment))) {
      const pending = onEvent(event);
      if (pending !== undefined) await pending;
    }
    done += segment.lines;
    onProgress?.({ lines: done, total });
  }
  return manifest;
}

function totalLines(manifest: RecordingManifest): number {
  return manifest.segments.reduce((sum, { lines }) => sum + lines, 0);
}

function* eventsOf(
  file: string,
  lines: readonly string[],
): Generator<{ readonly event: RecordingEvent; readonly line: number }> {
  for (const [index, text] of lines.entries()) {
    const event = decodeEvent(text);
    if (event.kind === 'foreign')
      throw new RecordingRefusal({
        code: 'foreign_line',
        file,
        line: index + 1,
        found: `the line ${event.found}`,
        allowed:
          'a line is a market, forecast, bar, quote or result as `fairline import` writes it',
      });
    yield { event, line: index + 1 };
  }
}

/** The lines of one segment. What is wrong with its text is told before that its hash differs, because it says where. */
function readSegment(file: string, segment: Segment): readonly string[] {
  const { text, bytes } = unpack(file, segment);
  const lines = text.split('\n');
  const rest = lines.pop();
  if (rest !== '')
    throw new RecordingRefusal({
      code: 'half_line',
      file,
      line: lines.length + 1,
      found: 'the last line has no end',
      allowed: 'every line ends with a newline',
    });
  const unchanged = createHash('sha256').update(text).digest('hex') === segment.sha256;
  if (unchanged && bytes === segment.bytes) return lines;
  for (const _ of eventsOf(file, lines)) continue;
  if (lines.length !== segment.lines)
    throw new RecordingRefusal({
      code: 'count_mismatch',
      file,
      found: `it has ${lines.length} lines`,
      allowed: `the manifest states ${segment.lines}`,
    });
  throw new RecordingRefusal({
    code: 'checksum_mismatch',
    file,
    found: unchanged ? `it has ${bytes} bytes` : 'its text has changed since it was written',
    allowed: `the manifest states ${segment.bytes} bytes of gzip, SHA-256 ${segment.sha256}`,
  });
}

function unpack(file: string, segment: Segment): { readonly text: string; readonly bytes: number } {
  if (!existsSync(file))
    throw new RecordingRefusal({
      code: 'missing_segment',
      file,
      found: 'there is no such file',
      allowed: `the manifest names it, with ${segment.lines} lines`,
    });
  const packed = readFileSync(file);
  try {
    const text = gunzipSync(packed, { maxOutputLength: MAX_SEGMENT_BYTES }).toString('utf8');
    return { text, bytes: packed.length };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const oversized = code === 'ERR_BUFFER_TOO_LARGE';
    throw new RecordingRefusal({
      code: oversized ? 'oversized' : 'cut_segment',
      file,
      found: oversized
        ? `it unpacks to more than ${MAX_SEGMENT_BYTES} bytes`
        : `it was cut, damaged or is not gzip (${packed.length} bytes)`,
      allowed: `the manifest states ${segment.bytes} bytes of gzip`,
    });
  }
}

function writeSegment(dir: string, number: number, lines: readonly string[]): Segment {
  const file = `segment-${String(number).padStart(4, '0')}.jsonl.gz`;
  const text = `${lines.join('\n')}\n`;
  const packed = gzipSync(text);
  writeFileSync(join(dir, file), packed);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { file, lines: lines.length, bytes: packed.length, sha256 };
}

function contentSha256(segments: readonly Segment[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of segments) hash.update(`${sha256}\n`);
  return hash.digest('hex');
}

function refuseOccupied(dir: string): void {
  if (!existsSync(dir)) return;
  const stranger = readdirSync(dir).find(
    (name) => name !== MANIFEST && !/^segment-\d{4}\.jsonl\.gz$/.test(name),
  );
  if (stranger === undefined) return;
  throw new RecordingRefusal({
    code: 'occupied',
    file: join(dir, stranger),
    found: 'the folder holds something that is no recording',
    allowed: 'a recording is written to a new or empty folder, or over another recording',
    todo: 'Name another folder.',
  });
}
