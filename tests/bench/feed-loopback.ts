import { setTimeout as sleep } from 'node:timers/promises';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { BusyCrowd } from '../../local/venues/busy-crowd.ts';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aMarket } from '../support/trade-builders.ts';
import { ACCOUNTS_OF_US, RSA_KEY } from '../support/venue-client.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const MARKETS = 200;
const RATE = 500;
const DROPS = 40;
const QUICK_DROPS = 12;
const SETTLED_MS = 250;
const DAY_MS = 86_400_000;
const PATIENCE_MS = 10_000;

/**
 * How old books are when they are used, and how long the client is away after its connection was dropped, until every
 * subscription is acknowledged and every book is there again. Loopback, both ends in this process, the client's own
 * backoff.
 */
export async function benchFeedLoopback({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const exchange = new SimExchange({ rng: seededRng(1) });
  const nowMs = timers.nowMs();
  const markets = Array.from({ length: MARKETS }, (_, n) =>
    aMarket({
      ticker: `KXFEED-${n}`,
      eventTicker: `KXFEED-E${n}`,
      openTimeMs: nowMs - DAY_MS,
      closeTimeMs: nowMs + DAY_MS,
    }),
  );
  for (const market of markets) exchange.addMarket(market, nowMs);
  const server = await startExchangeServer({ exchange, accounts: ACCOUNTS_OF_US, timers, port: 0 });
  const crowd = new BusyCrowd({ exchange, markets, rng: seededRng(2), timers, rate: RATE });
  crowd.begin();
  const ages: number[] = [];
  const away: number[] = [];
  const handshakes: number[] = [];
  let droppedMs = 0;
  let books = new Set<string>();
  let whole = Promise.withResolvers<void>();
  const stream = new KalshiMarketStream({
    wsUrl: server.wsUrl,
    signer: requestSigner(RSA_KEY),
    timers,
    random: Math.random,
    maxFrameBytes: 16_000_000,
  });
  stream.open(
    markets.map(({ ticker }) => ticker),
    {
      onConnected: () => {
        if (droppedMs > 0) handshakes.push(performance.now() - droppedMs);
      },
      onDisconnected: () => {
        books = new Set();
      },
      onRefused: () => {},
      onFrame: () => {},
      onSubscribed: () => {},
      onMarkets: () => {},
      onLost: () => {},
      onEvent: (event, receivedMs) => {
        if (event.kind === 'book_delta') ages.push(receivedMs - event.delta.exchangeTimeMs);
        if (event.kind !== 'book_snapshot') return;
        books.add(event.snapshot.market);
        if (books.size < MARKETS) return;
        if (droppedMs > 0) away.push(performance.now() - droppedMs);
        droppedMs = 0;
        whole.resolve();
      },
    },
  );
  await whole.promise;
  const drops = quick ? QUICK_DROPS : DROPS;
  for (let drop = 0; drop < drops; drop += 1) {
    await sleep(SETTLED_MS);
    whole = Promise.withResolvers();
    droppedMs = performance.now();
    server.dropStreams();
    const late = new AbortController();
    const isBack = await Promise.race([
      whole.promise.then(() => true),
      sleep(PATIENCE_MS, false, { signal: late.signal }),
    ]);
    invariant(isBack, 'the client comes back');
    late.abort();
  }
  crowd.close();
  await stream.close();
  await server.close();
  timers.close();
  const conditions = `${MARKETS} markets, ${RATE} orders a second; ${drops} drops`;
  return [
    row('feed: age of a delta, p50', quantile(ages, 0.5), {
      note: `${ages.length} deltas, in whole milliseconds; ${conditions}`,
    }),
    row('feed: age of a delta, p95', quantile(ages, 0.95), { note: 'the same' }),
    row('feed: reconnected after a drop, p50', quantile(away, 0.5), {
      note: `until all ${MARKETS} books are there again; ${conditions}`,
      atMost: 5_000,
    }),
    row('feed: reconnected after a drop, p95', quantile(away, 0.95), {
      note: `the connection itself: p95 ${rounded(quantile(handshakes, 0.95))} ms, of which up to 250 ms are the drawn wait`,
      atMost: 5_000,
    }),
  ];
}

function row(
  name: string,
  value: number,
  { note, atMost }: { readonly note: string; readonly atMost?: number },
): BenchRow {
  return {
    name,
    value: rounded(value),
    unit: 'ms',
    note,
    ...(atMost !== undefined && { aim: { atMost } }),
  };
}
