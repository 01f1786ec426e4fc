/** Parameters of a request by name; a list stands for one that is repeated, such as `tickers=A&tickers=B`. */
export type RequestQuery = Readonly<Record<string, string | readonly string[]>>;

/** The one value of a parameter; undefined when it is absent or repeated. */
export function soleValue(query: RequestQuery, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' ? value : undefined;
}

/** Every parameter with one value: those of a repeated one with commas between, as most of the exchange's lists are. */
export function joinedQuery(query: RequestQuery): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.join(','),
    ]),
  );
}

/** The part of an address after the question mark; empty without parameters. */
export function encodeQuery(query: RequestQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === 'string' ? [value] : value) search.append(name, one);
  return search.toString();
}

/** Parameters as a server receives them. */
export function decodeQuery(search: URLSearchParams): RequestQuery {
  const query: Record<string, string | readonly string[]> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return query;
}
