import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { NewOrder } from '../../shared/simulator/exchange/sim-order.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aMarket } from '../support/trade-builders.ts';
import { ACCOUNTS_OF_US, ED25519_KEY, RSA_KEY } from '../support/venue-client.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const ROUNDS = 1_000;
const WARM_UP = 200;
const DAY_MS = 86_400_000;

/**
 * From the moment in which the exchange makes a frame to the moment in which the signed order is handed to the HTTP client,
 * over loopback with both ends in this process, beside the signature alone, which is most of it. No decision is in
 * between: that is `decisions`.
 */
export async function benchSockets(): Promise<BenchRow[]> {
  const rsa = await tickToOrder(RSA_KEY);
  const ed25519 = await tickToOrder(ED25519_KEY);
  const note = `${ROUNDS} book deltas over a WebSocket, each followed by one order; both ends in this process`;
  return [
    row('sockets: tick to signed order, RSA, p50', quantile(rsa.tick, 0.5), note),
    row('sockets: tick to signed order, RSA, p99', quantile(rsa.tick, 0.99), note),
    row('sockets: bare RSA-2048 signature, p50', quantile(rsa.sign, 0.5), 'taken in between'),
    row('sockets: bare RSA-2048 signature, p99', quantile(rsa.sign, 0.99), 'taken in between'),
    row('sockets: tick to signed order, Ed25519, p50', quantile(ed25519.tick, 0.5), note),
    row('sockets: tick to signed order, Ed25519, p99', quantile(ed25519.tick, 0.99), note),
    row('sockets: bare Ed25519 signature, p50', quantile(ed25519.sign, 0.5), 'taken in between'),
    row(
      'sockets: order to its answer, RSA, p50',
      quantile(rsa.answer, 0.5),
      'verified and matched',
    ),
  ];
}

function row(name: string, value: number, note: string): BenchRow {
  return { name, value: rounded(value), unit: 'ms', note };
}

type Times = {
  readonly tick: number[];
  readonly sign: number[];
  readonly answer: number[];
};

async function tickToOrder(key: typeof RSA_KEY): Promise<Times> {
  const times: Times = { tick: [], sign: [], answer: [] };
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const exchange = new SimExchange({ rng: seededRng(1) });
  const nowMs = timers.nowMs();
  const market = aMarket({ openTimeMs: nowMs - DAY_MS, closeTimeMs: nowMs + DAY_MS });
  exchange.deposit('us', 0, money(1_000_000_000_000));
  exchange.deposit('maker', 0, money(1_000_000_000_000));
  exchange.addMarket(market, nowMs);
  const server = await startExchangeServer({ exchange, accounts: ACCOUNTS_OF_US, timers, port: 0 });
  const signer = requestSigner(key);
  const transport = new SignedHttpTransport({
    restUrl: server.restUrl,
    signer,
    nowMs: () => timers.nowMs(),
    timeoutMs: 5_000,
  });
  const client = new KalshiExchange(transport);
  const stream = new KalshiMarketStream({
    wsUrl: server.wsUrl,
    signer,
    timers,
    random: () => 0.5,
    maxFrameBytes: 1_000_000,
  });
  let onDelta = ignore;
  await new Promise<void>((resolve) => {
    let subscribed = 0;
    stream.open([market.ticker], {
      onConnected: () => {},
      onDisconnected: () => {},
      onRefused: () => {},
      onFrame: () => {},
      onMarkets: () => {},
      onLost: () => {},
      onSubscribed: () => {
        subscribed += 1;
        if (subscribed === 4) resolve();
      },
      onEvent: (event) => {
        if (event.kind === 'book_delta' && event.delta.change > 0) onDelta();
      },
    });
  });
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const signedMs = performance.now();
    signer({
      method: 'POST',
      path: '/trade-api/v2/portfolio/events/orders',
      nowMs: timers.nowMs(),
    });
    const signMs = performance.now() - signedMs;
    const { tickMs, answerMs } = await new Promise<{ tickMs: number; answerMs: number }>(
      (resolve) => {
        const toldMs = performance.now();
        onDelta = () => {
          onDelta = ignore;
          const answered = client.submit({
            clientOrderId: `bench-${key.keyId}-${round}`,
            market: market.ticker,
            exchangeIndex: 0,
            bookSide: 'bid',
            limitPrice: price(5_200),
            count: contracts(100),
            reduceOnly: false,
            selfTrade: 'cancel_taker',
            orderGroupId: null,
          });
          // Signed and handed to the HTTP client before the call returns; it writes in the same turn.
          const sentMs = performance.now();
          void answered.then(() =>
            resolve({ tickMs: sentMs - toldMs, answerMs: performance.now() - sentMs }),
          );
        };
        exchange.place('maker', askOf(market.ticker), timers.nowMs());
      },
    );
    if (round < 0) continue;
    times.sign.push(signMs);
    times.tick.push(tickMs);
    times.answer.push(answerMs);
  }
  await stream.close();
  transport.close();
  await server.close();
  timers.close();
  return times;
}

const askOf = (market: string): NewOrder => ({
  clientOrderId: null,
  market,
  side: 'ask',
  price: price(5_200),
  count: contracts(100),
  timeInForce: 'good_till_canceled',
  postOnly: false,
  reduceOnly: false,
  selfTradePrevention: 'taker_at_cross',
  expiresAtMs: null,
  cancelOnPause: false,
  orderGroupId: null,
});

/** Deltas that are not the one that is waited for. */
function ignore(): void {}
