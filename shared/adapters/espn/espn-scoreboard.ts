import type { GameListing } from '../../domain/market/game-listing.ts';
import type { Read } from '../../ports/exchange.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { Scoreboard, ScoreboardHandlers } from '../../ports/streams.ts';
import type { TimerHandle, Timers } from '../../ports/timers.ts';
import { decodeScoreboard, type ScoreboardRead } from './wire/scoreboard.ts';

export type EspnScoreboardOptions = {
  /** Up to the league: `https://site.api.espn.com/apis/site/v2/sports/football/nfl/scoreboard`. */
  readonly url: string;
  readonly timers: Timers;
  /** Between the end of one look and the next. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

/** ESPN's scoreboard, looked at again and again; two looks never overlap. It needs no key. */
export class EspnScoreboard implements Scoreboard {
  readonly #options: EspnScoreboardOptions;
  #handlers: ScoreboardHandlers | null = null;
  #next: TimerHandle | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: EspnScoreboardOptions) {
    this.#options = options;
  }

  open(handlers: ScoreboardHandlers): void {
    this.#handlers = handlers;
    this.#looking = this.#follow();
  }

  async close(): Promise<void> {
    this.#handlers = null;
    if (this.#next !== null) this.#options.timers.cancel(this.#next);
    await this.#looking;
  }

  /** One look: every game that is listed. */
  async listings(): Promise<Read<readonly GameListing[]>> {
    const read = await this.#look();
    return read.kind === 'refused'
      ? { kind: 'unavailable', reason: `scoreboard: ${read.code}: ${read.detail}` }
      : { kind: 'read', value: read.games.map(({ listing }) => listing) };
  }

  async #follow(): Promise<void> {
    const read = await this.#look();
    const handlers = this.#handlers;
    if (handlers === null) return;
    if (read.kind === 'refused') handlers.onRefused(read);
    else {
      for (const refusal of read.refused) handlers.onRefused(refusal);
      for (const { state } of read.games) if (state !== null) handlers.onState(state);
    }
    this.#next = this.#options.timers.after(this.#options.intervalMs, 'scoreboard', () => {
      this.#looking = this.#follow();
    });
  }

  async #look(): Promise<ScoreboardRead | FrameRefusal> {
    const { url, timers, timeoutMs, maxBytes } = this.#options;
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (!response.ok) return failed(`HTTP ${response.status}`);
      return decodeScoreboard(text, { maxBytes, receivedMs: timers.nowMs() });
    } catch (error) {
      return failed(reasonOf(error));
    }
  }
}

function failed(detail: string): FrameRefusal {
  return { kind: 'refused', code: 'feed_error', detail };
}

/** What fetch says of a failure lies in its cause; neither holds the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return error.name;
}
