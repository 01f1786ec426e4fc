import type { Output } from '../terminal-view.ts';
import { stopSignals, type SignalSource } from '../stop-signals.ts';
import { UsageError } from '../usage-error.ts';

export type ExchangeOptions = {
  readonly port?: string | undefined;
  readonly seed?: string | undefined;
  readonly markets?: string | undefined;
  readonly rate?: string | undefined;
  readonly json?: boolean | undefined;
};

const DEFAULTS = { port: 0, seed: 1, markets: 20, rate: 50 } as const;
const MOST = {
  port: 65_535,
  seed: Number.MAX_SAFE_INTEGER,
  markets: 5_000,
  rate: 5_000,
} as const;

/**
 * `fairline exchange`: the simulated exchange alone, served over HTTP and WebSocket in the real wire format until it is
 * told to stop. Resolves to the exit status.
 */
export async function runExchangeCommand(
  options: ExchangeOptions,
  deps: {
    readonly stdout: Output;
    readonly signals: SignalSource;
    readonly nowMs: () => number;
    readonly exit: (status: number) => void;
  },
): Promise<number> {
  const plan = {
    port: wholeOf(options, 'port', 0),
    seed: wholeOf(options, 'seed', 0),
    markets: wholeOf(options, 'markets', 1),
    rate: wholeOf(options, 'rate', 0),
  };
  const [{ runExchange }, { MachineTimers }] = await Promise.all([
    import('../../local/venues/run-exchange.ts'),
    import('../../shared/adapters/machine/machine-timers.ts'),
  ]);
  const stop = stopSignals({ source: deps.signals, nowMs: deps.nowMs, force: deps.exit });
  const failure = new AbortController();
  const timers = new MachineTimers({ onError: (error: unknown) => failure.abort(error) });
  try {
    await runExchange({
      ...plan,
      json: options.json === true,
      timers,
      write: (text) => deps.stdout.write(text),
      signal: AbortSignal.any([stop.signal, failure.signal]),
    });
    failure.signal.throwIfAborted();
    return 0;
  } finally {
    timers.close();
    stop.release();
  }
}

function wholeOf(options: ExchangeOptions, name: keyof typeof DEFAULTS, least: number): number {
  const text = options[name];
  if (text === undefined) return DEFAULTS[name];
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= MOST[name]) return value;
  throw new UsageError({
    what: `--${name} is "${text}".`,
    allowed: `a whole number from ${least} to ${MOST[name]}`,
    todo: `Leave it out for ${DEFAULTS[name]}.`,
  });
}
