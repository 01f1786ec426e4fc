import type { FrameRefusal } from '../../ports/market-data.ts';
import { getText, type GetText } from '../http/get-text.ts';
import { decodePlayByPlay, type PlaysRead } from './wire/play-by-play.ts';
import { decodeShiftChart, type ShiftsRead } from './wire/shift-chart.ts';

export type NhlClientOptions = {
  /** Up to the version: `https://api-web.nhle.com`. */
  readonly webUrl: string;
  /** Up to `/stats`: `https://api.nhle.com`. */
  readonly statsUrl: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly getText?: GetText;
};

/** Where the NHL answers without a key. */
export const NHL_ADDRESSES = {
  webUrl: 'https://api-web.nhle.com',
  statsUrl: 'https://api.nhle.com',
} as const;

export type NhlFailure = {
  readonly kind: 'failed';
  readonly code: 'no_answer' | 'not_there' | 'rate_limited' | 'denied' | 'server_error';
  /** For people, without an address. */
  readonly detail: string;
};

/**
 * One game's plays and shifts by its id, asked for once each. No key is needed and nothing is promised. Never throws.
 */
export class NhlClient {
  readonly #options: NhlClientOptions;

  constructor(options: NhlClientOptions) {
    this.#options = options;
  }

  async plays(gameId: string): Promise<PlaysRead | FrameRefusal | NhlFailure> {
    const path = `/v1/gamecenter/${encodeURIComponent(gameId)}/play-by-play`;
    const answer = await this.#ask(new URL(path, this.#options.webUrl));
    return typeof answer === 'string' ? decodePlayByPlay(answer, this.#options) : answer;
  }

  async shifts(gameId: string): Promise<ShiftsRead | FrameRefusal | NhlFailure> {
    const url = new URL('/stats/rest/en/shiftcharts', this.#options.statsUrl);
    url.searchParams.set('cayenneExp', `gameId=${gameId}`);
    const answer = await this.#ask(url);
    return typeof answer === 'string' ? decodeShiftChart(answer, this.#options) : answer;
  }

  async #ask(url: URL): Promise<string | NhlFailure> {
    const { timeoutMs, maxBytes } = this.#options;
    const answer = await (this.#options.getText ?? getText)({
      url,
      headers: {},
      timeoutMs,
      maxBytes,
    });
    if (answer.kind === 'failed') return failure('no_answer', answer.reason);
    if (answer.status === 200) return answer.text;
    return failure(codeOf(answer.status), `HTTP ${answer.status}`);
  }
}

function codeOf(status: number): NhlFailure['code'] {
  if (status === 404) return 'not_there';
  if (status === 429) return 'rate_limited';
  return status === 401 || status === 403 ? 'denied' : 'server_error';
}

function failure(code: NhlFailure['code'], detail: string): NhlFailure {
  return { kind: 'failed', code, detail };
}
