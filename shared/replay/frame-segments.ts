import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import {
  FRAMES_FORMAT,
  FRAMES_VERSION,
  framesManifestSchema,
  recordedFrameSchema,
  type FramesManifest,
  type RecordedFrame,
} from '../contracts/feeder-frames.ts';
import { RecordingRefusal } from './recording-refusal.ts';

const MANIFEST = 'manifest.json';
/** One segment is in memory at a time, and none is larger than this when unpacked. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
const SEGMENT = /^frames-\d{6}\.jsonl\.gz$/;
const TODO = 'Copy the recording again from where the feeder wrote it.';

type ListedSegment = FramesManifest['segments'][number];

export type FrameRecording = {
  readonly manifest: FramesManifest;
  /** In the order in which they arrived. Throws a RecordingRefusal where the recording is not whole. */
  frames(): Generator<RecordedFrame>;
};

/**
 * A feeder's own recording. Segments that the manifest lists must be there to the byte; of segments that it does not
 * list, which a feeder that was killed left behind, the readable beginning counts. Throws a RecordingRefusal.
 */
export function frameRecording(dir: string): FrameRecording {
  const manifest = readFramesManifest(dir);
  return { manifest, frames: () => framesOf(dir, manifest) };
}

function readFramesManifest(dir: string): FramesManifest {
  const file = join(dir, MANIFEST);
  const refuse = (
    code: 'missing_manifest' | 'bad_manifest' | 'unsupported_version',
    found: string,
  ): never => {
    const allowed = `a manifest of frames is ${FRAMES_FORMAT} version ${FRAMES_VERSION}`;
    throw new RecordingRefusal({ code, file, found, allowed, todo: TODO });
  };
  if (!existsSync(file)) return refuse('missing_manifest', 'there is no such file');
  const bytes = readFileSync(file);
  if (bytes.length > MAX_MANIFEST_BYTES)
    return refuse('bad_manifest', `it has ${bytes.length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refuse('bad_manifest', 'it is not JSON, or it was cut');
  }
  if (typeof value === 'object' && value !== null && 'version' in value)
    if (value.version !== FRAMES_VERSION)
      return refuse('unsupported_version', `it has version ${JSON.stringify(value.version)}`);
  const read = framesManifestSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return refuse('bad_manifest', `"${issue?.path.join('.')}" does not fit: ${issue?.message}`);
}

function* framesOf(dir: string, manifest: FramesManifest): Generator<RecordedFrame> {
  let sequence = 0;
  const listed = new Set(manifest.segments.map(({ file }) => file));
  const unlisted =
    manifest.state === 'complete'
      ? []
      : readdirSync(dir)
          .filter((file) => SEGMENT.test(file) && !listed.has(file))
          .toSorted();
  for (const segment of manifest.segments)
    for (const frame of parsed(join(dir, segment.file), wholeLines(dir, segment), sequence)) {
      sequence = frame.sequence;
      yield frame;
    }
  for (const name of unlisted)
    for (const frame of parsed(join(dir, name), readableLines(join(dir, name)), sequence)) {
      sequence = frame.sequence;
      yield frame;
    }
}

function* parsed(file: string, lines: readonly string[], before: number): Generator<RecordedFrame> {
  let expected = before + 1;
  for (const [index, text] of lines.entries()) {
    const read = recordedFrameSchema.safeParse(jsonOf(text));
    if (!read.success)
      throw new RecordingRefusal({
        code: 'foreign_line',
        file,
        line: index + 1,
        found: 'the line is not a recorded frame',
        allowed: 'a line has sequence, receivedMs, source and payload',
        todo: TODO,
      });
    if (read.data.sequence !== expected)
      throw new RecordingRefusal({
        code: 'out_of_order',
        file,
        line: index + 1,
        found: `the line has number ${read.data.sequence}`,
        allowed: `it follows number ${expected - 1}`,
        todo: TODO,
      });
    expected += 1;
    yield read.data;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wholeLines(dir: string, segment: ListedSegment): readonly string[] {
  const file = join(dir, segment.file);
  const allowed = `the manifest states ${segment.bytes} bytes of gzip with ${segment.lines} lines`;
  const refuse = (
    code: 'missing_segment' | 'cut_segment' | 'checksum_mismatch',
    found: string,
  ): never => {
    throw new RecordingRefusal({ code, file, found, allowed, todo: TODO });
  };
  if (!existsSync(file)) return refuse('missing_segment', 'there is no such file');
  const packed = readFileSync(file);
  let text: string;
  try {
    text = gunzipSync(packed, { maxOutputLength: MAX_SEGMENT_BYTES }).toString('utf8');
  } catch {
    return refuse('cut_segment', `it was cut, damaged or is no gzip (${packed.length} bytes)`);
  }
  if (createHash('sha256').update(text).digest('hex') !== segment.sha256)
    return refuse('checksum_mismatch', 'its text has changed since it was written');
  return linesOf(text);
}

/** The whole lines at the beginning of a file whose end may be missing: nothing when not even they can be read. */
function readableLines(file: string): readonly string[] {
  try {
    const text = gunzipSync(readFileSync(file), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: MAX_SEGMENT_BYTES,
    }).toString('utf8');
    return linesOf(text);
  } catch {
    return [];
  }
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  // What stands behind the last newline is empty, or a line that was cut.
  lines.pop();
  return lines;
}
