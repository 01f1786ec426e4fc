import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type {
  EpochMs,
  Market,
  MarketResult,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import type { Money } from '../../shared/domain/money/money.ts';
import type { ControlAction } from '../../shared/simulator/exchange/control-action.ts';
import type { OrderCommand } from '../../shared/simulator/exchange/order-command.ts';
import type { Pause } from '../../shared/simulator/exchange/order-admission.ts';
import type { MarketDetails } from '../../shared/simulator/exchange/venue-facts.ts';
import type { AccountName, NewOrder } from '../../shared/simulator/exchange/sim-order.ts';

/** The query of a cancel, as the exchange reads it. */
export type CancelQuery = {
  readonly orderId: string;
  readonly exchangeIndex?: number;
  readonly market?: MarketTicker;
};

/** Everything that changes the exchange from outside, in its order. Time is the exchange's own. */
export type ExchangeInput =
  /** What the market says beside, when it says more. */
  | readonly ['market', EpochMs, Market, MarketDetails?]
  | readonly ['deposit', EpochMs, AccountName, number, Money]
  | readonly ['crowd', EpochMs, AccountName]
  | readonly ['submit', EpochMs, AccountName, string]
  | readonly ['cancel', EpochMs, AccountName, CancelQuery]
  | readonly ['command', EpochMs, AccountName, OrderCommand]
  | readonly ['place', EpochMs, AccountName, NewOrder]
  | readonly ['withdraw', EpochMs, string]
  | readonly ['pause', EpochMs, Pause]
  | readonly ['deactivate', EpochMs, MarketTicker]
  | readonly ['reactivate', EpochMs, MarketTicker]
  | readonly ['move_close', EpochMs, MarketTicker, EpochMs]
  | readonly ['determine', EpochMs, MarketTicker, MarketResult]
  | readonly ['control', EpochMs, ControlAction]
  /** The venues were alive; from `origin` on the script began at that time of the machine's. */
  | readonly ['alive', EpochMs]
  | readonly ['origin', EpochMs, EpochMs];

/** A log that cannot be used; the message says what to do. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog';
}

/**
 * Inputs as lines of JSON, each in the file before the exchange acts on it: whoever got an answer finds it after the
 * process was killed. The machine may lose the last seconds with its power; a simulator may.
 */
export class ExchangeLog {
  readonly #fd: number;
  #isBroken = false;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Opens a log, made when it is not there. A last line that was not finished is cut off. Throws `DamagedLog`. */
  static open(file: string): {
    readonly log: ExchangeLog;
    readonly inputs: readonly ExchangeInput[];
  } {
    const fd = openSync(file, 'a+', 0o600);
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) ftruncateSync(fd, Buffer.byteLength(whole));
    try {
      return { log: new ExchangeLog(fd), inputs: linesOf(whole, file) };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Throws when the line cannot be written; nothing is taken from then on. */
  append(input: ExchangeInput): void {
    if (this.#isBroken) throw new Error('the log of the simulated exchange cannot be written');
    const line = Buffer.from(`${JSON.stringify(input)}\n`);
    this.#isBroken = true;
    // A write that is cut short (a full disk) leaves a torn line: it must stay the last one.
    if (writeSync(this.#fd, line) === line.length) this.#isBroken = false;
    else throw new Error('the log of the simulated exchange cannot be written: the disk is full');
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function linesOf(text: string, file: string): readonly ExchangeInput[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      // Our own lines, written by this class.
      return JSON.parse(line) as ExchangeInput;
    } catch {
      throw new DamagedLog(
        `${file}: line ${index + 1} cannot be read; delete its folder to begin with new venues`,
      );
    }
  });
}
