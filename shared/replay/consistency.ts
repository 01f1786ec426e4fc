import type { RecordingKind } from '../contracts/recording.ts';
import type { EpochMs, GameId, MarketTicker } from '../domain/market/market.ts';
import { compareEvents, subjectOf, type RecordingEvent } from './recording.ts';

export type Inconsistency = {
  readonly code: 'out_of_order' | 'inconsistent';
  readonly found: string;
  readonly allowed: string;
};

/** What must hold between the lines of a recording. Fed every event in order; tells the first fault of each. */
export class Consistency {
  #previous: RecordingEvent | null = null;
  /** Markets seen, with the time of their result once it was told. */
  readonly #markets = new Map<MarketTicker, EpochMs | null>();
  readonly #games = new Set<GameId>();
  readonly #kind: RecordingKind;

  constructor(kind: RecordingKind) {
    this.#kind = kind;
  }

  check(event: RecordingEvent): Inconsistency | null {
    const previous = this.#previous;
    this.#previous = event;
    if (previous !== null && compareEvents(previous, event) >= 0)
      return {
        code: 'out_of_order',
        found: `${describe(event)} stands after ${describe(previous)}`,
        allowed: 'lines stand in order of time, kind and subject, each once',
      };
    const found = this.#admit(event);
    if (found === null) return null;
    return { code: 'inconsistent', found: `${describe(event)} ${found}`, allowed: ALLOWED };
  }

  #admit(event: RecordingEvent): string | null {
    switch (event.kind) {
      case 'market':
        if (this.#markets.has(event.market.ticker)) return 'tells a market twice';
        this.#markets.set(event.market.ticker, null);
        this.#games.add(event.mapping.gameId);
        return null;
      case 'forecast':
        return this.#games.has(event.forecast.gameId) ? null : 'is of a game without a market';
      case 'bar':
      case 'quote':
      case 'result': {
        if (event.kind !== 'result' && event.kind !== BAR_OF[this.#kind])
          return `stands in a recording of ${this.#kind}`;
        const resultMs = this.#markets.get(event.market);
        if (resultMs === undefined) return 'is of a market that was not told';
        if (resultMs !== null) return `comes after the result at ${resultMs}`;
        if (event.kind === 'result') this.#markets.set(event.market, event.atMs);
        return null;
      }
    }
  }
}

/** The one kind of minutes that a recording of each kind has. */
const BAR_OF = { trade_bars: 'bar', quote_bars: 'quote' } as const;
const ALLOWED = 'a market comes first and once, its result last and once; minutes are of one kind';

function describe(event: RecordingEvent): string {
  return `${event.kind} ${subjectOf(event)} at ${event.atMs}`;
}
