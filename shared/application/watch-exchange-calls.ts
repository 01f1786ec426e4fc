import type { EpochMs } from '../domain/market/market.ts';
import {
  API_ERROR_LIMIT,
  errorRate,
  isErrorStorm,
  newErrorWindow,
  notAfter,
  withCall,
  type ErrorRate,
  type ErrorRateLimit,
  type ErrorWindow,
} from '../domain/risk/error-rate.ts';
import type { TradingCause } from '../domain/risk/trading-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { raiseCause } from './trading-causes.ts';

/** One call to the exchange that has ended, as whoever carries calls tells of it. Nothing in it is secret. */
export type SeenCall = {
  readonly method: string;
  /** The path without tickers and ids. */
  readonly route: string;
  /** Such as `2xx`, `5xx` or `timeout`. */
  readonly class: string;
  readonly status: number | null;
  readonly atMs: EpochMs;
  readonly durationMs: number;
  /** Whether it counts against the exchange or our access to it. */
  readonly isError: boolean;
};

/** A refusal of our credentials. */
export type SeenRefusal = {
  readonly status: number;
  readonly code: string;
  readonly advice: string;
  readonly refusals: number;
};

export type CallWatchDeps = {
  readonly store: HotStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly limit?: ErrorRateLimit;
};

/** A minute, in steps of a second. */
const SLOT_MS = 1_000;
const SLOTS = 60;

/**
 * Sees every call of one process to the exchange: counts and logs it, and stops new risk when too many fail or when our
 * credentials are refused. Both causes wait for a person. To see costs nothing and never fails; `look` writes what was
 * seen, and is to be repeated.
 */
export class ExchangeCallWatch {
  readonly #deps: CallWatchDeps;
  #window: ErrorWindow = newErrorWindow(SLOT_MS, SLOTS);
  #refusal: SeenRefusal | null = null;

  constructor(deps: CallWatchDeps) {
    this.#deps = deps;
  }

  /** How often the calls of the last minute failed. */
  get rate(): ErrorRate {
    const nowMs = this.#deps.clock.nowMs();
    return errorRate(notAfter(this.#window, nowMs), nowMs);
  }

  onCall(call: SeenCall): void {
    this.#window = withCall(notAfter(this.#window, call.atMs), call);
    const { telemetry } = this.#deps;
    telemetry.count(`exchange.call.${call.class}`, 1);
    const { method, route, status } = call;
    const fields = { method, route, class: call.class, status, ms: Math.round(call.durationMs) };
    if (call.class === '2xx') telemetry.log('debug', 'exchange_call', fields);
    else telemetry.log(call.isError ? 'error' : 'warn', 'exchange_call_failed', fields);
  }

  /** `stops`: nothing more is sent from now on. */
  onRefused(refusal: SeenRefusal, stops: boolean): void {
    const { status, code, advice, refusals } = refusal;
    const { telemetry } = this.#deps;
    telemetry.count('exchange.credentials_refused', 1);
    telemetry.log(stops ? 'critical' : 'error', 'credentials_refused', {
      status,
      code,
      refusals,
      stops,
      advice,
    });
    if (stops) this.#refusal = refusal;
  }

  /** What was refused is taken again: it may be sent, but the cause waits for a person who has seen to the key. */
  onAccepted(): void {
    this.#deps.telemetry.log('warn', 'credentials_accepted', {});
  }

  /** Raises what stands against new risk. The causes that are new are returned. */
  async look(): Promise<readonly TradingCause[]> {
    const { clock, limit = API_ERROR_LIMIT } = this.#deps;
    const sinceMs = clock.nowMs();
    const whole = { scope: { kind: 'account' }, state: 'reduce', sinceMs } as const;
    const standing: TradingCause[] = [];
    const refusal = this.#refusal;
    const { calls, errors, rateMillionths } = this.rate;
    if (isErrorStorm({ calls, errors, rateMillionths }, limit))
      standing.push({
        ...whole,
        code: 'api_error_rate',
        detail: `${errors} of ${calls} calls to the exchange failed within a minute`,
      });
    if (refusal !== null)
      standing.push({
        ...whole,
        code: 'credentials_refused',
        detail: `${refusal.code}: ${refusal.advice}`,
      });
    const raised: TradingCause[] = [];
    for (const cause of standing) if (await this.#raise(cause)) raised.push(cause);
    // A refusal is noted once: whoever has lifted its cause since has seen to it.
    if (this.#refusal === refusal) this.#refusal = null;
    return raised;
  }

  async #raise(cause: TradingCause): Promise<boolean> {
    const { store, telemetry } = this.#deps;
    if (!(await raiseCause(store, cause))) return false;
    telemetry.log('critical', cause.code, { detail: cause.detail });
    return true;
  }
}
