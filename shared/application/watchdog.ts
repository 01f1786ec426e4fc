import type { Order } from '../domain/execution/order.ts';
import type { EpochMs } from '../domain/market/market.ts';
import type { Position } from '../domain/positions/position.ts';
import type { TradingCause } from '../domain/risk/trading-state.ts';
import type { Alerts } from '../ports/alerts.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  AccountState,
  HotStore,
  HotWrite,
  Lease,
  Row,
  Suspicion,
} from '../ports/hot-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { ACCOUNT_KEY } from './account-state.ts';
import { LEASE_KEY } from './feeder-lease.ts';
import { standingCauses } from './trading-causes.ts';

/** Everything that the watchdog can find, and what it means to whoever is woken by it. */
export const WATCHDOG_FINDINGS = {
  feeder_never_ran: 'No feeder has ever taken the lease: nothing is watched and nothing is traded.',
  feeder_gone: 'The lease has run out: no feeder acts, and entries are refused.',
  order_unknown: 'The outcome of an order has been unknown for too long; its market takes no risk.',
  order_silent: 'An order that should be over has had no news for too long.',
  account_not_open:
    'The account was never opened: its first start has not agreed with the exchange.',
  reconcile_behind: 'The books have not agreed with the exchange for too long.',
  mark_stale: 'An open position has had no price for too long: its stop cannot fire.',
  cause_standing: 'Trading is stopped or limited, and only a person lifts it.',
  refusal_standing: 'New risk has been refused for too long for a cause that heals by itself.',
} as const satisfies Readonly<Record<string, string>>;

export type WatchdogCode = keyof typeof WATCHDOG_FINDINGS;

/** One thing that has stopped: how many of it, and for how long the longest has lasted. */
export type WatchdogFinding = {
  readonly code: WatchdogCode;
  readonly count: number;
  readonly oldestMs: number;
};

/** What the watchdog looks at, as of one time. */
export type WatchedState = {
  readonly nowMs: EpochMs;
  readonly lease: Lease | null;
  readonly account: AccountState | null;
  /** Orders that are not over. */
  readonly orders: readonly Order[];
  readonly positions: readonly Position[];
  readonly causes: readonly TradingCause[];
};

/** An unknown outcome is resolved within this (an invariant of its own). */
const UNKNOWN_MS = 30_000;
/** The resolver asks after five seconds of silence, and the reconcile each minute. */
const SILENT_MS = 120_000;
const RECONCILE_BEHIND_MS = 300_000;
/** Held positions are looked at every 30 s, or by the sweep within 90 s. */
const MARK_MS = 90_000;
const REFUSAL_MS = 300_000;
/** The weekly pause takes two hours; one that lasts longer is news. */
const PAUSE_MS = 3 * 3_600_000;

/** What has stopped. Pure; in the order of the list of findings. */
export function findStopped(state: WatchedState): readonly WatchdogFinding[] {
  const { nowMs, lease, account, orders, positions, causes } = state;
  const ageOf = (sinceMs: EpochMs): number => nowMs - sinceMs;
  const unknown = orders.flatMap(({ state: at, unknown: since }) =>
    at === 'unknown' && since !== null ? [ageOf(since.sinceMs)] : [],
  );
  const silent = orders.flatMap(({ state: at, updatedAtMs }) =>
    at === 'unknown' ? [] : [ageOf(updatedAtMs)],
  );
  const marks = positions.flatMap(({ state: at, mark, openedAtMs }) =>
    at === 'open' ? [ageOf(mark?.exchangeTimeMs ?? openedAtMs)] : [],
  );
  const byPerson = causes.filter((cause) => cause.state !== 'refuse');
  const refusals = causes.filter(({ state: at, code, sinceMs }) => {
    const isPause = code === 'exchange_pause' || code === 'exchange_closed';
    return at === 'refuse' && (!isPause || ageOf(sinceMs) > PAUSE_MS);
  });
  return [
    ...(lease === null ? [once('feeder_never_ran', 0)] : []),
    ...(lease !== null && lease.expiresAtMs <= nowMs
      ? [once('feeder_gone', ageOf(lease.expiresAtMs))]
      : []),
    ...longer('order_unknown', unknown, UNKNOWN_MS),
    ...longer('order_silent', silent, SILENT_MS),
    ...(account === null ? [once('account_not_open', 0)] : []),
    ...longer(
      'reconcile_behind',
      account === null ? [] : [ageOf(account.fillsSinceMs)],
      RECONCILE_BEHIND_MS,
    ),
    ...longer('mark_stale', marks, MARK_MS),
    ...longer(
      'cause_standing',
      byPerson.map(({ sinceMs }) => ageOf(sinceMs)),
      -1,
    ),
    ...longer(
      'refusal_standing',
      refusals.map(({ sinceMs }) => ageOf(sinceMs)),
      REFUSAL_MS,
    ),
  ];
}

function once(code: WatchdogCode, oldestMs: number): WatchdogFinding {
  return { code, count: 1, oldestMs };
}

/** Those that have lasted longer than the bound, as one finding; none when there are none. */
function longer(
  code: WatchdogCode,
  agesMs: readonly number[],
  boundMs: number,
): readonly WatchdogFinding[] {
  const over = agesMs.filter((ageMs) => ageMs > boundMs);
  return over.length === 0 ? [] : [{ code, count: over.length, oldestMs: Math.max(...over) }];
}

export type WatchdogDeps = {
  readonly store: HotStore;
  readonly alerts: Alerts;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
};

/** The same finding is told again after this long, if it still stands. */
const REPEAT_MS = 3_600_000;

/** Suspicions of the watchdog share their table with those of the reconcile. */
const KEY_PREFIX = 'watchdog|';

/**
 * Looks for what has stopped, counts each finding, and tells people of those that are new or were last told an hour
 * ago. A finding is noted as told only after it was: an alert that could not be sent is tried again a minute later.
 */
export async function watch(deps: WatchdogDeps): Promise<readonly WatchdogFinding[]> {
  const nowMs = deps.clock.nowMs();
  const findings = findStopped(await watchedState(deps.store, nowMs));
  const told = new Map(
    (await deps.store.list('suspicions'))
      .filter(({ key }) => key.startsWith(KEY_PREFIX))
      .map((row) => [row.key, row]),
  );
  for (const finding of findings) {
    const row = told.get(KEY_PREFIX + finding.code) ?? null;
    told.delete(KEY_PREFIX + finding.code);
    report(deps.telemetry, finding);
    if (row !== null && nowMs - row.value.firstSeenMs < REPEAT_MS) continue;
    await deps.alerts.publish(`Fairline: ${finding.code}`, alertText(finding));
    await deps.store.transact([noteTold(finding.code, row, nowMs)]);
  }
  // What no longer stands is forgotten, so that it is told at once when it comes again.
  for (const { key, version } of told.values())
    await deps.store.transact([{ kind: 'remove', table: 'suspicions', key, version }]);
  return findings;
}

async function watchedState(store: HotStore, nowMs: EpochMs): Promise<WatchedState> {
  const [lease, account, orders, positions, causes] = await Promise.all([
    store.get('lease', LEASE_KEY),
    store.get('account', ACCOUNT_KEY),
    store.openOrders(),
    store.list('positions'),
    standingCauses(store),
  ]);
  return {
    nowMs,
    lease: lease?.value ?? null,
    account: account?.value ?? null,
    orders: orders.map(({ value }) => value),
    positions: positions.map(({ value }) => value),
    causes,
  };
}

function noteTold(code: WatchdogCode, row: Row<Suspicion> | null, nowMs: EpochMs): HotWrite {
  const key = KEY_PREFIX + code;
  const value = { what: WATCHDOG_FINDINGS[code], firstSeenMs: nowMs };
  return row === null
    ? { kind: 'insert', table: 'suspicions', key, value }
    : { kind: 'replace', table: 'suspicions', key, value, version: row.version };
}

function report(telemetry: Telemetry, { code, count, oldestMs }: WatchdogFinding): void {
  telemetry.count(`watchdog.${code}`, count);
  telemetry.log('error', 'watchdog_finding', { code, count, oldestMs });
}

function alertText({ code, count, oldestMs }: WatchdogFinding): string {
  const seconds = Math.round(oldestMs / 1_000);
  return `${WATCHDOG_FINDINGS[code]}\nHow many: ${count}. The longest has lasted ${seconds} s.`;
}
