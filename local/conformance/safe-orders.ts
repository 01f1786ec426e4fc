import { randomUUID } from 'node:crypto';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { formatPrice, price, ONE_DOLLAR } from '../../shared/domain/money/price.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { NotNow } from './check.ts';
import type { ProbedMarket } from './probed-markets.ts';
import { listIn, textIn, type Answer, type Ask } from './probed-exchange.ts';

/** Orders that one run may send, refused ones included. */
export const MOST_ORDERS = 60;
/** What all of its orders together may cost in the worst case at one time, in 1e-4 dollars. */
export const MOST_AT_RISK = 3 * ONE_DOLLAR;
/** A resting order ends by itself after this, should we die. */
const RESTS_S = 60;
const ONE_CONTRACT = contracts(100);

/** What may be different from a post-only bid of one contract at one cent. */
export type OrderTerms = {
  readonly side?: 'bid' | 'ask';
  /** In 1e-4 dollars. */
  readonly price?: number;
  readonly clientOrderId?: string;
  /** Fields of the body to add or, with undefined, to leave out. */
  readonly fields?: Readonly<Record<string, unknown>>;
};

export type SentOrder = {
  readonly answer: Answer;
  /** Null when it was refused. */
  readonly orderId: string | null;
  readonly clientOrderId: string;
};

type Open = {
  readonly market: ProbedMarket;
  readonly clientOrderId: string;
  readonly risk: number;
};

const ORDERS = '/portfolio/events/orders';

/**
 * The only way in which checks send orders: one contract each, a bounded number, bounded money at risk, and every one
 * that was not refused is cancelled by `cancelAll`, also one of which no answer came. Without permission it sends
 * nothing.
 */
export class SafeOrders {
  readonly #ask: Ask;
  readonly #timers: Pick<Timers, 'nowMs' | 'sleep'>;
  readonly #allowed: boolean;
  readonly #open = new Map<string, Open>();
  /** Orders without a known id: looked for by their client order id. */
  readonly #lost: Open[] = [];
  #sent = 0;

  constructor(ask: Ask, timers: Pick<Timers, 'nowMs' | 'sleep'>, allowed: boolean) {
    this.#ask = ask;
    this.#timers = timers;
    this.#allowed = allowed;
  }

  get sent(): number {
    return this.#sent;
  }

  /** What rests, or may rest, of ours. */
  get standing(): number {
    return this.#open.size + this.#lost.length;
  }

  /** The body of an order as it would be sent. */
  body(market: ProbedMarket, terms: OrderTerms = {}): Readonly<Record<string, unknown>> {
    const { side = 'bid', price: at = 100, clientOrderId = randomUUID(), fields = {} } = terms;
    const body = {
      ticker: market.ticker,
      client_order_id: clientOrderId,
      side,
      count: '1.00',
      price: formatPrice(price(at)),
      time_in_force: 'good_till_canceled',
      expiration_time: Math.floor(this.#timers.nowMs() / 1_000) + RESTS_S,
      post_only: true,
      self_trade_prevention_type: 'taker_at_cross',
      cancel_order_on_pause: true,
      exchange_index: market.exchangeIndex,
      ...fields,
    };
    return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  }

  /** Sends one order. Throws `NotNow` beyond the bounds. */
  async send(market: ProbedMarket, terms: OrderTerms = {}): Promise<SentOrder> {
    const body = this.body(market, terms);
    const clientOrderId = textIn(body, 'client_order_id') ?? '';
    this.#admit([body]);
    const open: Open = { market, clientOrderId, risk: riskOf(body) };
    this.#lost.push(open);
    const answer = await this.#ask({ method: 'POST', path: ORDERS, body });
    this.#found(open);
    const orderId = answer.status === 201 ? textIn(answer.json, 'order_id') : null;
    if (orderId !== null) this.#open.set(orderId, open);
    else if (answer.status < 400 || answer.status >= 500) this.#lost.push(open);
    return { answer, orderId, clientOrderId };
  }

  /** One that must rest, or the check cannot be made. */
  async rest(
    market: ProbedMarket,
    terms: OrderTerms = {},
  ): Promise<SentOrder & { orderId: string }> {
    const sent = await this.send(market, terms);
    if (sent.orderId === null)
      throw new NotNow(
        `no order could be placed: HTTP ${sent.answer.status} ${sent.answer.text.slice(0, 120)}`,
      );
    return { ...sent, orderId: sent.orderId };
  }

  /** Several in one request; their orders are cancelled like those of `send`. */
  async sendBatch(market: ProbedMarket, terms: readonly OrderTerms[]): Promise<Answer> {
    const bodies = terms.map((one) => this.body(market, one));
    this.#admit(bodies);
    const opens = bodies.map((body): Open => ({
      market,
      clientOrderId: textIn(body, 'client_order_id') ?? '',
      risk: riskOf(body),
    }));
    this.#lost.push(...opens);
    const answer = await this.#ask({
      method: 'POST',
      path: `${ORDERS}/batched`,
      body: { orders: bodies },
    });
    for (const item of listIn(answer.json, 'orders')) {
      const orderId = textIn(item, 'order_id');
      const open = opens.find((one) => one.clientOrderId === textIn(item, 'client_order_id'));
      if (orderId === null || open === undefined) continue;
      this.#found(open);
      this.#open.set(orderId, open);
    }
    return answer;
  }

  /** A cancel, answered 404 when it rests no more. */
  async cancel(market: ProbedMarket, orderId: string): Promise<Answer> {
    const answer = await this.#ask({
      method: 'DELETE',
      path: `${ORDERS}/${encodeURIComponent(orderId)}`,
      query: { market_ticker: market.ticker, exchange_index: String(market.exchangeIndex) },
    });
    if (answer.status === 200 || answer.status === 404) this.#open.delete(orderId);
    return answer;
  }

  /** Takes away everything of ours; says how much could not be proved gone. */
  async cancelAll(): Promise<number> {
    for (const open of this.#lost.splice(0)) {
      const found = await this.#lookUp(open);
      if (found === null) this.#lost.push(open);
      else for (const orderId of found) this.#open.set(orderId, open);
    }
    for (const [orderId, { market }] of this.#open) {
      try {
        await this.cancel(market, orderId);
      } catch {
        // Looked at again at the end of the run; by itself it ends within a minute.
      }
    }
    return this.standing;
  }

  #admit(bodies: readonly Readonly<Record<string, unknown>>[]): void {
    if (!this.#allowed) throw new NotNow('it places an order: allow it with --yes-place-orders');
    if (this.#sent + bodies.length > MOST_ORDERS)
      throw new NotNow(`${MOST_ORDERS} orders have been sent: no more in one run`);
    const standing = [...this.#open.values(), ...this.#lost];
    const risk = [...standing.map((open) => open.risk), ...bodies.map(riskOf)].reduce(
      (sum, one) => sum + one,
      0,
    );
    if (risk > MOST_AT_RISK) throw new NotNow('more than $3 would be at risk at once');
    this.#sent += bodies.length;
  }

  #found(open: Open): void {
    const at = this.#lost.indexOf(open);
    if (at !== -1) this.#lost.splice(at, 1);
  }

  /** The ids of what rests under a client order id: one or none; null when it cannot be read. */
  async #lookUp({ market, clientOrderId }: Open): Promise<readonly string[] | null> {
    const query = { ticker: market.ticker, status: 'resting', limit: '200' };
    try {
      // Reads lag behind writes.
      await this.#timers.sleep(READ_LAG_MS);
      const { status, json } = await this.#ask({ method: 'GET', path: '/portfolio/orders', query });
      if (status !== 200) return null;
      return listIn(json, 'orders')
        .filter((row) => textIn(row, 'client_order_id') === clientOrderId)
        .map((row) => textIn(row, 'order_id'))
        .filter((orderId) => orderId !== null);
    } catch {
      return null;
    }
  }
}

const READ_LAG_MS = 600;

/** What an order may cost in the worst case, in 1e-4 dollars. */
function riskOf(body: Readonly<Record<string, unknown>>): number {
  invariant(body['count'] === '1.00' || body['count'] === undefined, 'one contract an order');
  const at = Number(body['price']) * ONE_DOLLAR;
  const each = body['side'] === 'ask' ? ONE_DOLLAR - at : at;
  return Number.isFinite(each) ? Math.ceil((each * ONE_CONTRACT) / 100) : ONE_DOLLAR;
}
