import type { ExchangeOrderId } from '../../domain/execution/intent.ts';
import type { SubmitOutcome } from '../../domain/execution/outcome.ts';
import type { EpochMs, MarketTicker } from '../../domain/market/market.ts';
import type { CancelOutcome, ListedOrder, Read } from '../../ports/exchange.ts';
import type {
  Amendment,
  CancelAllOutcome,
  ChangeOutcome,
  OrderAddress,
  QueuePosition,
  QuoteRequest,
  QuotingExchange,
} from '../../ports/quoting.ts';
import { BASIC_BATCH, inBatches, type BatchRoom } from './batch-room.ts';
import { cancelledItems, placedItems } from './batch-outcomes.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import { NO_WAITS, PagedReads, refused, type ReadWaits } from './paged-reads.ts';
import { encodeBatchCancel, encodeBatchCreate } from './wire/order-batches.ts';
import { decodeChangedOrder, encodeAmendOrder, encodeDecreaseOrder } from './wire/order-changes.ts';
import { decodeCancelResponse, decodeQuoteResponse, encodeQuote } from './wire/orders.ts';
import { decodeOrder, decodeOrdersPage } from './wire/portfolio.ts';
import { decodeQueuePositions } from './wire/queue-positions.ts';
import { writeReply } from './write-outcome.ts';

const ORDERS = '/portfolio/events/orders';
/** A cancel-all also reaches what arrives within this after it (docs.kalshi.com, "Cancel All Orders"). */
export const AFTERSHOCK_MS = 60_000;
const PAGE_LIMIT = 1_000;
/** Tickers of one request for places in the queue; more would make its address too long. */
const MARKETS_AT_ONCE = 50;

export type KalshiQuotingOptions = {
  readonly transport: HttpTransport;
  /** From when the aftershock of a cancel-all is counted. */
  readonly nowMs: () => EpochMs;
  /** How many orders one batch may hold now; what the lowest tier allows when it is left out. */
  readonly batchRoom?: () => BatchRoom;
  readonly waits?: ReadWaits;
};

/**
 * Kalshi's resting orders behind the quoting port. A write is sent once, and its outcome is what the answer proves: an
 * answer that names another order, or that cannot be read, proves nothing.
 */
export class KalshiQuoting implements QuotingExchange {
  readonly #transport: HttpTransport;
  readonly #reads: PagedReads;
  readonly #nowMs: () => EpochMs;
  readonly #batchRoom: () => BatchRoom;

  constructor({ transport, nowMs, batchRoom, waits }: KalshiQuotingOptions) {
    this.#transport = transport;
    this.#reads = new PagedReads(transport, waits ?? NO_WAITS);
    this.#nowMs = nowMs;
    this.#batchRoom = batchRoom ?? (() => BASIC_BATCH);
  }

  async quote(request: QuoteRequest): Promise<SubmitOutcome> {
    const reply = await this.#write('POST', ORDERS, encodeQuote(request));
    return reply.kind === 'failed'
      ? { kind: 'unknown', cause: reply.cause }
      : decodeQuoteResponse({ status: reply.status, body: reply.body, request });
  }

  /** Batches no larger than the write bucket holds; one alone is no batch, and draws from its own shard's bucket. */
  async quoteMany(requests: readonly QuoteRequest[]): Promise<readonly SubmitOutcome[]> {
    const batches = inBatches(requests, this.#batchRoom().creates);
    const placed = await Promise.all(batches.map((batch) => this.#quoteBatch(batch)));
    return placed.flat();
  }

  async amend(amendment: Amendment): Promise<ChangeOutcome> {
    const { market, bookSide, limitPrice, count, exchangeIndex, expiresAtMs } = amendment;
    const body = encodeAmendOrder({
      market,
      bookSide,
      limitPrice,
      count,
      exchangeIndex,
      clientOrderId: null,
      updatedClientOrderId: null,
      expiry: expiresAtMs === null ? { kind: 'keep' } : { kind: 'at', atMs: expiresAtMs },
    });
    return this.#change(amendment, 'amend', body);
  }

  decrease(
    order: OrderAddress,
    change: Parameters<QuotingExchange['decrease']>[1],
  ): Promise<ChangeOutcome> {
    const { market, exchangeIndex } = order;
    const body = encodeDecreaseOrder({ decrease: change, exchangeIndex, market });
    return this.#change(order, 'decrease', body);
  }

  async cancelMany(orders: readonly OrderAddress[]): Promise<readonly CancelOutcome[]> {
    const batches = inBatches(orders, this.#batchRoom().cancels);
    const gone = await Promise.all(batches.map((batch) => this.#cancelBatch(batch)));
    return gone.flat();
  }

  async cancelAll(): Promise<CancelAllOutcome> {
    const written = writeReply(await this.#write('DELETE', ORDERS, null));
    const aftershockUntilMs = this.#nowMs() + AFTERSHOCK_MS;
    switch (written.kind) {
      case 'success':
        return { kind: 'done', aftershockUntilMs };
      case 'rejected':
        return { kind: 'rejected', code: written.code, message: written.message };
      case 'unknown':
        return { ...written, aftershockUntilMs };
    }
  }

  async order(exchangeOrderId: ExchangeOrderId): Promise<Read<ListedOrder | null>> {
    const path = `/portfolio/orders/${encodeURIComponent(exchangeOrderId)}`;
    const read = await this.#reads.textIfKnown(path, {});
    if (read.kind === 'unavailable') return read;
    if (read.value === null) return { kind: 'read', value: null };
    const decoded = decodeOrder(read.value);
    if (decoded.kind === 'refused') return refused(decoded);
    return decoded.order.exchangeOrderId === exchangeOrderId
      ? { kind: 'read', value: decoded.order }
      : { kind: 'unavailable', reason: `${path}: the answer is about another order` };
  }

  resting(): Promise<Read<readonly ListedOrder[]>> {
    return this.#reads.pages({
      path: '/portfolio/orders',
      query: { status: 'resting' },
      limit: PAGE_LIMIT,
      decode: decodeOrdersPage,
      idOf: (order) => order.exchangeOrderId,
    });
  }

  async queuePositions(markets: readonly MarketTicker[]): Promise<Read<readonly QueuePosition[]>> {
    const positions: QueuePosition[] = [];
    for (const batch of inBatches(markets, MARKETS_AT_ONCE)) {
      const query = { market_tickers: batch.join(',') };
      const read = await this.#reads.text('/portfolio/orders/queue_positions', query);
      if (read.kind === 'unavailable') return read;
      const decoded = decodeQueuePositions(read.value);
      if (decoded.kind === 'refused') return refused(decoded);
      positions.push(...decoded.positions);
    }
    return { kind: 'read', value: positions };
  }

  async #quoteBatch(batch: readonly QuoteRequest[]): Promise<readonly SubmitOutcome[]> {
    const [only, ...others] = batch;
    if (only !== undefined && others.length === 0) return [await this.quote(only)];
    const body = encodeBatchCreate(batch.map(encodeQuote));
    return placedItems(batch, writeReply(await this.#write('POST', `${ORDERS}/batched`, body)));
  }

  async #cancelBatch(batch: readonly OrderAddress[]): Promise<readonly CancelOutcome[]> {
    const [only, ...others] = batch;
    if (only !== undefined && others.length === 0) return [await this.#cancelOne(only)];
    const body = encodeBatchCancel(
      batch.map(({ exchangeOrderId: orderId, exchangeIndex, market }) => ({
        orderId,
        exchangeIndex,
        market,
      })),
    );
    return cancelledItems(
      batch,
      writeReply(await this.#write('DELETE', `${ORDERS}/batched`, body)),
    );
  }

  async #cancelOne({
    exchangeOrderId,
    market,
    exchangeIndex,
  }: OrderAddress): Promise<CancelOutcome> {
    const reply = await this.#transport.request({
      method: 'DELETE',
      path: pathOf(exchangeOrderId),
      query: { market_ticker: market, exchange_index: String(exchangeIndex) },
      body: null,
    });
    return reply.kind === 'failed'
      ? { kind: 'unknown' }
      : decodeCancelResponse({ status: reply.status, body: reply.body, exchangeOrderId });
  }

  async #change(
    { exchangeOrderId }: OrderAddress,
    act: 'amend' | 'decrease',
    body: string,
  ): Promise<ChangeOutcome> {
    const reply = await this.#write('POST', `${pathOf(exchangeOrderId)}/${act}`, body);
    const written = writeReply(reply);
    if (written.kind === 'unknown') return written;
    if (written.kind === 'rejected')
      return written.status === 404
        ? { kind: 'not_found' }
        : { kind: 'rejected', code: written.code, message: written.message };
    if (written.body.trim() === '') return { kind: 'unknown', cause: 'empty_success' };
    const read = decodeChangedOrder(written.body);
    if (read.kind === 'refused') return { kind: 'unknown', cause: 'unreadable_success' };
    if (read.exchangeOrderId !== exchangeOrderId)
      return { kind: 'unknown', cause: 'mismatched_success' };
    const { filled, remaining, exchangeTimeMs } = read;
    return { kind: 'changed', filled, remaining, exchangeTimeMs };
  }

  #write(method: HttpRequest['method'], path: string, body: string | null): Promise<HttpReply> {
    return this.#transport.request({ method, path, query: {}, body });
  }
}

function pathOf(exchangeOrderId: ExchangeOrderId): string {
  return `${ORDERS}/${encodeURIComponent(exchangeOrderId)}`;
}
