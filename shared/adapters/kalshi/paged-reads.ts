import type { Read } from '../../ports/exchange.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { HttpReply, HttpTransport } from './http-transport.ts';
import type { RequestQuery } from './wire/request-query.ts';

/** A checked row that came alone, or a refusal. */
export type Single<Row> = { readonly kind: 'row'; readonly row: Row } | FrameRefusal;

/** How long a read waits before it is tried again. */
export type ReadWaits = {
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

/** One page of a list; rows that could not be read stand beside those that could. */
export type ReadPage<Row> = {
  readonly kind: 'page';
  readonly rows: readonly Row[];
  readonly refused?: readonly FrameRefusal[];
  readonly cursor: string | null;
};

export type PagedList<Row> = {
  readonly path: string;
  /** The same on every page. */
  readonly query: RequestQuery;
  readonly limit: number;
  readonly decode: (text: string) => ReadPage<Row> | FrameRefusal;
  /** What a row is known by, so that a list which begins again is seen. */
  readonly idOf: (row: Row) => string;
};

/** Attempts of one read; reads may be repeated freely, writes never. */
const READ_ATTEMPTS = 3;
/** The first wait is up to this, and each further one up to twice as long. */
const BASE_WAIT_MS = 200;
const MOST_WAIT_MS = 2_000;
/** A listing of more pages than this is refused: a cursor that loops must not hold a process. */
const MAX_PAGES = 200;

/** Tries again at once; for a clock that nobody waits on. */
export const NO_WAITS: ReadWaits = { sleep: () => Promise.resolve(), random: () => 0 };

/**
 * Reads of the exchange's REST interface. A read without an answer, or answered by 408 or 5xx, is tried again a bounded
 * number of times after a random wait that doubles (full jitter); any other answer stands, 429 too: who keeps the rate
 * has waited for it already.
 */
export class PagedReads {
  readonly #transport: HttpTransport;
  readonly #waits: ReadWaits;
  readonly #onRefused: (detail: string) => void;

  constructor(
    transport: HttpTransport,
    waits: ReadWaits = NO_WAITS,
    /** Told of each row of a list that could not be read. */
    onRefused: (detail: string) => void = () => {},
  ) {
    this.#transport = transport;
    this.#waits = waits;
    this.#onRefused = onRefused;
  }

  /** The body of a 200. */
  async text(path: string, query: RequestQuery): Promise<Read<string>> {
    const reply = await this.#get(path, query);
    return reply.kind === 'answered' && reply.status === 200
      ? { kind: 'read', value: reply.body }
      : failed(path, reply);
  }

  /** The body of a 200, or null when the exchange does not know what is asked for. */
  async textIfKnown(path: string, query: RequestQuery): Promise<Read<string | null>> {
    const reply = await this.#get(path, query);
    if (reply.kind === 'answered' && reply.status === 404) return { kind: 'read', value: null };
    return reply.kind === 'answered' && reply.status === 200
      ? { kind: 'read', value: reply.body }
      : failed(path, reply);
  }

  /** The body of the first answer, of whatever code. */
  async textOfAnyCode(
    path: string,
    query: RequestQuery,
  ): Promise<Read<{ readonly status: number; readonly body: string }>> {
    const reply = await this.#get(path, query, ({ kind }) => kind === 'failed');
    return reply.kind === 'answered' ? { kind: 'read', value: reply } : failed(path, reply);
  }

  /**
   * All pages of a list as one. A cursor that was seen before, and a list that begins again (the exchange answers a
   * cursor it does not know with its first page and 200), end as unavailable: half a list is none. A row that two pages
   * show, because others came in between, is there once.
   */
  async pages<Row>(list: PagedList<Row>): Promise<Read<readonly Row[]>> {
    const { path, query, limit, decode } = list;
    const rows = new Map<string, Row>();
    const cursors = new Set<string>();
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const read = await this.text(path, {
        ...query,
        limit: String(limit),
        ...(cursor !== null && { cursor }),
      });
      if (read.kind === 'unavailable') return read;
      const decoded = decode(read.value);
      if (decoded.kind === 'refused') return refused(decoded);
      for (const { detail } of decoded.refused ?? []) this.#onRefused(`${path}: ${detail}`);
      const first = rows.keys().next();
      const ids = decoded.rows.map((row) => list.idOf(row));
      if (
        page > 0 &&
        ids.length > 0 &&
        (beginsAgain(first, ids) || ids.every((id) => rows.has(id)))
      )
        return {
          kind: 'unavailable',
          reason: `${path}: the list begins again at page ${page + 1}`,
        };
      // What is read later is newer.
      for (const row of decoded.rows) rows.set(list.idOf(row), row);
      cursor = decoded.cursor;
      if (cursor === null) return { kind: 'read', value: [...rows.values()] };
      if (cursors.has(cursor))
        return { kind: 'unavailable', reason: `${path}: the cursor repeats` };
      cursors.add(cursor);
    }
    return { kind: 'unavailable', reason: `${path}: more than ${MAX_PAGES} pages` };
  }

  /** A list without pages. */
  async whole<Row>(
    path: string,
    query: RequestQuery,
    decode: (text: string) =>
      | {
          readonly kind: 'page';
          readonly rows: readonly Row[];
          readonly refused: readonly FrameRefusal[];
        }
      | FrameRefusal,
  ): Promise<Read<readonly Row[]>> {
    const read = await this.text(path, query);
    if (read.kind === 'unavailable') return read;
    const decoded = decode(read.value);
    if (decoded.kind === 'refused') return refused(decoded);
    for (const { detail } of decoded.refused) this.#onRefused(`${path}: ${detail}`);
    return { kind: 'read', value: decoded.rows };
  }

  /** One object by name; null when the exchange does not know it. */
  async single<Row>(
    path: string,
    decode: (text: string) => Single<Row>,
  ): Promise<Read<Row | null>> {
    const read = await this.textIfKnown(path, {});
    if (read.kind === 'unavailable') return read;
    if (read.value === null) return { kind: 'read', value: null };
    const decoded = decode(read.value);
    return decoded.kind === 'refused' ? refused(decoded) : { kind: 'read', value: decoded.row };
  }

  async #get(path: string, query: RequestQuery, again = isRetryable): Promise<HttpReply> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#transport.request({ method: 'GET', path, query, body: null });
      if (attempt >= READ_ATTEMPTS || !again(reply)) return reply;
      const mostMs = Math.min(MOST_WAIT_MS, BASE_WAIT_MS * 2 ** (attempt - 1));
      await this.#waits.sleep(Math.floor(this.#waits.random() * mostMs));
    }
  }
}

/** A refusal of the wire as the failure of a read. */
export function refused(refusal: FrameRefusal): Extract<Read<never>, { kind: 'unavailable' }> {
  return { kind: 'unavailable', reason: `${refusal.code}: ${refusal.detail}` };
}

function isRetryable(reply: HttpReply): boolean {
  return reply.kind === 'failed' || reply.status === 408 || reply.status >= 500;
}

function failed(path: string, reply: HttpReply): Extract<Read<never>, { kind: 'unavailable' }> {
  const reason = reply.kind === 'failed' ? reply.cause : `HTTP ${reply.status}`;
  return { kind: 'unavailable', reason: `${path}: ${reason}` };
}

function beginsAgain(first: IteratorResult<string>, ids: readonly string[]): boolean {
  return first.done !== true && ids.includes(first.value);
}
