import type { EpochMs } from '../domain/market/market.ts';
import { isHealed, severity, type TradingCause } from '../domain/risk/trading-state.ts';
import type { Exchange, ListedOrder } from '../ports/exchange.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { CancelAllOutcome, QuotingExchange } from '../ports/quoting.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Timers } from '../ports/timers.ts';
import { causeKey } from './market-state.ts';

/** How long after a cancel-all orders that arrive may be cancelled too (Kalshi: Cancel All Orders). */
export const CANCEL_ALL_AFTERSHOCK_MS = 60_000;

export type CancelEverythingDeps = {
  readonly clock: Pick<Timers, 'nowMs' | 'sleep'>;
  readonly store: HotStore;
  readonly exchange: Pick<Exchange, 'asOfMs'>;
  readonly quoting: Pick<QuotingExchange, 'cancelAll' | 'resting'>;
  readonly telemetry: Telemetry;
};

export type CancelReport = {
  /**
   * `clean`: after the exchange's as-of time had passed the cancel, nothing rested. `resting`: something still did.
   * `unproved`: the exchange could not be asked, or its reads stayed behind.
   */
  readonly kind: 'clean' | 'resting' | 'unproved';
  /** What the last look found resting. */
  readonly resting: readonly ListedOrder[];
  /** Before then nothing that adds risk is placed, by any process. */
  readonly aftershockUntilMs: EpochMs;
  /** How often cancel-all was sent, and what came back of the last. */
  readonly sent: number;
  readonly lastOutcome: string;
};

/** Cancel-alls of one call; to send another is safe. */
const MOST_SENT = 5;
const RETRY_MS = 250;
const LOOK_EVERY_MS = 500;
/** The as-of time is the exchange's, the cancel's is ours: signatures are refused soon beyond this (Kalshi: API Keys). */
const CLOCKS_MS = 5_000;
/** From the start until the report, whatever was found by then. */
const DEADLINE_MS = 20_000;
/** Tries of one write against other processes. */
const MAX_TRIES = 5;

/**
 * The kill switch. First a cause that only a person lifts stops new risk everywhere, and another one the placing of
 * orders until the aftershock is over; then cancel-all is sent, again when it is not confirmed or something still rests;
 * then the exchange's own list, read after its as-of time has passed the cancel, proves that nothing rests. Exits are
 * never stopped. Safe to repeat; ends within its deadline with what is known then. `askedMs` is when a person asked for
 * it, now unless given: what was allowed again before then is stopped again.
 */
export async function cancelEverything(
  deps: CancelEverythingDeps,
  detail: string,
  askedMs?: EpochMs,
): Promise<CancelReport> {
  const { clock, telemetry } = deps;
  const startMs = clock.nowMs();
  await raiseOperator(deps.store, { sinceMs: askedMs ?? startMs, detail });
  telemetry.log('critical', 'cancel_everything', { detail });
  const sweep = new Sweep(deps);
  const report = await sweep.run(startMs + DEADLINE_MS);
  telemetry.log(report.kind === 'clean' ? 'warn' : 'critical', 'cancel_everything_report', {
    kind: report.kind,
    resting: report.resting.length,
    sent: report.sent,
    lastOutcome: report.lastOutcome,
  });
  return report;
}

class Sweep {
  readonly #deps: CancelEverythingDeps;
  #sent = 0;
  #aftershockUntilMs: EpochMs = 0;
  /** When the last confirmed cancel-all was answered; null before one was. */
  #doneMs: EpochMs | null = null;
  #lastOutcome = 'not sent';
  #resting: readonly ListedOrder[] = [];

  constructor(deps: CancelEverythingDeps) {
    this.#deps = deps;
  }

  async run(deadlineMs: EpochMs): Promise<CancelReport> {
    const { clock } = this.#deps;
    let found: 'nothing' | 'resting' | 'unread' = 'unread';
    for (;;) {
      // What rests although a cancel-all was confirmed came after it, or was not reached: it is sent again.
      if (this.#sent < MOST_SENT && (this.#doneMs === null || found === 'resting'))
        await this.#send();
      found = await this.#look();
      if (found === 'nothing') return this.#report('clean');
      if (clock.nowMs() >= deadlineMs)
        return this.#report(found === 'resting' ? 'resting' : 'unproved');
      await clock.sleep(this.#doneMs === null ? RETRY_MS * 2 ** this.#sent : LOOK_EVERY_MS);
    }
  }

  /** The aftershock is noted before the request leaves: a process may die while it is under way. */
  async #send(): Promise<void> {
    const { clock, quoting } = this.#deps;
    this.#sent += 1;
    await this.#noteAftershock(clock.nowMs() + CANCEL_ALL_AFTERSHOCK_MS);
    const outcome = await quoting.cancelAll();
    this.#lastOutcome = outcomeText(outcome);
    if (outcome.kind === 'rejected') return;
    await this.#noteAftershock(outcome.aftershockUntilMs);
    if (outcome.kind === 'done') this.#doneMs = clock.nowMs();
  }

  async #noteAftershock(untilMs: EpochMs): Promise<void> {
    this.#aftershockUntilMs = Math.max(this.#aftershockUntilMs, untilMs);
    await noteAftershock(this.#deps.store, this.#aftershockUntilMs);
  }

  /** A list without anything proves something only when it is of a time after the cancel. */
  async #look(): Promise<'nothing' | 'resting' | 'unread'> {
    const { exchange, quoting } = this.#deps;
    const asOf = await exchange.asOfMs();
    const read = await quoting.resting();
    if (asOf.kind !== 'read' || read.kind !== 'read') return 'unread';
    this.#resting = read.value;
    if (this.#doneMs === null || asOf.value < this.#doneMs) return 'unread';
    if (read.value.length > 0) return 'resting';
    return asOf.value < this.#doneMs + CLOCKS_MS ? 'unread' : 'nothing';
  }

  #report(kind: CancelReport['kind']): CancelReport {
    return {
      kind,
      resting: this.#resting,
      aftershockUntilMs: this.#aftershockUntilMs,
      sent: this.#sent,
      lastOutcome: this.#lastOutcome,
    };
  }
}

function outcomeText(outcome: CancelAllOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return 'done';
    case 'rejected':
      return `rejected: ${outcome.code}`;
    case 'unknown':
      return `unknown: ${outcome.cause}`;
  }
}

const AFTERSHOCK = { code: 'cancel_all_aftershock', scope: { kind: 'account' } } as const;

/** Stops the placing of what adds risk until a time, for every process that reads the store. Only ever later. */
async function noteAftershock(store: HotStore, untilMs: EpochMs): Promise<void> {
  const cause: TradingCause = {
    ...AFTERSHOCK,
    state: 'refuse',
    sinceMs: untilMs - CANCEL_ALL_AFTERSHOCK_MS,
    detail: `a cancel-all reaches orders until ${new Date(untilMs).toISOString()}`,
  };
  await raiseIf(store, cause, (standing) => (standing.sinceMs < cause.sinceMs ? cause : null));
}

const OPERATOR = { code: 'operator', scope: { kind: 'account' } } as const;

/** A cause that stands is made as severe and as late, and keeps its words: what was asked for before it lifts neither. */
async function raiseOperator(
  store: HotStore,
  asked: Pick<TradingCause, 'sinceMs' | 'detail'>,
): Promise<void> {
  const fresh: TradingCause = { ...OPERATOR, state: 'reduce', ...asked };
  await raiseIf(store, fresh, (standing) => {
    const isSevere = severity(standing.state) >= severity(fresh.state);
    if (isSevere && standing.sinceMs >= fresh.sinceMs) return null;
    if (!isSevere) return fresh;
    return { ...standing, sinceMs: fresh.sinceMs };
  });
}

/** Raises a cause; one that stands becomes what `replacement` makes of it, or stays where that is null. */
async function raiseIf(
  store: HotStore,
  fresh: TradingCause,
  replacement: (standing: TradingCause) => TradingCause | null,
): Promise<void> {
  const key = causeKey(fresh);
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const row = await store.get('causes', key);
    const cause = row === null ? fresh : replacement(row.value);
    if (cause === null) return;
    const commit = await store.transact([
      row === null
        ? { kind: 'insert', table: 'causes', key, value: cause }
        : { kind: 'replace', table: 'causes', key, value: cause, version: row.version },
    ]);
    if (commit.kind === 'committed') return;
  }
  throw new Error(`the cause ${key} could not be stored: other processes change it all the time`);
}

/** Lifts the aftershock when it is over. To be repeated by whoever keeps the books. True when it was lifted. */
export async function liftAftershock({
  store,
  clock,
}: Pick<CancelEverythingDeps, 'store'> & {
  readonly clock: Pick<Timers, 'nowMs'>;
}): Promise<boolean> {
  const key = causeKey(AFTERSHOCK);
  const row = await store.get('causes', key);
  if (row === null) return false;
  const { value, version } = row;
  if (!isHealed(value, value.sinceMs, clock.nowMs(), CANCEL_ALL_AFTERSHOCK_MS)) return false;
  const commit = await store.transact([{ kind: 'remove', table: 'causes', key, version }]);
  return commit.kind === 'committed';
}
