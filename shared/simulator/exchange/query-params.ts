import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import { joinedQuery, type RequestQuery } from '../../adapters/kalshi/wire/request-query.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { errorAnswer, queryRefusal } from './exchange-errors.ts';

/** A parameter that is not what it should be; the answer is 400. */
export class BadParameter extends Error {
  override readonly name = 'BadParameter';
  readonly parameter: string;

  constructor(parameter: string) {
    super(`parameter ${parameter}`);
    this.parameter = parameter;
  }

  get answer(): HttpAnswer {
    return errorAnswer(queryRefusal(this.parameter));
  }
}

/** The parameters of one request, each read as what it has to be. Every reader throws `BadParameter`. */
export class QueryParams {
  readonly #raw: RequestQuery;
  readonly #query: Readonly<Record<string, string>>;

  constructor(query: RequestQuery) {
    this.#raw = query;
    this.#query = joinedQuery(query);
  }

  /** An empty text is as good as none. */
  text(name: string): string | undefined {
    const value = this.#query[name];
    return value === '' ? undefined : value;
  }

  has(name: string): boolean {
    return this.text(name) !== undefined;
  }

  needed(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new BadParameter(name);
    return value;
  }

  /** One name; a list of them is refused. */
  one(name: string): string | undefined {
    const value = this.text(name);
    if (value?.includes(',') === true) throw new BadParameter(name);
    return value;
  }

  /** Names with commas between, at most so many. */
  list(name: string, most: number): readonly string[] | undefined {
    const values = this.text(name)?.split(',');
    if (values !== undefined && values.length > most) throw new BadParameter(name);
    return values;
  }

  /** A parameter that is repeated, or once. */
  repeated(name: string, most: number): readonly string[] {
    const value = this.#raw[name] ?? [];
    const values = typeof value === 'string' ? [value] : value;
    if (values.length === 0 || values.length > most) throw new BadParameter(name);
    return values;
  }

  /** A whole number that is not negative. */
  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,15}$/.test(value)) throw new BadParameter(name);
    return Number(value);
  }

  /** Unix seconds as milliseconds. */
  time(name: string): EpochMs | undefined {
    const seconds = this.count(name);
    return seconds === undefined ? undefined : seconds * 1_000;
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw new BadParameter(name);
    return value === 'true';
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((known) => known === value);
    if (word === undefined) throw new BadParameter(name);
    return word;
  }

  /** Limit and cursor of a list; the limit is checked where the page is made. */
  page(): { readonly limit?: number; readonly cursor?: string } {
    const limit = this.count('limit');
    const cursor = this.text('cursor');
    return { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
  }
}
