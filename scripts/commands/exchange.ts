import { serveUntilStopped, type ServingProcess } from './serve-until-stopped.ts';
import {
  PRICE_LEVEL_STRUCTURES,
  type PriceLevelStructure,
} from '../../shared/domain/market/tick-grid.ts';
import { UsageError } from '../usage-error.ts';
import { oneOf } from './one-of.ts';

export type ExchangeOptions = {
  readonly port?: string | undefined;
  readonly seed?: string | undefined;
  readonly markets?: string | undefined;
  readonly rate?: string | undefined;
  readonly controlPort?: string | undefined;
  readonly tier?: string | undefined;
  readonly keyType?: string | undefined;
  readonly shards?: string | undefined;
  /** True without a list. */
  readonly structures?: string | true | undefined;
  readonly readLag?: string | undefined;
  readonly compression?: string | undefined;
  readonly thursdayPause?: boolean | undefined;
  readonly json?: boolean | undefined;
};

const TIERS = ['basic', 'advanced', 'expert', 'premier', 'paragon', 'prime', 'prestige'] as const;
const KEY_TYPES = ['rsa', 'ed25519'] as const;
const STRUCTURES = Object.keys(PRICE_LEVEL_STRUCTURES) as readonly PriceLevelStructure[];
const DEFAULTS = { port: 0, seed: 1, markets: 20, rate: 50, shards: 1 } as const;
const MOST = {
  port: 65_535,
  seed: Number.MAX_SAFE_INTEGER,
  markets: 5_000,
  rate: 5_000,
  shards: 8,
} as const;
const MOST_READ_LAG_MS = 600_000;

/**
 * `fairline exchange`: the simulated exchange alone, served over HTTP and WebSocket in the real wire format until it is
 * told to stop. Resolves to the exit status.
 */
export async function runExchangeCommand(
  options: ExchangeOptions,
  process: ServingProcess,
): Promise<number> {
  const plan = planOf(options);
  const { runExchange } = await import('../../local/venues/run-exchange.ts');
  return serveUntilStopped(process, (serving) => runExchange({ ...plan, ...serving }));
}

function planOf(options: ExchangeOptions) {
  const { controlPort, tier = 'prestige', keyType = 'rsa', compression = 'on' } = options;
  return {
    port: wholeOf(options, 'port', 0),
    seed: wholeOf(options, 'seed', 0),
    markets: wholeOf(options, 'markets', 1),
    rate: wholeOf(options, 'rate', 0),
    shards: wholeOf(options, 'shards', 1),
    controlPort: controlPort === undefined ? null : portOf(controlPort),
    tier: oneOf('--tier', tier, TIERS),
    keyType: oneOf('--key-type', keyType, KEY_TYPES),
    structures: structuresOf(options.structures),
    ...(options.readLag !== undefined && { readLag: readLagOf(options.readLag) }),
    compression: oneOf('--compression', compression, ['on', 'off']) === 'on',
    thursdayPause: options.thursdayPause === true,
    json: options.json === true,
  };
}

function wholeOf(options: ExchangeOptions, name: keyof typeof DEFAULTS, least: number): number {
  const text = options[name];
  if (text === undefined) return DEFAULTS[name];
  const value = whole(text);
  if (value >= least && value <= MOST[name]) return value;
  throw new UsageError({
    what: `--${name} is "${text}".`,
    allowed: `a whole number from ${least} to ${MOST[name]}`,
    todo: `Leave it out for ${DEFAULTS[name]}.`,
  });
}

/** NaN when the text is not a whole number. */
function whole(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function portOf(text: string): number {
  const port = whole(text);
  if (port <= MOST.port) return port;
  throw new UsageError({
    what: `--control-port is "${text}".`,
    allowed: `a whole number from 0 to ${MOST.port}, 0 for any free port`,
    todo: 'Leave it out for no control API.',
  });
}

function structuresOf(asked: string | true | undefined): readonly PriceLevelStructure[] {
  if (asked === undefined) return ['linear_cent'];
  if (asked === true) return STRUCTURES;
  return asked.split(',').map((name) => oneOf('--structures', name.trim(), STRUCTURES));
}

function readLagOf(text: string): { readonly minMs: number; readonly maxMs: number } {
  const [least = '', most = least, more] = text.split('-');
  const lag = { minMs: whole(least), maxMs: whole(most) };
  if (more === undefined && lag.minMs <= lag.maxMs && lag.maxMs <= MOST_READ_LAG_MS) return lag;
  throw new UsageError({
    what: `--read-lag is "${text}".`,
    allowed: `milliseconds from 0 to ${MOST_READ_LAG_MS}, or two of them with a dash between, the lesser first`,
    todo: 'Leave it out for 200-500, or give 0 for reads that are never behind.',
  });
}
