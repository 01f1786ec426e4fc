import type { ClosedWindow, ExchangeStatus } from '../../domain/market/exchange-calendar.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { Read } from '../../ports/exchange.ts';
import type { ExchangeCalendar } from '../../ports/exchange-calendar.ts';
import type { HttpTransport } from './http-transport.ts';
import {
  decodeExchangeSchedule,
  decodeExchangeStatus,
  weeklyPauses,
} from './wire/exchange-schedule.ts';

const DAY_MS = 86_400_000;
const SCHEDULE_MAX_AGE_MS = 600_000;
/** The pauses by rule are worked out for days around a time, and hold for so long after it. */
const WEEKLY_MAX_AGE_MS = 3_600_000;

/**
 * The exchange's calendar: its weekly pause by rule, its maintenance windows as last read, its status as it says now.
 * `onUnreadable` is told of a schedule or of windows in it that could not be read; what was known before stays.
 */
export class KalshiCalendar implements ExchangeCalendar {
  readonly #transport: HttpTransport;
  readonly #onUnreadable: (detail: string) => void;
  #maintenance: readonly ClosedWindow[] = [];
  #readAtMs: EpochMs = Number.NEGATIVE_INFINITY;
  #weekly: readonly ClosedWindow[] = [];
  #weeklyAtMs: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(transport: HttpTransport, onUnreadable: (detail: string) => void = () => {}) {
    this.#transport = transport;
    this.#onUnreadable = onUnreadable;
  }

  async look(nowMs: EpochMs): ReturnType<ExchangeCalendar['look']> {
    const [status] = await Promise.all([this.#status(), this.#readSchedule(nowMs)]);
    return { windows: [...this.#weeklyAt(nowMs), ...this.#maintenance], status };
  }

  /** A clock that is set back, too, has them worked out again. */
  #weeklyAt(nowMs: EpochMs): readonly ClosedWindow[] {
    if (Math.abs(nowMs - this.#weeklyAtMs) >= WEEKLY_MAX_AGE_MS) {
      this.#weekly = weeklyPauses({ fromMs: nowMs - DAY_MS, toMs: nowMs + 8 * DAY_MS });
      this.#weeklyAtMs = nowMs;
    }
    return this.#weekly;
  }

  /** An answer of any code counts if it has the body. */
  async #status(): Promise<Read<ExchangeStatus>> {
    const reply = await this.#get('/exchange/status');
    if (reply.kind === 'failed') return { kind: 'unavailable', reason: reply.cause };
    const decoded = decodeExchangeStatus(reply.body);
    return decoded.kind === 'refused'
      ? { kind: 'unavailable', reason: `HTTP ${reply.status}: ${decoded.detail}` }
      : { kind: 'read', value: decoded.status };
  }

  async #readSchedule(nowMs: EpochMs): Promise<void> {
    if (Math.abs(nowMs - this.#readAtMs) < SCHEDULE_MAX_AGE_MS) return;
    const reply = await this.#get('/exchange/schedule');
    if (reply.kind === 'failed' || reply.status !== 200) {
      this.#onUnreadable(reply.kind === 'failed' ? reply.cause : `HTTP ${reply.status}`);
      return;
    }
    const decoded = decodeExchangeSchedule(reply.body);
    if (decoded.kind === 'refused') {
      this.#onUnreadable(decoded.detail);
      return;
    }
    for (const { detail } of decoded.refused) this.#onUnreadable(detail);
    this.#maintenance = decoded.windows;
    this.#readAtMs = nowMs;
  }

  #get(path: string): ReturnType<HttpTransport['request']> {
    return this.#transport.request({ method: 'GET', path, query: {}, body: null });
  }
}
