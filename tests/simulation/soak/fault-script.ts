import type { EpochMs } from '../../../shared/domain/market/market.ts';
import { seededRng, type Rng } from '../../../shared/simulator/rng.ts';
import { ENORMOUS_BYTES, OVERSIZED_BYTES } from './soak-limits.ts';
import type { FrameFault } from '../../../local/venues/faulted-wire.ts';
import type { RequestFault } from '../../../local/venues/request-faults.ts';

/** What is injected: faults of the stream, of REST, of the exchange's own life, and of our clock. */
export type SoakFault =
  | {
      readonly kind: 'frames';
      readonly fault: FrameFault;
      readonly channels: readonly string[] | null;
    }
  | {
      readonly kind: 'requests';
      readonly fault: RequestFault;
      readonly forMs: number;
    }
  /** Every attempt to connect is refused for so long after the connection was dropped. */
  | { readonly kind: 'clock_skew'; readonly forMs: number }
  | { readonly kind: 'deactivation'; readonly forMs: number }
  | { readonly kind: 'early_close' };

/**
 * What a fault does to the connection. `must`: it ends it, once. `may`: it ends it when it comes too often or lasts too
 * long. `never`: the client deals with it on the connection that it has.
 */
export type Disconnects = 'must' | 'may' | 'never';

export type ScriptedFault = {
  readonly name: string;
  readonly atMs: EpochMs;
  readonly fault: SoakFault;
  readonly disconnects: Disconnects;
};

type Kind = {
  readonly name: string;
  readonly disconnects: Disconnects;
  readonly make: (rng: Rng) => SoakFault;
};

const frames = (
  name: string,
  disconnects: Disconnects,
  make: (rng: Rng) => { readonly fault: FrameFault; readonly channels?: readonly string[] },
): Kind => ({
  name,
  disconnects,
  make: (rng) => {
    const { fault, channels = null } = make(rng);
    return { kind: 'frames', fault, channels };
  },
});

const requests = (name: string, make: (rng: Rng) => RequestFault): Kind => ({
  name,
  disconnects: 'never',
  make: (rng) => ({
    kind: 'requests',
    fault: make(rng),
    forMs: 5_000 + rng.integer(60_000),
  }),
});

const CHANNELS = ['orderbook_delta', 'market_lifecycle_v2', 'fill', 'user_orders'] as const;
const SERVER_ERRORS = [500, 502, 503, 504] as const;

export const DROP = 'socket drop';

/** Every kind of fault; a script goes round them in a drawn order. */
const KINDS: readonly Kind[] = [
  frames(DROP, 'must', () => ({ fault: { kind: 'drop' } })),
  frames(DROP, 'must', () => ({ fault: { kind: 'drop' } })),
  frames('close frame', 'must', (rng) => ({
    fault: { kind: 'close', code: rng.chance(0.5) ? 1_001 : 1_012, reason: 'going away' },
  })),
  frames('silence', 'must', (rng) => ({
    fault: { kind: 'silence', forMs: 40_000 + rng.integer(60_000), pings: false },
  })),
  frames('silence with pings', 'may', (rng) => ({
    fault: { kind: 'silence', forMs: 5_000 + rng.integer(60_000), pings: true },
  })),
  frames('enormous frame', 'must', () => ({
    fault: { kind: 'oversized', bytes: ENORMOUS_BYTES },
    channels: ['orderbook_delta'],
  })),
  frames('oversized frame', 'never', () => ({
    fault: { kind: 'oversized', bytes: OVERSIZED_BYTES },
    channels: ['orderbook_delta'],
  })),
  frames('code 10', 'may', (rng) => ({
    fault: { kind: 'subscription_error', code: 10 },
    channels: [anyOf(CHANNELS, rng)],
  })),
  frames('code 25', 'may', (rng) => ({
    fault: { kind: 'subscription_error', code: 25 },
    channels: [anyOf(CHANNELS, rng)],
  })),
  frames('sequence gap', 'never', () => ({
    fault: { kind: 'gap' },
    channels: ['orderbook_delta'],
  })),
  frames('duplicate frame', 'never', () => ({ fault: { kind: 'duplicate' } })),
  frames('duplicate fill', 'never', () => ({ fault: { kind: 'duplicate' }, channels: ['fill'] })),
  frames('malformed frame', 'never', (rng) => ({
    fault: { kind: 'malformed', as: rng.chance(0.5) ? 'cut' : 'extra' },
  })),
  frames('binary frame', 'never', () => ({ fault: { kind: 'binary' } })),
  frames('stale feed', 'must', (rng) => ({
    fault: {
      kind: 'lag',
      growthMsPerS: 300 + rng.integer(400),
      mostMs: 4_000 + rng.integer(16_000),
      forMs: 30_000 + rng.integer(50_000),
    },
  })),
  frames('missed fill', 'never', () => ({
    fault: { kind: 'missed_user_message' },
    channels: ['fill'],
  })),
  frames('missed order update', 'never', () => ({
    fault: { kind: 'missed_user_message' },
    channels: ['user_orders'],
  })),
  requests('REST 5xx', (rng) => ({
    kind: 'server_error',
    status: anyOf(SERVER_ERRORS, rng),
    body: rng.chance(0.5) ? 'html' : 'empty',
    applied: rng.chance(0.5),
  })),
  requests('REST timeout', (rng) => ({ kind: 'timeout', applied: rng.chance(0.5) })),
  requests('REST reset', (rng) => ({ kind: 'reset', applied: rng.chance(0.5) })),
  requests('REST 429', () => ({ kind: 'too_many_requests' })),
  {
    name: 'clock skew',
    disconnects: 'must',
    make: (rng) => ({ kind: 'clock_skew', forMs: 10_000 + rng.integer(30_000) }),
  },
  {
    name: 'deactivate, reactivate',
    disconnects: 'never',
    make: (rng) => ({ kind: 'deactivation', forMs: 5_000 + rng.integer(30_000) }),
  },
  { name: 'early close', disconnects: 'never', make: () => ({ kind: 'early_close' }) },
];

/** Each fault has a stretch of time of its own, so that what it causes can be told from what the next one does. */
const LEAST_STRETCH_MS = 135_000;
/** A fault comes in this first part of its stretch. */
const DRAWN_SHARE = 0.2;

/** Draws so many faults over a stretch of time; each kind comes before any comes a second time. */
export function faultScript(options: {
  readonly seed: number;
  readonly faults: number;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Only kinds of these names; all when left out. */
  readonly only?: readonly string[];
}): readonly ScriptedFault[] {
  const { seed, faults, fromMs, untilMs } = options;
  const rng = seededRng(seed).fork('soak faults');
  const kinds = KINDS.filter(({ name }) => options.only?.includes(name) ?? true);
  const stretchMs = (untilMs - fromMs) / Math.max(1, faults);
  if (faults > 0 && stretchMs < LEAST_STRETCH_MS)
    throw new Error(
      `${faults} faults in ${Math.round((untilMs - fromMs) / 60_000)} minutes are too many to tell apart; at most one in ${LEAST_STRETCH_MS / 1_000} s`,
    );
  let round: Kind[] = [];
  return Array.from({ length: faults }, (_, n) => {
    if (round.length === 0) round = shuffled(kinds, rng);
    const kind = round.pop() ?? anyOf(kinds, rng);
    const atMs = Math.floor(fromMs + stretchMs * (n + DRAWN_SHARE * rng.uniform()));
    return { name: kind.name, atMs, fault: kind.make(rng), disconnects: kind.disconnects };
  });
}

function anyOf<T>(values: readonly [T, ...T[]] | readonly T[], rng: Rng): T {
  const value = values[rng.integer(values.length)];
  if (value === undefined) throw new Error('there is nothing to draw from');
  return value;
}

function shuffled<T>(values: readonly T[], rng: Rng): T[] {
  const left = [...values];
  return values.map(() => left.splice(rng.integer(left.length), 1)).flat();
}
