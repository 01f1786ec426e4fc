import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { requestSigner, type SigningKey } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { price } from '../../shared/domain/money/price.ts';
import { ED25519_KEY, RSA_KEY } from '../support/venue-client.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { startChild, textOf } from './child.ts';
import { quantile, rounded } from './measure.ts';

const CONNECTIONS = 8;
const ORDERS = 6_000;
const QUICK_ORDERS = 1_500;
const WARM_UP = 500;
const MARKETS = 20;

/**
 * Signed orders a second over HTTP, from the call to the checked answer, with the simulated exchange in a process of its
 * own: keep-alive, several connections, each with one order under way.
 */
export async function benchHttpOrders({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const orders = quick ? QUICK_ORDERS : ORDERS;
  const child = startChild('exchange-process.ts');
  await child.hear();
  child.say({ keys: [RSA_KEY, ED25519_KEY], markets: MARKETS });
  const restUrl = textOf(await child.hear(), 'restUrl');
  try {
    const ed25519 = await measured(restUrl, { key: ED25519_KEY, orders });
    const rsa = await measured(restUrl, { key: RSA_KEY, orders });
    return [...rowsOf('Ed25519', ed25519), ...rowsOf('RSA', rsa)];
  } finally {
    await child.end();
  }
}

type Measured = { readonly perSecond: number; readonly times: readonly number[] };

function rowsOf(key: string, { perSecond, times }: Measured): readonly BenchRow[] {
  const note = `${times.length} orders on ${CONNECTIONS} connections, signed here and verified there, matched and booked; two processes`;
  return [
    { name: `http: orders a second, ${key}`, value: rounded(perSecond), unit: 'orders/s', note },
    {
      name: `http: order to its answer, ${key}, p50`,
      value: rounded(quantile(times, 0.5)),
      unit: 'ms',
      note: `${CONNECTIONS} at a time`,
    },
    {
      name: `http: order to its answer, ${key}, p95`,
      value: rounded(quantile(times, 0.95)),
      unit: 'ms',
      note: 'the same',
    },
  ];
}

async function measured(
  restUrl: string,
  { key, orders }: { readonly key: SigningKey; readonly orders: number },
): Promise<Measured> {
  const transport = new SignedHttpTransport({
    restUrl,
    signer: requestSigner(key),
    nowMs: () => Date.now(),
    timeoutMs: 5_000,
  });
  const client = new KalshiExchange(transport);
  let sent = 0;
  const times: number[] = [];
  const send = async (until: number): Promise<void> => {
    while (sent < until) {
      sent += 1;
      const startedMs = performance.now();
      const outcome = await client.submit({
        clientOrderId: `${key.keyId}-${sent}`,
        market: `KXBENCH-${sent % MARKETS}`,
        exchangeIndex: 0,
        bookSide: sent % 2 === 0 ? 'bid' : 'ask',
        limitPrice: price(5_200),
        count: contracts(100),
        reduceOnly: false,
        selfTrade: 'cancel_taker',
        orderGroupId: null,
      });
      times.push(performance.now() - startedMs);
      invariant(outcome.kind === 'accepted', `an order is accepted, not ${outcome.kind}`);
    }
  };
  const all = (until: number) =>
    Promise.all(Array.from({ length: CONNECTIONS }, () => send(until)));
  await all(WARM_UP);
  times.length = 0;
  const startedMs = performance.now();
  await all(WARM_UP + orders);
  const seconds = (performance.now() - startedMs) / 1_000;
  transport.close();
  return { perSecond: orders / seconds, times };
}
