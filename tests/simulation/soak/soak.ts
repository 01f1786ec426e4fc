import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ConnectionLog } from './connection-log.ts';
import { DROP, faultScript, type ScriptedFault, type SoakFault } from './fault-script.ts';
import { injectFault } from './inject-fault.ts';
import type { FillCounts } from './our-fills.ts';
import type { OurOrders } from './our-orders.ts';
import { HOUR_MS } from './soak-limits.ts';
import { SoakWorld, type SoakDefect } from './soak-world.ts';

export type SoakOptions = {
  readonly seed: number;
  readonly hours: number;
  readonly faults: number;
  /** `exchange_alone`: nobody listens, so that what the exchange itself remembers can be told from what we keep. */
  readonly who?: 'everyone' | 'exchange_alone';
  readonly broken?: SoakDefect;
  /** Only faults of these names. */
  readonly only?: readonly string[];
  /** Called now and then with the share of the time that has passed. */
  readonly onProgress?: (share: number) => void;
};

/** The heap after a collection, and what the clock has planned, at one time. */
export type MemoryLook = {
  readonly atHour: number;
  readonly heapBytes: number;
  readonly timers: number;
  readonly sockets: number;
};

export type SoakResult = {
  readonly options: Pick<SoakOptions, 'seed' | 'hours' | 'faults'>;
  readonly wallMs: number;
  readonly frames: number;
  readonly refusedFrames: number;
  readonly gaps: number;
  readonly rest: SoakWorld['rest']['counts'];
  readonly orders: OurOrders['outcomes'];
  readonly fills: FillCounts & { readonly booked: number };
  readonly connections: ConnectionLog;
  readonly memory: readonly MemoryLook[];
  /** Books of ours that were held against the exchange's. */
  readonly booksCompared: number;
  /** Whatever must not be: nothing in a soak that holds. */
  readonly violations: readonly string[];
};

/** Trading pauses on Thursday at 03:00 in New York: on 2026-11-26 that is 08:00 UTC. */
const PAUSE_MS = Date.UTC(2026, 10, 26, 8);
/** The pause begins after this share of the time. */
const PAUSE_SHARE = 0.8;
/** Until the first fault. */
const WARM_UP_MS = 30_000;
/** The last stretch is without faults, and its second half without orders: by its end everything is whole. */
const CALM_MS = 240_000;
const LOOKS = 6;
const LAST_WORDS_MS = 30_000;
/** Timers planned beyond what there was at the first look. */
const MOST_NEW_TIMERS = 100;

/**
 * A stretch of the exchange's connection on the virtual clock with faults drawn from a seed. It ends with what was
 * violated: a reconnect without a cause, a cause without its reconnect, a book that is not the exchange's, a fill that is
 * not booked exactly once, a timer or a socket that is left.
 */
export async function playSoak(options: SoakOptions): Promise<SoakResult> {
  const wallStartMs = performance.now();
  const { seed, hours, faults, who = 'everyone', broken = null } = options;
  const durationMs = hours * HOUR_MS;
  const startMs = PAUSE_MS - Math.floor((PAUSE_SHARE * durationMs) / 60_000) * 60_000;
  const endMs = startMs + durationMs;
  const world = new SoakWorld({ seed, startMs, endMs, broken });
  const { clock, connections, fills } = world;
  const violations: string[] = [];
  const memory: MemoryLook[] = [];
  let booksCompared = 0;

  const meet = (scripted: ScriptedFault): void => {
    const { name, fault } = scripted;
    if (who === 'everyone') {
      // What the faults before this one have broken is whole again.
      violations.push(...world.differingTops().map((text) => `${iso(clock.nowMs())} ${text}`));
      booksCompared += world.markets.length;
    }
    const isSilent = name === DROP && broken === 'unannounced_drop';
    const isMissing = name === DROP && broken === 'missing_drop';
    // While trading pauses there is nothing to be behind with.
    const isQuiet = world.venue.floor.pause !== 'none' && isLag(fault);
    const disconnects = isQuiet ? 'may' : scripted.disconnects;
    if (!isSilent) connections.expect({ name, disconnects });
    if (!isMissing) injectFault(world, scripted);
  };
  const script = faultScript({
    seed,
    faults,
    fromMs: startMs + WARM_UP_MS,
    untilMs: endMs - CALM_MS,
    ...(options.only !== undefined && { only: options.only }),
  });
  for (const scripted of script) clock.at(scripted.atMs, 'a fault', () => meet(scripted));
  for (let n = 1; n <= LOOKS; n += 1)
    clock.at(startMs + Math.floor((n * durationMs) / LOOKS) - 1, 'memory is looked at', () => {
      memory.push({
        atHour: (clock.nowMs() - startMs) / HOUR_MS,
        heapBytes: heapAfterCollection(),
        // Those of the script are not of the world.
        timers: world.scheduler.queued - script.filter(({ atMs }) => atMs > clock.nowMs()).length,
        sockets: world.sockets.open,
      });
      options.onProgress?.(n / LOOKS);
    });
  clock.at(endMs - CALM_MS / 2, 'nobody orders any more', () => {
    world.calm();
    world.lookForFills(LAST_WORDS_MS);
  });

  await world.begin(who === 'everyone');
  await clock.runUntil(endMs);
  const { gaps, feeder } = world;
  if (who === 'everyone') {
    violations.push(...world.failures, ...connections.violations());
    violations.push(...fills.differencesFrom(world.venue.truth('us').fills));
    violations.push(...world.differingTops(), ...world.differingTicks());
    booksCompared += world.markets.length;
    violations.push(...leftOver(world, memory));
    connections.end();
    const drained = feeder.drain();
    await clock.runUntil(clock.nowMs() + LAST_WORDS_MS);
    if (!(await drained)) violations.push('the feeder did not drain');
  }
  await world.close();
  if (world.sockets.open !== 0) violations.push(`${world.sockets.open} ends of sockets are left`);
  return {
    options: { seed, hours, faults },
    wallMs: performance.now() - wallStartMs,
    frames: feeder.counts.frames,
    refusedFrames: feeder.counts.refused,
    gaps,
    rest: world.rest.counts,
    orders: world.orders.outcomes,
    fills: { ...fills.counts, booked: fills.size },
    connections,
    memory,
    booksCompared,
    violations,
  };
}

function isLag(fault: SoakFault): boolean {
  return fault.kind === 'frames' && fault.fault.kind === 'lag';
}

/** Connections and timers that nobody needs any more. */
function leftOver({ faults, sockets }: SoakWorld, memory: readonly MemoryLook[]): string[] {
  const left: string[] = [];
  if (faults.frames.open !== 1) left.push(`${faults.frames.open} connections are open, not one`);
  if (sockets.open !== 2) left.push(`${sockets.open} ends of sockets are open, not two`);
  const [first, last] = [memory[0], memory.at(-1)];
  const grown = (last?.timers ?? 0) - (first?.timers ?? 0);
  if (grown > MOST_NEW_TIMERS) left.push(`${grown} more timers are planned than at the first look`);
  return left;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Collects what nobody holds any more, and says what is left. */
function heapAfterCollection(): number {
  if (globalThis.gc === undefined) {
    setFlagsFromString('--expose-gc');
    globalThis.gc = runInNewContext('gc') as typeof globalThis.gc;
  }
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
