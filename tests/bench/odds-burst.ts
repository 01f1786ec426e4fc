import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { BoltOddsStream } from '../../shared/adapters/boltodds/boltodds-stream.ts';
import { decodeFrame } from '../../shared/adapters/boltodds/wire/frames.ts';
import { decodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-frames.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { OrderBook } from '../../shared/domain/market/order-book.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import {
  BURST_BYTES,
  BURSTS,
  burstFrame,
  FOLLOWED_GAMES,
  labelOf,
  type Burst,
} from './burst-frame.ts';
import { startChild, textOf, type BenchChild } from './child.ts';
import { quantile, rounded } from './measure.ts';

const MAX_FRAME_BYTES = 2 * BURST_BYTES;
const QUIET_MS = 500;
const PATIENCE_MS = 20_000;
const ROUNDS = 8;
const QUICK_ROUNDS = 3;

/** What the reading process saw while it used one burst, or nothing but books. */
type Seen = {
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly ages: readonly number[];
  readonly tookMs: number;
};

/**
 * A burst frame of 10 MiB from the odds feed over a loopback socket while book deltas flow on another: how long the
 * event loop is held up, how old deltas become, and how long it takes until all of the burst was used; beside them how
 * long the same frame holds the loop when it is read in one piece.
 */
export async function benchOddsBurst({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const child = startChild('odds-burst-process.ts');
  const host = textOf(await child.hear(), 'host');
  const games = new Map(
    Array.from({ length: FOLLOWED_GAMES }, (_, game) => [labelOf(game), `game-${game}`]),
  );
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const ages: number[] = [];
  const books = readBooks(host, ages);
  let replaced = 0;
  let connected = false;
  const stream = new BoltOddsStream({
    wsUrl: `ws://${host}/odds`,
    token: 'bench',
    filters: {},
    gameIdOf: ({ label }) => games.get(label) ?? null,
    timers,
    random: () => 0.5,
    maxFrameBytes: MAX_FRAME_BYTES,
  });
  stream.open({
    onConnected: () => (connected = true),
    onDisconnected: () => (connected = false),
    onFrame: () => {},
    onEvent: (event) => {
      if (event.kind === 'replace') replaced += 1;
    },
    onRefused: ({ detail }) => invariant(false, () => `nothing is refused: ${detail}`),
    onDown: () => {},
    onUp: () => {},
  });
  const watch = async (work: () => Promise<void>): Promise<Seen> => {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    ages.length = 0;
    loop.enable();
    const startedMs = performance.now();
    await work();
    const tookMs = performance.now() - startedMs;
    loop.disable();
    return {
      loopP99Ms: loop.percentile(99) / 1e6,
      loopMaxMs: loop.max / 1e6,
      ages: [...ages],
      tookMs,
    };
  };
  await until(() => connected && ages.length > 100, 'odds and books are connected');
  const rows: BenchRow[] = [];
  const quiet = await watch(() => sleep(QUIET_MS));
  for (const burst of BURSTS) {
    const rounds: Seen[] = [];
    // The first is a warm-up: what it costs to compile is paid once a connection, not by each burst.
    for (let round = 0; round <= (quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
      replaced = 0;
      const seen = await watch(() => oneBurst(child, burst, () => replaced));
      if (round > 0) rounds.push(seen);
    }
    rows.push(...rowsOf(burst, rounds, quiet));
  }
  await stream.close();
  books.terminate();
  timers.close();
  await child.end();
  return rows;
}

/** Fails when a condition does not come to hold. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const giveUpMs = performance.now() + PATIENCE_MS;
  while (!holds() && performance.now() < giveUpMs) await sleep(1);
  invariant(holds(), () => `${what} within ${PATIENCE_MS} ms`);
}

async function oneBurst(child: BenchChild, burst: Burst, replaced: () => number): Promise<void> {
  child.say({ burst: burst.name });
  const wanted = followedMessages(burst);
  await until(() => replaced() >= wanted, `${wanted} states of ${burst.name}`);
  // The rest of the frame is of games that are not followed; it has to be read too.
  await sleep(QUIET_MS);
}

function followedMessages(burst: Burst): number {
  const frame = whole(burst).frame;
  return Math.min(FOLLOWED_GAMES * 4, frame.split('"initial_state"').length - 1);
}

const frames = new Map<string, { readonly frame: string; readonly stallMs: number }>();

/** The frame, and how long it takes to use it in one piece: the best of a few. */
function whole(burst: Burst): { readonly frame: string; readonly stallMs: number } {
  const known = frames.get(burst.name);
  if (known !== undefined) return known;
  const frame = burstFrame(burst);
  let stallMs = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const text = Buffer.from(frame).toString();
    const startedMs = performance.now();
    decodeFrame(text, { maxBytes: MAX_FRAME_BYTES, receivedMs: 0, gameIdOf: () => null });
    stallMs = Math.min(stallMs, performance.now() - startedMs);
  }
  const made = { frame, stallMs };
  frames.set(burst.name, made);
  return made;
}

/** The books of the exchange as the feeder reads them; the age of each delta when it is in its book. */
function readBooks(host: string, ages: number[]): WebSocket {
  const book = new OrderBook();
  const socket = new WebSocket(`ws://${host}/books`, { perMessageDeflate: false });
  socket.on('message', (data) => {
    invariant(Buffer.isBuffer(data), 'books are text');
    const event = decodeStreamFrame(data.toString('utf8'), {
      useYesPrice: true,
      maxBytes: BURST_BYTES,
    });
    if (event.kind === 'book_snapshot') book.applySnapshot(event.snapshot);
    else if (event.kind === 'book_delta') {
      invariant(book.applyDelta(event.delta) === 'applied', 'each delta has its place');
      ages.push(Date.now() - event.delta.exchangeTimeMs);
    }
  });
  return socket;
}

function rowsOf(burst: Burst, rounds: readonly Seen[], quiet: Seen): readonly BenchRow[] {
  const { frame, stallMs } = whole(burst);
  const name = `burst of ${burst.name}`;
  const ages = rounds.flatMap((round) => round.ages);
  const median = (of: (seen: Seen) => number): number => rounded(quantile(rounds.map(of), 0.5));
  const messages = frame.split('"initial_state"').length - 1;
  return [
    {
      name: `${name}: read in one piece`,
      value: rounded(stallMs),
      unit: 'ms',
      note: `what the loop would stand still; ${(frame.length / 1_048_576).toFixed(1)} MiB, ${messages} messages`,
    },
    {
      name: `${name}: event-loop delay, p99`,
      value: median((seen) => seen.loopP99Ms),
      unit: 'ms',
      aim: { atMost: 10 },
      note: `median of ${rounds.length} bursts while books flow; ${rounded(quiet.loopP99Ms)} without a burst`,
    },
    {
      name: `${name}: longest event-loop delay`,
      value: median((seen) => seen.loopMaxMs),
      unit: 'ms',
      note: `median of ${rounds.length}; worst ${rounded(Math.max(...rounds.map((seen) => seen.loopMaxMs)))}, without a burst ${rounded(quiet.loopMaxMs)}`,
    },
    {
      name: `${name}: age of a book delta, p99`,
      value: rounded(quantile(ages, 0.99)),
      unit: 'ms',
      note: `p50 ${rounded(quantile(ages, 0.5))}, oldest ${rounded(Math.max(...ages))}; one each 2 ms from another process; p99 ${rounded(quantile(quiet.ages, 0.99))} without a burst`,
    },
    {
      name: `${name}: until the followed games are known`,
      value: median((seen) => seen.tookMs - QUIET_MS),
      unit: 'ms',
      note: 'from asking the sender; its own writing included',
    },
  ];
}
