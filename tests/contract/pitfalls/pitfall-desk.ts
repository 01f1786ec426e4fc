import { expect } from 'vitest';
import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiQuoting } from '../../../shared/adapters/kalshi/kalshi-quoting.ts';
import { takeLease } from '../../../shared/application/feeder-lease.ts';
import { resolveOrders } from '../../../shared/application/resolve-orders.ts';
import { startAndRecover } from '../../../shared/application/start-and-recover.ts';
import { standingCauses } from '../../../shared/application/trading-causes.ts';
import type { TradingDeps } from '../../../shared/application/trading-deps.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import type { SimExchangeOptions } from '../../../shared/simulator/exchange/sim-exchange-options.ts';
import { SERIES } from '../../support/contract-worlds.ts';
import { DirectTransport } from '../../support/direct-transport.ts';
import { openDesk as openVenue, TICKER, type Desk } from '../../support/exchange-desk.ts';
import { closedDesk, type TradingDesk } from '../../support/trading-desk.ts';

export type Change = (reply: HttpReply, request: HttpRequest) => HttpReply;

/** The way to the exchange, which a test may cut or bend. */
export class BentTransport implements HttpTransport {
  readonly inner: DirectTransport;
  /** Nothing gets through: the exchange sees no request. */
  isCut = false;
  /** Whatever comes back is changed by this. */
  bend: Change = (reply) => reply;

  constructor(inner: DirectTransport) {
    this.inner = inner;
  }

  async request(request: HttpRequest): Promise<HttpReply> {
    if (this.isCut) return { kind: 'failed', cause: 'connection_reset' };
    return this.bend(await this.inner.request(request), request);
  }

  /** The next answer to such a request is changed once; the exchange acts all the same. */
  bendOnce(method: string, change: Change): void {
    const before = this.bend;
    this.bend = (reply, request) => {
      if (request.method !== method) return before(reply, request);
      this.bend = before;
      return change(reply, request);
    };
  }

  sent(method: string): readonly HttpRequest[] {
    return this.inner.requests.filter((request) => request.method === method);
  }
}

export type PitfallDesk = TradingDesk & {
  readonly venue: Desk;
  readonly transport: BentTransport;
  readonly kalshi: KalshiExchange;
  readonly quoting: KalshiQuoting;
  readonly market: string;
  /** Time passes for both sides; the feeder keeps its lease. */
  readonly pass: (ms: number) => Promise<void>;
  /** The exchange is asked about every order that is not over, after each of the waits. */
  readonly resolveAfter: (...waitsMs: readonly number[]) => Promise<void>;
  readonly causes: () => Promise<readonly string[]>;
};

export const READ_LAG = { minMs: 200, maxMs: 500 } as const;

/**
 * The order path of the system at the simulated exchange: real use cases, the real client, real lag of reads. $10,000,
 * and a book of 50 and 52.
 */
export async function openPitfallDesk(
  input: {
    readonly options?: Partial<SimExchangeOptions>;
    /** What is offered at 52 cents. */
    readonly offered?: string;
  } = {},
): Promise<PitfallDesk> {
  const venue = openVenue({
    dollars: 10_000,
    options: { rng: seededRng(5), readLag: READ_LAG, ...input.options },
  });
  venue.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  venue.accept('them', { side: 'ask', price: '0.5200', count: input.offered ?? '100.00' });
  const transport = new BentTransport(new DirectTransport(venue.exchange, 'us', venue.nowMs));
  const kalshi = new KalshiExchange(transport, () => SERIES);
  const trading = closedDesk();
  const deps: TradingDeps = { ...trading.deps, exchange: kalshi };
  const pass = async (ms: number): Promise<void> => {
    trading.clock.advance(ms);
    venue.wait(ms);
    expect(await takeLease(trading.store, 'feeder-1', venue.nowMs())).not.toBeNull();
  };
  await pass(1_000);
  expect(await startAndRecover(deps)).toEqual({ kind: 'open' });
  return {
    ...trading,
    deps,
    venue,
    transport,
    kalshi,
    quoting: new KalshiQuoting({ transport, nowMs: venue.nowMs }),
    market: TICKER,
    pass,
    resolveAfter: async (...waitsMs) => {
      for (const waitMs of waitsMs) {
        await pass(waitMs);
        await resolveOrders(deps);
      }
    },
    causes: async () => (await standingCauses(trading.store)).map(({ code }) => code),
  };
}

/** What the exchange itself knows that we hold, in 1e-2 contracts, YES positive. */
export function heldAtVenue({ venue }: PitfallDesk): number {
  return venue.exchange.floor.accounts.position('us', TICKER);
}

/** Orders of ours that the exchange ever took. */
export async function ordersAtVenue(desk: PitfallDesk): Promise<number> {
  await desk.pass(1_000);
  const orders = await desk.kalshi.orders({ sinceMs: 0 });
  if (orders.kind !== 'read') throw new Error(orders.reason);
  return orders.value.length;
}

/** Another body in place of an answered one. */
export function withBody(reply: HttpReply, change: (body: string) => string): HttpReply {
  return reply.kind === 'failed' ? reply : { ...reply, body: change(reply.body) };
}
