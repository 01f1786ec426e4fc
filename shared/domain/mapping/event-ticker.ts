import type { EventTicker, MarketTicker } from '../market/market.ts';
import type { EasternDate } from './eastern-time.ts';

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** What an event's ticker says after its series: `26NOV22MIABUF`, or `26JUN301905DETNYY` with the time in baseball. */
export type EventWords = {
  readonly date: EasternDate;
  /** Eastern; null where the ticker has none. */
  readonly time: { readonly hour: number; readonly minute: number } | null;
  /** Both sides' codes, one after the other. How long each is is not said. */
  readonly sides: string;
};

/** A date, four digits that are a time of day if they are there, and codes. No code of a side begins with a digit. */
const BODY = /^(\d\d)([A-Z]{3})(\d\d)(?:(\d\d)(\d\d))?([A-Z][A-Z0-9]*)$/;

/** What an event's ticker says of its game; null when it is not made like one of a game. */
export function readEventTicker(event: EventTicker, series: string): EventWords | null {
  const body = after(event, `${series}-`);
  const [, year, monthName, day, hour, minute, sides] = BODY.exec(body ?? '') ?? [];
  const month = MONTHS.indexOf(monthName ?? '') + 1;
  if (year === undefined || day === undefined || sides === undefined || month === 0) return null;
  return {
    date: `20${year}-${String(month).padStart(2, '0')}-${day}`,
    time: hour === undefined ? null : { hour: Number(hour), minute: Number(minute) },
    sides,
  };
}

/** Whom YES of a market means: what its ticker adds to that of its event. Null when it adds nothing. */
export function sideOf(market: MarketTicker, event: EventTicker): string | null {
  const side = after(market, `${event}-`);
  return side === null || side === '' ? null : side;
}

/** An event's ticker without a time of day: it is the same for every game of a pair on one day. */
export function withoutTime(event: EventTicker): string {
  return event.replace(/^(.*-\d\d[A-Z]{3}\d\d)\d{4}(?=[A-Z])/, '$1');
}

/** `2026-11-22` as a ticker writes it: `26NOV22`. */
export function tickerDate(date: EasternDate): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${year.slice(2)}${MONTHS[Number(month) - 1] ?? '???'}${day}`;
}

/** The number of a month by its first three letters, `Nov`; null when it is none. */
export function monthNumber(name: string): number | null {
  const month = MONTHS.indexOf(name.slice(0, 3).toUpperCase()) + 1;
  return month === 0 ? null : month;
}

function after(text: string, prefix: string): string | null {
  return text.startsWith(prefix) ? text.slice(prefix.length) : null;
}
