import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import { errorAnswer, queryRefusal } from './exchange-errors.ts';
import { pageOf, type PageQuery } from './paging.ts';

export function ok(body: string): HttpAnswer {
  return { status: 200, body };
}

/** One page of a list that is kept oldest first, each item with its place in the whole list. */
export function listAnswer<T extends { readonly sequence: number }>(
  oldestFirst: readonly T[],
  query: PageQuery,
  encode: (items: readonly T[], cursor: string | null) => string,
  size?: { readonly usual: number; readonly most: number },
): HttpAnswer {
  const page = pageOf(oldestFirst.toReversed(), ({ sequence }) => sequence, query, size);
  return page === null
    ? errorAnswer(queryRefusal('limit'))
    : ok(encode(page.items, page.cursor === '' ? null : page.cursor));
}

export function numbered<T>(
  items: readonly T[],
): readonly { readonly item: T; readonly sequence: number }[] {
  return items.map((item, index) => ({ item, sequence: index + 1 }));
}

/** An absent filter lets everything through. */
export function matches<T>(wanted: T | undefined, value: T | undefined): boolean {
  return wanted === undefined || wanted === value;
}
