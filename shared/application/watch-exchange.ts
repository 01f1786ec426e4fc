import { pausesAt, type ExchangePause } from '../domain/market/exchange-calendar.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { isHealed, scopeKey, type TradingCause } from '../domain/risk/trading-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeCalendar } from '../ports/exchange-calendar.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { clearCause, raiseCause, standingCauses } from './trading-causes.ts';

export type ExchangeWatchDeps = {
  readonly calendar: ExchangeCalendar;
  readonly store: HotStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** How long before a window no order leaves; longer than the time between two looks. */
  readonly guardMs: number;
  /** A status that could not be read for so long counts as a halt. */
  readonly unreadMs: number;
  readonly healAfterMs: number;
  /** What has to succeed after a pause before trading goes on: to hold our books against the exchange's. */
  readonly recover: () => Promise<boolean>;
};

export type ExchangeLook = {
  /** Every pause that holds now. */
  readonly pauses: readonly ExchangePause[];
  readonly raised: readonly ExchangePause[];
  /** Scopes whose pause is over. */
  readonly healed: readonly string[];
};

const CODE = 'exchange_pause';
const CLOSED = 'exchange_closed';
/** Exits wait from so long before a window: two looks, and an order on its way. */
const CLOSED_GUARD_MS = 12_000;

/**
 * Keeps the cause `exchange_pause` true: raised for a scope before a window begins and while the exchange says that it
 * does not trade, or cannot be asked for long; lifted when the exchange has said for `healAfterMs` that it does, and our
 * books then agree with it. A status that cannot be read lifts nothing. Beside it stands `exchange_closed` from just
 * before the window until the exchange says that it trades: exits would only be refused meanwhile.
 */
export class ExchangeWatch {
  readonly #deps: ExchangeWatchDeps;
  readonly #lastSeenMs = new Map<string, EpochMs>();
  #unreadSinceMs: EpochMs | null = null;

  constructor(deps: ExchangeWatchDeps) {
    this.#deps = deps;
  }

  /** One look, to be repeated. */
  async look(): Promise<ExchangeLook> {
    const { calendar, clock, guardMs, store } = this.#deps;
    const { windows, status } = await calendar.look(clock.nowMs());
    const nowMs = clock.nowMs();
    const said = status.kind === 'read' ? status.value : null;
    const known = pausesAt({ windows, status: said, nowMs, guardMs });
    const unread = this.#unread(status.kind === 'read' ? null : status.reason, nowMs);
    const pauses = known.length === 0 ? unread : known;
    await this.#keepClosed(pausesAt({ windows, status: said, nowMs, guardMs: CLOSED_GUARD_MS }), {
      nowMs,
      isRead: said !== null,
    });
    const raised: ExchangePause[] = [];
    for (const pause of pauses) {
      this.#lastSeenMs.set(scopeKey(pause.scope), nowMs);
      if (await this.#raise(pause, nowMs)) raised.push(pause);
    }
    const standing = (await standingCauses(store)).filter(({ code }) => code === CODE);
    const paused = new Set(pauses.map(({ scope }) => scopeKey(scope)));
    const over = standing.filter(({ scope }) => !paused.has(scopeKey(scope)));
    const healed = said === null ? [] : await this.#heal(over, nowMs);
    return { pauses, raised, healed };
  }

  async #keepClosed(
    closed: readonly ExchangePause[],
    { nowMs, isRead }: { readonly nowMs: EpochMs; readonly isRead: boolean },
  ): Promise<void> {
    const { store } = this.#deps;
    for (const { scope, reason: detail } of closed)
      await raiseCause(store, { code: CLOSED, scope, state: 'refuse', sinceMs: nowMs, detail });
    if (!isRead) return;
    const still = new Set(closed.map(({ scope }) => scopeKey(scope)));
    for (const cause of await standingCauses(store))
      if (cause.code === CLOSED && !still.has(scopeKey(cause.scope)))
        await clearCause(store, cause);
  }

  /** A status that nobody could read for a while may be that of an exchange which does not trade. */
  #unread(reason: string | null, nowMs: EpochMs): readonly ExchangePause[] {
    const { telemetry, unreadMs } = this.#deps;
    if (reason === null) {
      this.#unreadSinceMs = null;
      return [];
    }
    this.#unreadSinceMs ??= nowMs;
    telemetry.count('exchange.status_unread', 1);
    telemetry.log('warn', 'exchange_status_unread', { reason });
    return nowMs - this.#unreadSinceMs < unreadMs
      ? []
      : [{ scope: { kind: 'account' }, reason: 'status_unread', untilMs: null }];
  }

  async #raise({ scope, reason, untilMs }: ExchangePause, nowMs: EpochMs): Promise<boolean> {
    const { store, telemetry } = this.#deps;
    const until =
      untilMs === null ? 'with no end known' : `until ${new Date(untilMs).toISOString()}`;
    const detail = `${reason} ${until}`;
    const cause = { code: CODE, scope, state: 'refuse', sinceMs: nowMs, detail } as const;
    if (!(await raiseCause(store, cause))) return false;
    telemetry.log('warn', 'exchange_pause', { scope: scopeKey(scope), reason, untilMs });
    return true;
  }

  async #heal(over: readonly TradingCause[], nowMs: EpochMs): Promise<readonly string[]> {
    const { healAfterMs, recover, store, telemetry } = this.#deps;
    const ready = over.filter((cause) => {
      const key = scopeKey(cause.scope);
      // One that another process saw is timed from our first look at it.
      const lastSeenMs = this.#lastSeenMs.get(key) ?? nowMs;
      this.#lastSeenMs.set(key, lastSeenMs);
      return isHealed(cause, lastSeenMs, nowMs, healAfterMs);
    });
    if (ready.length === 0 || !(await recover())) return [];
    for (const cause of ready) {
      await clearCause(store, cause);
      this.#lastSeenMs.delete(scopeKey(cause.scope));
      telemetry.log('info', 'exchange_resumed', { scope: scopeKey(cause.scope) });
    }
    return ready.map(({ scope }) => scopeKey(scope));
  }
}
