import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import type { FramesManifest, RecordedFrame } from '../../shared/contracts/feeder-frames.ts';
import type {
  EpochMs,
  GameMapping,
  Market,
  MarketResult,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { FrameGames } from '../../shared/replay/frame-games.ts';
import { frameRecording } from '../../shared/replay/frame-segments.ts';
import { playFrames } from '../../shared/replay/play-frames.ts';
import { RecordingRefusal } from '../../shared/replay/recording-refusal.ts';

/** What happened by a feeder's recording, in order. */
export type FrameStep = { readonly atMs: EpochMs } & (
  | { readonly kind: 'market'; readonly market: Market; readonly mapping: GameMapping | null }
  /** `upcoming` is the next tick of the market if it came within the horizon. */
  | { readonly kind: 'tick'; readonly tick: MarketTick; readonly upcoming: MarketTick | null }
  | { readonly kind: 'result'; readonly market: MarketTicker; readonly result: MarketResult }
);

export type FrameSteps = {
  readonly manifest: FramesManifest;
  readonly steps: readonly FrameStep[];
  /** Frames of feeds that were played. */
  readonly frames: number;
  /** SHA-256 over the frames as they were read. */
  readonly sha256: string;
};

/** An order meets the next tick that comes within this time, or nothing. */
export const TICK_HORIZON_MS = 60_000;
/** A longer recording is refused: its ticks are in memory while it is played. */
const MAX_STEPS = 500_000;
/** The most that a feeder accepts of one frame. */
const MAX_FRAME_BYTES = { kalshi: 16 * 1024 * 1024, odds: 64 * 1024 * 1024 };
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** Whether a folder is a feeder's own recording. */
export function isFrameRecording(dir: string): boolean {
  const file = join(dir, 'manifest.json');
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  if (text.length > MAX_MANIFEST_BYTES) return false;
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === 'object' &&
      value !== null &&
      'kind' in value &&
      value.kind === 'feeder_frames'
    );
  } catch {
    return false;
  }
}

/**
 * A feeder's recording through the feeder's own session, as markets, ticks and results. The orders and fills in it are
 * those of whoever traded then and are passed over. Throws a RecordingRefusal when it is not whole or too long.
 */
export function frameSteps(dir: string): FrameSteps {
  const recording = frameRecording(dir);
  const games = new FrameGames();
  const hash = createHash('sha256');
  const steps: FrameStep[] = [];
  const known = new Set<MarketTicker>();
  let nowMs = 0;
  const add = (step: FrameStep): void => {
    if (steps.length >= MAX_STEPS) throw tooLong(dir);
    steps.push(step);
  };
  const told = (market: Market, mapping: GameMapping | null): void => {
    games.onMapping(mapping);
    if (known.has(market.ticker)) return;
    known.add(market.ticker);
    add({ kind: 'market', atMs: nowMs, market, mapping });
  };
  const frames = playFrames<FeederCommand>({
    frames: followed(recording.frames(), (frame) => {
      // A clock that was set back does not take events back.
      nowMs = Math.max(nowMs, frame.receivedMs);
      hash.update(`${JSON.stringify(frame)}\n`);
    }),
    newSession: (epoch, gameMaxAgeMs) => new ListeningSession(epoch, gameMaxAgeMs, told),
    gameIdOf: (game) => games.gameIdOf(game),
    maxFrameBytes: MAX_FRAME_BYTES,
    onCommands: (commands) => {
      for (const command of commands)
        if (command.kind === 'publish_tick')
          add({ kind: 'tick', atMs: nowMs, tick: command.tick, upcoming: null });
        else if (command.kind === 'publish_lifecycle' && command.event.result !== null) {
          const { market, result } = command.event;
          add({ kind: 'result', atMs: nowMs, market, result });
        }
    },
  });
  return {
    manifest: recording.manifest,
    steps: withUpcoming(steps),
    frames,
    sha256: hash.digest('hex'),
  };
}

/** The feeder's session, with what it is told of markets told on. */
class ListeningSession extends FeederSession {
  readonly #told: (market: Market, mapping: GameMapping | null) => void;

  constructor(
    epoch: number,
    gameMaxAgeMs: number,
    told: (market: Market, mapping: GameMapping | null) => void,
  ) {
    super(epoch, gameMaxAgeMs);
    this.#told = told;
  }

  override addMarket(market: Market, mapping: GameMapping | null): void {
    this.#told(market, mapping);
    super.addMarket(market, mapping);
  }
}

function* followed(
  frames: Iterable<RecordedFrame>,
  onFrame: (frame: RecordedFrame) => void,
): Generator<RecordedFrame> {
  for (const frame of frames) {
    onFrame(frame);
    yield frame;
  }
}

/** Each tick with the next one of its market, which only the venue may look at. */
function withUpcoming(steps: readonly FrameStep[]): readonly FrameStep[] {
  const next = new Map<MarketTicker, { readonly atMs: EpochMs; readonly tick: MarketTick }>();
  return steps
    .toReversed()
    .map((step) => {
      if (step.kind !== 'tick') return step;
      const { ticker } = step.tick.market;
      const later = next.get(ticker);
      next.set(ticker, step);
      const isNear = later !== undefined && later.atMs - step.atMs <= TICK_HORIZON_MS;
      return isNear ? { ...step, upcoming: later.tick } : step;
    })
    .toReversed();
}

function tooLong(dir: string): RecordingRefusal {
  return new RecordingRefusal({
    code: 'oversized',
    file: dir,
    found: `it holds more than ${MAX_STEPS} ticks`,
    allowed: 'its ticks are in memory while it is played',
    todo: 'Play a shorter recording.',
  });
}
