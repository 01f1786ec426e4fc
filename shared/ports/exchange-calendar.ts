import type { ClosedWindow, ExchangeStatus } from '../domain/market/exchange-calendar.ts';
import type { EpochMs } from '../domain/market/market.ts';
import type { Read } from './exchange.ts';

/** When the exchange trades: the windows that are known beforehand, and what it says of itself now. */
export interface ExchangeCalendar {
  /** The windows about a time are always known; the status may not be readable. */
  look(nowMs: EpochMs): Promise<{
    readonly windows: readonly ClosedWindow[];
    readonly status: Read<ExchangeStatus>;
  }>;
}
