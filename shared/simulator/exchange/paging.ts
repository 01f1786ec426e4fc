/** The largest page of the portfolio and market lists, and the usual one (Kalshi "Pagination"). */
export const MAX_PAGE = 1_000;
export const DEFAULT_PAGE = 100;

const PAGES = { usual: DEFAULT_PAGE, most: MAX_PAGE };

export type PageQuery = { readonly limit?: number; readonly cursor?: string };
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string };

const CURSOR = /^c([0-9a-z]+)$/;

/**
 * One page of a list that is newest first. The cursor names the last item shown, so that newer items do not shift the
 * pages behind it; the last page has an empty cursor. A cursor that cannot be read gives the first page, as the
 * exchange does. Null when the limit is out of range.
 */
export function pageOf<T>(
  newestFirst: readonly T[],
  sequenceOf: (item: T) => number,
  query: PageQuery,
  size: { readonly usual: number; readonly most: number } = PAGES,
): Page<T> | null {
  const limit = query.limit ?? size.usual;
  if (!Number.isInteger(limit) || limit < 1 || limit > size.most) return null;
  const digits = CURSOR.exec(query.cursor ?? '')?.[1];
  const before = digits === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(digits, 36);
  const rest = newestFirst.filter((item) => sequenceOf(item) < before);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const isLastPage = last === undefined || rest.length === items.length;
  return { items, cursor: isLastPage ? '' : `c${sequenceOf(last).toString(36)}` };
}
