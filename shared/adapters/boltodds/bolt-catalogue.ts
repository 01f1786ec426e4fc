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

/** An answer, or why there is none; `down` where a person has to see to it. */
export type CatalogueRead<Value> =
  | Extract<Read<Value>, { kind: 'read' }>
  | { readonly kind: 'unavailable'; readonly reason: string; readonly down: SourceDown | null };

/**
 * The sports, books, games and markets that BoltOdds offers (public docs, "REST"). Read at the start and now and then: a
 * filter that does not equal one of these names is ignored by the stream without a word.
 */
export class BoltCatalogue {
  readonly #options: BoltCatalogueOptions;
  readonly #withoutKey: (text: string) => string;

  constructor(options: BoltCatalogueOptions) {
    this.#options = options;
    this.#withoutKey = redactor([options.token]);
  }

  info(): Promise<CatalogueRead<BoltInfo>> {
    return this.#read('get_info', {}, decodeInfo);
  }

  games(): Promise<CatalogueRead<BoltGames>> {
    return this.#read('get_games', {}, decodeGames);
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
  ): Promise<CatalogueRead<Value>> {
    const { timers, breaker, timeoutMs, maxBytes, get = getText } = this.#options;
    if (!breaker.admit(timers.nowMs()))
      return failed(`${path}: left alone after failures, until one trial request`, null);
    const url = new URL(`${this.#options.baseUrl}/${path}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    url.searchParams.set('key', this.#options.token);
    const answer = await get({ url, headers: {}, timeoutMs, maxBytes });
    const nowMs = timers.nowMs();
    if (answer.kind === 'failed') {
      breaker.failed(nowMs);
      return failed(`${path}: ${this.#withoutKey(answer.reason)}`, null);
    }
    if (answer.status === 401 || answer.status === 403) {
      breaker.refused(nowMs);
      const code = answer.status === 401 ? 'unauthorized' : 'denied';
      const detail = `${path}: HTTP ${answer.status}; check the key of BoltOdds and its plan`;
      return failed(detail, { code, detail });
    }
    if (answer.status !== 200) {
      breaker.failed(nowMs);
      return failed(`${path}: HTTP ${answer.status}`, null);
    }
    const value = decode(jsonOf(answer.text));
    if (isRefusal(value)) {
      breaker.failed(nowMs);
      return failed(value.detail, null);
    }
    breaker.succeeded();
    return { kind: 'read', value };
  }
}

function failed(
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
