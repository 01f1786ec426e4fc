import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaHandler } from '../../local/cloud/functions.ts';
import type { HttpAnswer } from '../../shared/adapters/kalshi/wire/orders.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { price } from '../../shared/domain/money/price.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { SimOrder } from '../../shared/simulator/exchange/sim-order.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { BenchRow } from './bench-row.ts';
import { CROWD, type DeskMarket, type EmbeddedDesk } from './embedded-desk.ts';
import { quantile, rounded } from './measure.ts';

const ORDERS = 200;
const BUSY_ORDERS = 50;
const WARM_UP = 20;
const GIVE_UP_MS = 5_000;
/** The rest of the markets only make noise. */
const TRADED_MARKETS = 20;
const NOISE_EVERY_MS = 5;
const CENT = 100;

/**
 * From the frame that leaves the exchange to the order that reaches it, through all that `npm start` runs: the feeder on
 * its socket, SQS over HTTP, the deployed functions, DynamoDB (dynoxide), the signed request. Orders come one after
 * another, each in another market than the one before. The ask that was worth it is withdrawn in the moment in which
 * the order arrives: nothing fills, so that every order finds the same room. In an account a queue adds its transport
 * (published for SQS and Lambda: p50 16 ms, p99 105 ms, twice), and DynamoDB and the exchange their distance.
 */
export async function measureOrders(
  desk: EmbeddedDesk,
  exchange: WithdrawingExchange,
  marks: Marks,
): Promise<readonly BenchRow[]> {
  for (const name of ['ticks', 'intents'] as const)
    desk.account.cloud.queue(name)?.onVisible(() => marks.set(`${name} visible`));
  quote(desk, exchange);
  await measured(desk, exchange, marks, WARM_UP);
  const alone = await measured(desk, exchange, marks, ORDERS);
  const noise = new Noise(desk, exchange);
  const busy = await measured(desk, exchange, marks, BUSY_ORDERS);
  return [...rowsOf(alone), ...busyRows(busy, noise.stop())];
}

function rowsOf(samples: readonly Sample[]): readonly BenchRow[] {
  const totals = samples.map(({ totalMs }) => totalMs);
  const whole = samples.flatMap(({ steps }) => (steps === null ? [] : [steps]));
  const note = `${samples.length} orders one after another; the aim is 100`;
  return [
    row('tick to order through the queues, p50', quantile(totals, 0.5), note),
    row('tick to order through the queues, p95', quantile(totals, 0.95), note),
    ...STEPS.map(({ name, what }, step) =>
      row(
        `tick to order: ${name}, p50`,
        quantile(
          whole.map((steps) => steps[step] ?? Number.NaN),
          0.5,
        ),
        what,
      ),
    ),
  ];
}

function busyRows(samples: readonly Sample[], noiseRate: number): readonly BenchRow[] {
  const totals = samples.map(({ totalMs }) => totalMs);
  const note = `${samples.length} orders while ${Math.round(noiseRate)} frames a second change other books`;
  return [
    row('tick to order through busy queues, p50', quantile(totals, 0.5), note),
    row('tick to order through busy queues, p95', quantile(totals, 0.95), note),
  ];
}

function row(name: string, value: number, note: string): BenchRow {
  return { name, value: rounded(value), unit: 'ms', note };
}

/** Where the time goes, from one mark to the next; the first begins with the frame. */
const STEPS = [
  { name: 'feeder', to: 'ticks visible', what: 'socket, join, up to 20 ms of linger, SQS send' },
  {
    name: 'queue and score',
    to: 'intents visible',
    what: 'poll, tick checked and scored, SQS send',
  },
  { name: 'queue to place-order', to: 'place-order', what: 'poll' },
  {
    name: 'store reads',
    to: 'write 1',
    what: 'ownership, account, causes, lease, headroom; decided',
  },
  { name: 'decision record', to: 'written 1', what: 'one transaction, chained by hash' },
  { name: 'reservation', to: 'written 2', what: 'one transaction with all conditions' },
  { name: 'sent mark', to: 'written 3', what: 'the last look, then one transaction' },
  { name: 'signature and HTTP', to: 'order', what: 'RSA-2048 signed, verified by the exchange' },
] as const;

type Sample = {
  readonly totalMs: number;
  /** One for each step; null where another writer's transaction came in between. */
  readonly steps: readonly number[] | null;
};

/** When what happened first, since the last frame. */
export class Marks {
  readonly #atMs = new Map<string, number>();
  #writes = 0;
  /** Called when place-order has come to its end. */
  onPlaced: () => void = () => {};
  readonly #onStart = (message: unknown): void => this.#onRequest(message, 'write');
  readonly #onFinish = (message: unknown): void => this.#onRequest(message, 'written');

  constructor() {
    subscribe('http.client.request.start', this.#onStart);
    subscribe('http.client.response.finish', this.#onFinish);
  }

  close(): void {
    unsubscribe('http.client.request.start', this.#onStart);
    unsubscribe('http.client.response.finish', this.#onFinish);
  }

  begin(): void {
    this.#atMs.clear();
    this.#writes = 0;
    this.set('frame');
  }

  set(name: string): void {
    if (!this.#atMs.has(name)) this.#atMs.set(name, performance.now());
  }

  beside(name: string, handler: LambdaHandler): LambdaHandler {
    if (name !== 'place-order') return handler;
    return async (event, context) => {
      this.set(name);
      try {
        return await handler(event, context);
      } finally {
        this.onPlaced();
      }
    };
  }

  sample(): Sample {
    const times = ['frame', ...STEPS.map(({ to }) => to)].map((name) => this.#atMs.get(name));
    const [first, last] = [times[0], times.at(-1)];
    invariant(first !== undefined && last !== undefined, 'an order follows its frame');
    const steps = times.slice(1).map((time, at) => (time ?? NaN) - (times[at] ?? NaN));
    return {
      totalMs: last - first,
      steps: this.#writes === 3 && steps.every((step) => step >= 0) ? steps : null,
    };
  }

  /** Transactions between the start of place-order and its order: its own, unless the feeder renews its lease. */
  #onRequest(message: unknown, mark: 'write' | 'written'): void {
    if (!this.#atMs.has('place-order') || this.#atMs.has('order')) return;
    if (!isTransaction(message)) return;
    if (mark === 'write') this.#writes += 1;
    this.set(`${mark} ${this.#writes}`);
  }
}

function isTransaction(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('request' in message)) return false;
  const { request } = message;
  return (
    request instanceof ClientRequest &&
    String(request.getHeader('x-amz-target')).endsWith('.TransactWriteItems')
  );
}

/** Notes the arrival of each order, and takes away before it what it has come for. */
export class WithdrawingExchange extends SimExchange {
  readonly #marks: Marks;
  #bait: SimOrder | null = null;

  constructor(marks: Marks) {
    super({ rng: seededRng(1) });
    this.#marks = marks;
  }

  /** Rests an order of the crowd. */
  rest(market: string, side: 'bid' | 'ask', cents: number, nowMs: number): SimOrder {
    const placement = this.place(
      CROWD,
      {
        clientOrderId: null,
        market,
        side,
        price: price(cents * CENT),
        count: contracts(10_000),
        timeInForce: 'good_till_canceled',
        postOnly: true,
        reduceOnly: false,
        selfTradePrevention: 'maker',
        expiresAtMs: null,
        cancelOnPause: false,
        orderGroupId: null,
      },
      nowMs,
    );
    invariant(placement.kind === 'placed', 'the crowd may rest where nobody bids or asks');
    return placement.order;
  }

  bait(order: SimOrder): void {
    this.#bait = order;
  }

  override submit(account: string, body: string, nowMs: number): HttpAnswer {
    this.#marks.set('order');
    if (this.#bait !== null) this.withdraw(this.#bait, nowMs);
    this.#bait = null;
    return super.submit(account, body, nowMs);
  }
}

/** Two sides far enough from what is fair that neither is worth an order. */
function quote({ markets, timers }: EmbeddedDesk, exchange: WithdrawingExchange): void {
  for (const { market, probability } of markets) {
    const cents = Math.round(probability * 100);
    exchange.rest(market.ticker, 'bid', cents - 25, timers.nowMs());
    exchange.rest(market.ticker, 'ask', cents + 5, timers.nowMs());
  }
}

async function measured(
  { markets, timers }: EmbeddedDesk,
  exchange: WithdrawingExchange,
  marks: Marks,
  count: number,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const rng = seededRng(count);
  for (let n = 0; n < count; n += 1) {
    const { market, probability } = wanted(markets[n % TRADED_MARKETS]);
    const { promise: placed, resolve } = Promise.withResolvers<boolean>();
    marks.onPlaced = () => resolve(true);
    marks.begin();
    const nowMs = timers.nowMs();
    exchange.bait(exchange.rest(market.ticker, 'ask', Math.round(probability * 100) - 18, nowMs));
    const patience = new AbortController();
    const late = sleep(GIVE_UP_MS, false, { signal: patience.signal });
    const isPlaced = await Promise.race([placed, late]);
    patience.abort();
    invariant(isPlaced, `an ask 18 cents under what is fair brings an order in ${market.ticker}`);
    samples.push(marks.sample());
    // Not in step with anything that repeats itself.
    await sleep(5 + rng.integer(20));
  }
  return samples;
}

function wanted(market: DeskMarket | undefined): DeskMarket {
  invariant(market !== undefined, 'a Sunday has enough markets');
  return market;
}

/** Best bids that come and go in markets that nobody trades. */
class Noise {
  readonly #startedMs = performance.now();
  #frames = 0;
  #isOver = false;

  constructor(desk: EmbeddedDesk, exchange: WithdrawingExchange) {
    void this.#make(desk, exchange);
  }

  /** Frames a second. */
  stop(): number {
    this.#isOver = true;
    return (this.#frames * 1_000) / (performance.now() - this.#startedMs);
  }

  async #make({ markets, timers }: EmbeddedDesk, exchange: WithdrawingExchange): Promise<void> {
    const rng = seededRng(5);
    const quiet = markets.slice(TRADED_MARKETS);
    while (!this.#isOver) {
      const { market, probability } = wanted(quiet[rng.integer(quiet.length)]);
      const cents = Math.round(probability * 100) - 20 + rng.integer(10);
      const order = exchange.rest(market.ticker, 'bid', cents, timers.nowMs());
      await sleep(NOISE_EVERY_MS);
      exchange.withdraw(order, timers.nowMs());
      this.#frames += 2;
    }
  }
}
