import type { Breaker } from '../../domain/feeds/breaker.ts';
import type { Read } from '../../ports/exchange.ts';
import type { SourceDown } from '../../ports/streams.ts';
import type { Timers } from '../../ports/timers.ts';
import { getText, type GetText } from '../http/get-text.ts';
import { redactor } from '../http/redact.ts';
import {
  decodeGames,
  decodeInfo,
  decodeMarkets,
  unknownFilters,
  type BoltGames,
  type BoltInfo,
  type CatalogueRefusal,
  type UnknownFilter,
} from './wire/catalogue.ts';
import type { BoltFilters } from './wire/subscribe.ts';

export type BoltCatalogueOptions = {
  /** Up to `/api`: `https://spro.agency/api`. Without the key. */
  readonly baseUrl: string;
  /** Goes into the address, and so never into what is told. */
  readonly token: string;
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Shared with all that asks this source. */
  readonly breaker: Breaker;
  readonly get?: GetText;
};

/** An answer, or why there is none; `down` while the whole source is not to be believed, also when it was not asked. */
export type CatalogueRead<Value> =
  | Extract<Read<Value>, { kind: 'read' }>
  | { readonly kind: 'unavailable'; readonly reason: string; readonly down: SourceDown | null };

/**
 * The sports, books, games and markets that BoltOdds offers (public docs, "REST"). Read at the start and now and
 * then: a filter that does not equal one of these names is ignored by the stream without a word.
 */
export class BoltCatalogue {
  readonly #options: BoltCatalogueOptions;
  readonly #withoutKey: (text: string) => string;
  #down: SourceDown | null = null;

  constructor(options: BoltCatalogueOptions) {
    this.#options = options;
    this.#withoutKey = redactor([options.token]);
  }

  info(signal?: AbortSignal): Promise<CatalogueRead<BoltInfo>> {
    return this.#read('get_info', {}, decodeInfo, signal);
  }

  games(signal?: AbortSignal): Promise<CatalogueRead<BoltGames>> {
    return this.#read('get_games', {}, decodeGames, signal);
  }

  /** Of these sports and books, or of all. */
  markets(
    of: { readonly sports?: readonly string[]; readonly sportsbooks?: readonly string[] } = {},
  ): Promise<CatalogueRead<readonly string[]>> {
    const { sports, sportsbooks } = of;
    const query = {
      ...(sports !== undefined && { sports: sports.join(',') }),
      ...(sportsbooks !== undefined && { sportsbooks: sportsbooks.join(',') }),
    };
    return this.#read('get_markets', query, decodeMarkets);
  }

  /** The filters that the stream would ignore. */
  async unknownFilters(asked: BoltFilters): Promise<CatalogueRead<readonly UnknownFilter[]>> {
    const [info, markets] = [await this.info(), await this.markets()];
    if (info.kind === 'unavailable') return info;
    const offered = markets.kind === 'read' && markets.value.length > 0 ? markets.value : null;
    return {
      kind: 'read',
      value: unknownFilters(asked, {
        ...info.value,
        ...(offered !== null && { markets: offered }),
      }),
    };
  }

  async #read<Value>(
    path: string,
    query: Readonly<Record<string, string>>,
    decode: (body: unknown) => Value | CatalogueRefusal,
    signal?: AbortSignal,
  ): Promise<CatalogueRead<Value>> {
    const { timers, breaker, timeoutMs, maxBytes, get = getText } = this.#options;
    if (!breaker.admit(timers.nowMs())) return this.#held(path);
    const url = new URL(`${this.#options.baseUrl}/${path}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    url.searchParams.set('key', this.#options.token);
    const request = { url, headers: {}, timeoutMs, maxBytes };
    const answer = await get(signal === undefined ? request : { ...request, signal });
    if (answer.kind === 'failed' && answer.cause === 'cancelled') return this.#cancelled(path);
    if (answer.kind === 'failed') return this.#failed(`${path}: ${answer.reason}`);
    if (answer.status === 401 || answer.status === 403) return this.#refused(path, answer.status);
    if (answer.status !== 200) return this.#failed(`${path}: HTTP ${answer.status}`);
    // Before it is read: whatever is told of it then cannot hold the key.
    const value = decode(jsonOf(this.#withoutKey(answer.text)));
    if (isRefusal(value)) return this.#failed(value.detail);
    breaker.succeeded();
    this.#down = null;
    return { kind: 'read', value };
  }

  /** Not asked, whoever of those who share the breaker failed. */
  #held(path: string): CatalogueRead<never> {
    const reason = `${path}: left alone after failures, until one trial request`;
    return unavailable(reason, this.#down ?? { code: 'breaker_open', detail: reason });
  }

  /** A trial that was cancelled has told nothing: the next one waits as long. */
  #cancelled(path: string): CatalogueRead<never> {
    const { breaker, timers } = this.#options;
    if (breaker.state.kind === 'half_open') breaker.failed(timers.nowMs());
    return unavailable(`${path}: the request was cancelled`, this.#down);
  }

  #refused(path: string, status: 401 | 403): CatalogueRead<never> {
    const { breaker, timers } = this.#options;
    breaker.refused(timers.nowMs());
    const code = status === 401 ? 'unauthorized' : 'denied';
    const detail = `${path}: HTTP ${status}; check the key of BoltOdds and its plan`;
    this.#down = { code, detail };
    return unavailable(detail, this.#down);
  }

  #failed(reason: string): CatalogueRead<never> {
    const { breaker, timers } = this.#options;
    if (breaker.failed(timers.nowMs()))
      this.#down ??= { code: 'breaker_open', detail: `it failed again and again: ${reason}` };
    return unavailable(reason, this.#down);
  }
}

function unavailable(
  reason: string,
  down: SourceDown | null,
): Extract<CatalogueRead<never>, { kind: 'unavailable' }> {
  return { kind: 'unavailable', reason, down };
}

function isRefusal(value: unknown): value is CatalogueRefusal {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
