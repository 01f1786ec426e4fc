import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import { publicKeyOf } from '../../local/venues/venue-keys.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { aMarket } from '../support/trade-builders.ts';

// The simulated exchange behind its sockets, in a process of its own and without token buckets: what it can do is
// measured, not what it allows. Keys come from its parent, which signs with them.

const DAY_MS = 86_400_000;

const timers = new MachineTimers({
  onError: (error) => {
    throw error;
  },
});
process.once(
  'message',
  (told: {
    readonly keys: readonly { readonly keyId: string; readonly privateKeyPem: string }[];
    readonly markets: number;
  }) => {
    const nowMs = timers.nowMs();
    const exchange = new SimExchange({ rng: seededRng(1) });
    exchange.deposit('us', 0, money(1_000_000_000 * MICROS_PER_DOLLAR));
    for (let n = 0; n < told.markets; n += 1)
      exchange.addMarket(
        aMarket({
          ticker: `KXBENCH-${n}`,
          eventTicker: `KXBENCH-E${n}`,
          openTimeMs: nowMs - DAY_MS,
          closeTimeMs: nowMs + DAY_MS,
        }),
        nowMs,
      );
    const accounts = new Map(
      told.keys.map(({ keyId, privateKeyPem }) => [
        keyId,
        { account: 'us', publicKey: publicKeyOf(privateKeyPem) },
      ]),
    );
    void startExchangeServer({ exchange, accounts, timers, port: 0 }).then((server) => {
      process.send?.({ restUrl: server.restUrl, wsUrl: server.wsUrl });
      process.once('SIGTERM', () => {
        void server.close().then(() => process.exit(0));
      });
      return server;
    });
  },
);
process.send?.({ ready: 1 });
