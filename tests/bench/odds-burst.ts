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
  LAST_BOOK,
  type Burst,
} from './burst-frame.ts';
import { startChild, textOf } from './child.ts';
import { fastestSeconds, quantile, rounded } from './measure.ts';

const MAX_FRAME_BYTES = 2 * BURST_BYTES;
const QUIET_MS = 500;
const PATIENCE_MS = 20_000;
const PIECE_ROUNDS = 3;
const ROUNDS = 20;
const QUICK_ROUNDS = 4;

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

/** What the reading process saw while it used bursts, or nothing but books. */
type Seen = {
  readonly loop: LoopDelay;
  readonly ages: readonly number[];
};

/**
 * Burst frames of 10 MiB from the odds feed over a loopback socket while book deltas flow on another: how long the
 * event loop is held up, how old deltas become, and how long it takes until all of a burst was used; beside them how
 * long the same frame holds the loop when it is read in one piece.
 */
export async function benchOddsBurst({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const child = startChild('odds-burst-process.ts');
  const host = textOf(await child.hear(), 'host');
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  let ages: number[] = [];
  let used = 0;
  const books = readBooks(host, (ageMs) => ages.push(ageMs));
  const stream = openOdds(host, timers, (source) => {
    if (source === LAST_BOOK) used += 1;
  });
  const watch = async (work: () => Promise<void>): Promise<Seen> => {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    ages = [];
    loop.enable();
    await work();
    loop.disable();
    const heard = ages;
    ages = [];
    return { loop, ages: heard };
  };
  const oneBurst = async ({ name }: Burst): Promise<void> => {
    const before = used;
    child.say({ burst: name });
    await until(() => used > before, `the end of a burst of ${name}`);
  };
  await until(() => ages.length > 100, 'books flow');
  const quiet = await watch(() => sleep(QUIET_MS));
  const rows: BenchRow[] = [];
  for (const burst of BURSTS) {
    const piece = inOnePiece(burst);
    // What it costs to compile is paid once a process, not by each burst.
    await oneBurst(burst);
    const rounds = quick ? QUICK_ROUNDS : ROUNDS;
    const startedMs = performance.now();
    const seen = await watch(async () => {
      for (let round = 0; round < rounds; round += 1) await oneBurst(burst);
    });
    const burstMs = (performance.now() - startedMs) / rounds;
    rows.push(...rowsOf({ burst, piece, seen, quiet, burstMs, rounds }));
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

/** The stream of the odds feed as deployed; is told of whom each state came that was used. */
function openOdds(
  host: string,
  timers: MachineTimers,
  onState: (source: string) => void,
): BoltOddsStream {
  const games = new Map(
    Array.from({ length: FOLLOWED_GAMES }, (_, game) => [labelOf(game), `game-${game}`]),
  );
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
    onConnected: () => {},
    onDisconnected: () => {},
    onFrame: () => {},
    onEvent: (event) => {
      if (event.kind === 'replace') onState(event.source);
    },
    onRefused: ({ detail }) => invariant(false, () => `nothing is refused: ${detail}`),
    onDown: () => {},
    onUp: () => {},
  });
  return stream;
}

type Piece = { readonly frame: string; readonly tookMs: number };

/** The frame, and how long it takes to use it in one piece: the best of a few. */
function inOnePiece(burst: Burst): Piece {
  const frame = burstFrame(burst);
  const seconds = fastestSeconds(PIECE_ROUNDS, () => {
    decodeFrame(frame, { maxBytes: MAX_FRAME_BYTES, receivedMs: 0, gameIdOf: () => null });
  });
  return { frame, tookMs: seconds * 1_000 };
}

/** The books of the exchange as the feeder reads them; told the age of each delta when it is in its book. */
function readBooks(host: string, onAge: (ageMs: number) => void): WebSocket {
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
      onAge(Date.now() - event.delta.exchangeTimeMs);
    }
  });
  return socket;
}

function rowsOf(of: {
  readonly burst: Burst;
  readonly piece: Piece;
  readonly seen: Seen;
  readonly quiet: Seen;
  readonly burstMs: number;
  readonly rounds: number;
}): readonly BenchRow[] {
  const { burst, piece, seen, quiet, burstMs, rounds } = of;
  const name = `burst of ${burst.name}`;
  const messages = piece.frame.split('"initial_state"').length - 1;
  const [age50, age99] = [quantile(seen.ages, 0.5), quantile(seen.ages, 0.99)];
  return [
    {
      name: `${name}: read in one piece`,
      value: rounded(piece.tookMs),
      unit: 'ms',
      note: `what the loop would stand still; ${(piece.frame.length / 1_048_576).toFixed(1)} MiB, ${messages} messages`,
    },
    {
      name: `${name}: event-loop delay, p99`,
      value: p99Ms(seen.loop),
      unit: 'ms',
      aim: { atMost: 30 },
      note: `during ${rounds} bursts one after the other while books flow, longest ${rounded(seen.loop.max / 1e6)}; without a burst ${p99Ms(quiet.loop)}, longest ${rounded(quiet.loop.max / 1e6)}`,
    },
    {
      name: `${name}: age of a book delta, p99`,
      value: rounded(age99),
      unit: 'ms',
      note: `p50 ${rounded(age50)}, oldest ${rounded(Math.max(...seen.ages))}; one each 2 ms from another process; p99 ${rounded(quantile(quiet.ages, 0.99))} without a burst`,
    },
    {
      name: `${name}: until all of it is used`,
      value: rounded(burstMs),
      unit: 'ms',
      note: 'on average, from asking the sender, its writing included, to the last message',
    },
  ];
}

function p99Ms(loop: LoopDelay): number {
  return rounded(loop.percentile(99) / 1e6);
}
