import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { RateLimitedTransport } from '../../shared/adapters/kalshi/rate-limited-transport.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { encodeAccountLimits } from '../../shared/adapters/kalshi/wire/account-limits-encode.ts';
import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { answerRest } from '../../shared/simulator/exchange/rest-router.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aMarket, NOON } from '../support/trade-builders.ts';
import { RSA_KEY } from '../support/venue-client.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const ORDERS = 3_000;
const PAGES = 60;
const PLENTY = { refillPerS: 9_000_000, capacity: 9_000_000 };
const AIM_MS = 100;

/**
 * What a request costs in our own process, with the network and the exchange taken out: encoding, tokens, an RSA
 * signature, and reading and checking the answer. An order, and the largest page of a list.
 */
export async function benchClientTime(): Promise<readonly BenchRow[]> {
  const exchange = new SimExchange({ rng: seededRng(1), readLag: { minMs: 0, maxMs: 0 } });
  exchange.addMarket(aMarket(), NOON);
  exchange.deposit('us', 0, money(10_000_000 * MICROS_PER_DOLLAR));
  const network = new TimedNetwork(exchange);
  const client = new KalshiExchange(await limited(network));
  const submits: number[] = [];
  for (let n = 0; n < ORDERS; n += 1) {
    const startedMs = performance.now();
    const outcome = await client.submit({
      clientOrderId: `bench-${n}`,
      market: aMarket().ticker,
      exchangeIndex: 0,
      bookSide: 'bid',
      limitPrice: price(5_200),
      count: contracts(100),
      reduceOnly: false,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
    });
    submits.push(performance.now() - startedMs - network.takeMs());
    invariant(outcome.kind === 'accepted', `an order is accepted, not ${outcome.kind}`);
  }
  const pages: number[] = [];
  for (let n = 0; n < PAGES; n += 1) {
    const startedMs = performance.now();
    const read = await client.orders({ sinceMs: NOON });
    const elapsedMs = performance.now() - startedMs - network.takeMs();
    invariant(read.kind === 'read' && read.value.length === ORDERS, 'all orders are listed');
    pages.push(elapsedMs / (ORDERS / 1_000));
  }
  return [
    row('one order, p50', quantile(submits, 0.5), `${ORDERS} orders; mostly the RSA signature`),
    row('one order, p99', quantile(submits, 0.99), 'the same'),
    row('a page of 1,000 orders, p50', quantile(pages, 0.5), `${PAGES} lists of ${ORDERS}`),
    row('a page of 1,000 orders, p99', quantile(pages, 0.99), 'the same'),
  ];
}

function row(what: string, value: number, note: string): BenchRow {
  return {
    name: `client time without the network: ${what}`,
    value: rounded(value),
    unit: 'ms',
    aim: { atMost: AIM_MS },
    note,
  };
}

/** The simulated exchange as a network that says how long it took, and signs as the real one does. */
class TimedNetwork implements HttpTransport {
  readonly #exchange: SimExchange;
  readonly #sign = requestSigner(RSA_KEY);
  #tookMs = 0;

  constructor(exchange: SimExchange) {
    this.#exchange = exchange;
  }

  request(request: HttpRequest): Promise<HttpReply> {
    const { method, path } = request;
    this.#sign({ method, path, nowMs: NOON });
    const startedMs = performance.now();
    const reply: HttpReply =
      path === '/account/limits'
        ? {
            kind: 'answered',
            status: 200,
            body: encodeAccountLimits({ tier: 'bench', read: PLENTY, write: PLENTY }),
          }
        : { kind: 'answered', ...answerRest(this.#exchange, 'us', request, NOON) };
    this.#tookMs += performance.now() - startedMs;
    return Promise.resolve(reply);
  }

  /** Milliseconds in the exchange since this was last asked. */
  takeMs(): number {
    const tookMs = this.#tookMs;
    this.#tookMs = 0;
    return tookMs;
  }
}

async function limited(inner: HttpTransport): Promise<HttpTransport> {
  const transport = new RateLimitedTransport({
    inner,
    budget: new MemoryTokenBudget(),
    alone: new MemoryTokenBudget(),
    clock: { nowMs: () => Date.now(), sleep: () => Promise.resolve() },
    random: Math.random,
    shared: true,
    count: () => {},
  });
  await transport.refresh();
  return transport;
}
