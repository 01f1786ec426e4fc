import {
  parsePrivateKey,
  requestSigner,
  type SigningKey,
} from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { FAIRLINE_VERSION } from '../../shared/contracts/fairline-version.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { CHECKS } from './check-list.ts';
import type { Check, CheckNeed } from './check.ts';
import { conformanceReport, type ConformanceReport } from './conformance-report.ts';
import type { OwnWorld } from './own-world.ts';
import { PACE_MS, pacedAsk, type ProbedExchange } from './probed-exchange.ts';
import { ProbedMarkets } from './probed-markets.ts';
import { ProbedStream } from './probed-stream.ts';
import { runChecks, type CheckResult } from './run-checks.ts';
import { SafeOrders } from './safe-orders.ts';

export type ConformanceEnvironment = 'demo' | 'sim' | 'prod';

export type ConformanceOptions = {
  readonly environment: ConformanceEnvironment;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly key: SigningKey;
  /** A key of the other kind, where there is one. */
  readonly otherKey?: SigningKey;
  readonly allowed: ReadonlySet<CheckNeed>;
  readonly checks?: readonly Check[];
  readonly timers: Pick<Timers, 'nowMs' | 'sleep'>;
  /** Where we are the operator too. */
  readonly world?: OwnWorld;
  readonly onResult?: (result: CheckResult) => void;
};

/** The exchange cannot be reached, or does not take the key. The message says what to do. */
export class ConformanceProblem extends Error {
  override readonly name = 'ConformanceProblem';
}

const TIMEOUT_MS = 10_000;

/**
 * Makes the checks at an exchange and says what was seen. Whatever was placed is cancelled, also when a check fails.
 * Throws `ConformanceProblem` when the exchange is not there or lets nobody in, and `UnusableKey`.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { environment, restUrl, timers, checks = CHECKS } = options;
  const transports: SignedHttpTransport[] = [];
  const askWith = (key: SigningKey): ProbedExchange['ask'] => {
    const transport = new SignedHttpTransport({
      restUrl,
      signer: requestSigner(key),
      nowMs: () => timers.nowMs(),
      timeoutMs: TIMEOUT_MS,
    });
    transports.push(transport);
    return pacedAsk(transport, timers, environment === 'sim' ? 0 : PACE_MS);
  };
  try {
    const ask = askWith(options.key);
    await expectLetIn(ask, restUrl);
    const orders = new SafeOrders(ask, timers, options.allowed.has('orders'));
    const exchange: ProbedExchange = {
      ask,
      askWithOtherKey: options.otherKey === undefined ? null : askWith(options.otherKey),
      keyKind: kindOf(options.key),
      openStream: () =>
        ProbedStream.open(options.wsUrl, requestSigner(options.key), timers.nowMs()),
      orders,
      markets: new ProbedMarkets(ask, () => timers.nowMs()),
      timers,
      world: options.world ?? null,
    };
    const results = await runChecks(checks, exchange, options);
    return conformanceReport(
      {
        environment,
        exchange: new URL(restUrl).host,
        dateUtc: new Date(timers.nowMs()).toISOString().slice(0, 10),
        fairline: FAIRLINE_VERSION,
        ordersSent: orders.sent,
        leftBehind: await orders.cancelAll(),
      },
      results,
    );
  } finally {
    for (const transport of transports) transport.close();
  }
}

async function expectLetIn(ask: ProbedExchange['ask'], restUrl: string): Promise<void> {
  const { host } = new URL(restUrl);
  const answer = await ask({ method: 'GET', path: '/portfolio/balance' }).catch(() => null);
  if (answer === null)
    throw new ConformanceProblem(
      `${host} does not answer. Look at the address, and whether this machine may reach it.`,
    );
  if (answer.status === 401 || answer.status === 403)
    throw new ConformanceProblem(
      `${host} refuses the key (HTTP ${answer.status}). It must be a key of this environment that may read, and this machine's clock must be right.`,
    );
}

function kindOf({ privateKeyPem }: SigningKey): 'rsa' | 'ed25519' {
  return parsePrivateKey(privateKeyPem, 'the key').asymmetricKeyType === 'ed25519'
    ? 'ed25519'
    : 'rsa';
}
