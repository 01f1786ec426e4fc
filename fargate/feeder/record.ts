import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  FRAMES_FORMAT,
  FRAMES_VERSION,
  type FramesManifest,
  type RecordedFrame,
} from '../../shared/contracts/feeder-frames.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { RecordedMessage } from '../../shared/ports/recorder.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { FeederRecorder } from './feeder-parts.ts';

const pack = promisify(gzip);

/** Where segments go. Each call happens after the one before it has ended. */
export interface SegmentSink {
  append(file: string, packed: Uint8Array): Promise<void>;
  /** Nothing more is appended to this file. */
  end(file: string): Promise<void>;
  manifest(text: string): Promise<void>;
}

export type RecorderLimits = {
  /** A segment ends at this many bytes of text, or after this long. */
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** A crash loses at most this much of the recording. */
  readonly flushMs: number;
  readonly chunkBytes: number;
  /** Text that waits to be written; more means that the disk is too slow, and the recording stops. */
  readonly maxBacklogBytes: number;
};

const MIB = 1024 * 1024;
export const RECORDER_LIMITS: RecorderLimits = {
  segmentBytes: 16 * MIB,
  segmentMs: 300_000,
  flushMs: 1_000,
  chunkBytes: 256 * 1024,
  maxBacklogBytes: 64 * MIB,
};

type Segment = {
  readonly file: string;
  readonly hash: Hash;
  readonly firstMs: EpochMs;
  lastMs: EpochMs;
  lines: number;
  textBytes: number;
  packedBytes: number;
};

/**
 * Records frames as JSON lines in gzip segments. Each flush is a gzip member of its own, so a segment that was cut by
 * a crash reads up to its last whole member; packing happens off the main thread. When a write fails the recording
 * stops for good and says so once: recording never stops trading.
 */
export class SegmentRecorder implements FeederRecorder {
  readonly #timers: Timers;
  readonly #sink: SegmentSink;
  readonly #holder: string;
  readonly #secrets: readonly string[];
  readonly #limits: RecorderLimits;
  readonly #startedMs: EpochMs;
  readonly #closed: FramesManifest['segments'] = [];
  #segments = 0;
  #segment: Segment | null = null;
  #sequence = 0;
  #lines: string[] = [];
  #bytes = 0;
  #backlog = 0;
  #timer: TimerHandle | null = null;
  #state: 'recording' | 'closed' | 'stopped' = 'recording';
  #lost = 0;
  #tell: (reason: string) => void = () => {};
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly timers: Timers;
    readonly sink: SegmentSink;
    readonly holder: string;
    /** Texts that never enter a recording: keys and tokens that a feed might repeat. */
    readonly secrets: readonly string[];
    readonly limits?: RecorderLimits;
  }) {
    this.#timers = parts.timers;
    this.#sink = parts.sink;
    this.#holder = parts.holder;
    this.#secrets = parts.secrets.filter((secret) => secret.length > 0);
    this.#limits = parts.limits ?? RECORDER_LIMITS;
    this.#startedMs = parts.timers.nowMs();
  }

  get counts(): { readonly recorded: number; readonly lost: number; readonly segments: number } {
    return { recorded: this.#sequence, lost: this.#lost, segments: this.#segments };
  }

  onStopped(tell: (reason: string) => void): void {
    this.#tell = tell;
  }

  record(message: Omit<RecordedMessage, 'sequence'>): void {
    if (this.#state !== 'recording') {
      this.#lost += 1;
      return;
    }
    const { receivedMs, source } = message;
    const payload = this.#withoutSecrets(message.payload);
    const frame = { sequence: (this.#sequence += 1), receivedMs, source, payload };
    const segment = (this.#segment ??= this.#begin(receivedMs));
    const line = `${JSON.stringify(frame satisfies Omit<RecordedFrame, 'source'>)}\n`;
    this.#lines.push(line);
    this.#bytes += line.length;
    segment.lines += 1;
    segment.lastMs = receivedMs;
    if (this.#bytes >= this.#limits.chunkBytes) this.#flush();
    else
      this.#timer ??= this.#timers.after(this.#limits.flushMs, 'recording is flushed', () => {
        this.#timer = null;
        this.#flush();
      });
  }

  /** Writes what is pending and the last manifest. A recording that was stopped has nothing more to write. */
  async close(): Promise<void> {
    if (this.#state === 'recording') {
      this.#flush();
      this.#endSegment();
      this.#state = 'closed';
      this.#then(() => this.#putManifest('complete'));
    }
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    this.#timer = null;
    await this.#writing;
  }

  #begin(firstMs: EpochMs): Segment {
    this.#segments += 1;
    const file = `frames-${String(this.#segments).padStart(6, '0')}.jsonl.gz`;
    if (this.#segments === 1) this.#then(() => this.#putManifest('open'));
    return {
      file,
      hash: createHash('sha256'),
      firstMs,
      lastMs: firstMs,
      lines: 0,
      textBytes: 0,
      packedBytes: 0,
    };
  }

  #flush(): void {
    const segment = this.#segment;
    if (segment === null || this.#state !== 'recording') return;
    if (this.#lines.length > 0) {
      const text = this.#lines.join('');
      const bytes = this.#bytes;
      this.#lines = [];
      this.#bytes = 0;
      this.#backlog += bytes;
      segment.textBytes += bytes;
      if (this.#backlog > this.#limits.maxBacklogBytes) {
        this.#stop(`${this.#backlog} bytes wait to be written`);
        return;
      }
      this.#then(async () => {
        const packed = await pack(text);
        await this.#sink.append(segment.file, packed);
        segment.hash.update(text);
        segment.packedBytes += packed.length;
        this.#backlog -= bytes;
      });
    }
    const ageMs = this.#timers.nowMs() - segment.firstMs;
    if (segment.textBytes >= this.#limits.segmentBytes || ageMs >= this.#limits.segmentMs)
      this.#endSegment();
  }

  #endSegment(): void {
    const segment = this.#segment;
    if (segment === null) return;
    this.#segment = null;
    const { file, lines, firstMs, lastMs } = segment;
    this.#then(async () => {
      await this.#sink.end(file);
      this.#closed.push({
        file,
        lines,
        bytes: segment.packedBytes,
        sha256: segment.hash.digest('hex'),
        firstMs,
        lastMs,
      });
      await this.#putManifest('open');
    });
  }

  #putManifest(state: FramesManifest['state']): Promise<void> {
    const manifest: FramesManifest = {
      format: FRAMES_FORMAT,
      version: FRAMES_VERSION,
      kind: 'feeder_frames',
      state,
      holder: this.#holder,
      startedMs: this.#startedMs,
      segments: this.#closed,
    };
    return this.#sink.manifest(`${JSON.stringify(manifest, null, 2)}\n`);
  }

  #then(write: () => Promise<void>): void {
    this.#writing = this.#after(this.#writing, write);
  }

  /** Writes follow each other; after one failed none is tried. Never rejects. */
  async #after(previous: Promise<void>, write: () => Promise<void>): Promise<void> {
    await previous;
    if (this.#state === 'stopped') return;
    try {
      await write();
    } catch (error) {
      this.#stop(reasonOf(error));
    }
  }

  #stop(reason: string): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#lost += this.#lines.length;
    this.#lines = [];
    this.#segment = null;
    this.#tell(reason);
  }

  #withoutSecrets(payload: string): string {
    for (const secret of this.#secrets)
      if (payload.includes(secret)) return this.#redacted(payload);
    return payload;
  }

  #redacted(payload: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, '<secret>'), payload);
  }
}

/** The system's code where there is one: no path, no message of others. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
