/** Rows of a page: their JSON stays well below the 1 MiB that the Data API answers with. */
export const PAGE_ROWS = 200;

/** More pages than this are no read any more but a table that wants another way of reading. */
const MOST_PAGES = 100_000;

/** All rows, page by page, in the order of `seq`; `page` gives those after a number, at most `pageRows` of them. */
export async function readPages<T>(
  page: (after: number) => Promise<readonly { readonly seq: number; readonly row: T }[]>,
  pageRows = PAGE_ROWS,
): Promise<readonly T[]> {
  const all: T[] = [];
  let after = 0;
  for (let read = 0; read < MOST_PAGES; read += 1) {
    const rows = await page(after);
    all.push(...rows.map(({ row }) => row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return all;
    after = last.seq;
  }
  throw new RangeError(`more than ${MOST_PAGES * pageRows} rows`);
}
