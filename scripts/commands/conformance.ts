import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { venueAt } from '../../shared/contracts/environment/exchange-address.ts';
import type { CheckNeed } from '../../local/conformance/check.ts';
import type { ConformanceReport } from '../../local/conformance/conformance-report.ts';
import type {
  ConformanceEnvironment,
  ConformanceOptions as RunOptions,
} from '../../local/conformance/run-conformance.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { oneOf } from './one-of.ts';
import { UsageError } from '../usage-error.ts';
import type { Output } from '../terminal-view.ts';

export type ConformanceOptions = {
  readonly env: string;
  readonly rest?: string;
  readonly ws?: string;
  readonly keyId?: string;
  readonly key?: string;
  readonly only?: readonly string[];
  readonly yesPlaceOrders?: boolean;
  readonly out?: string;
  readonly json?: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

const ENVIRONMENTS = ['demo', 'sim', 'prod'] as const;
/** Kalshi: API Environments and Endpoints. */
const ADDRESSES = {
  demo: {
    rest: 'https://external-api.demo.kalshi.co/trade-api/v2',
    ws: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
  },
  prod: {
    rest: 'https://external-api.kalshi.com/trade-api/v2',
    ws: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
  },
} as const;
const VENUES = { demo: 'demo', sim: 'other', prod: 'real' } as const;

/**
 * `fairline conformance`: looks at what the exchange's documents leave open, prints what was seen and writes it to be
 * published. Resolves to the exit status: 0 when it ran, whatever it saw. Throws `UsageError`, `ConformanceProblem` and
 * `UnusableKey`.
 */
export async function runConformanceCommand(
  options: ConformanceOptions,
  { stdout, environment }: { readonly stdout: Output; readonly environment: Environment },
): Promise<number> {
  const env = oneOf('--env', options.env, ENVIRONMENTS);
  const allowed = allowedNeeds(env, options);
  const [conformance, { CHECKS }, { MachineTimers }] = await Promise.all([
    import('../../local/conformance/run-conformance.ts'),
    import('../../local/conformance/check-list.ts'),
    import('../../shared/adapters/machine/machine-timers.ts'),
  ]);
  const checks = chosenChecks(CHECKS, options.only);
  const failure = new AbortController();
  const timers = new MachineTimers({ onError: (error: unknown) => failure.abort(error) });
  const opened: { readonly close: () => Promise<void> }[] = [];
  try {
    const target = await targetOf(env, options, { environment, timers, opened });
    const { RESULT_WORDS, seenText } =
      await import('../../local/conformance/conformance-report.ts');
    const report = await conformance.runConformance({
      environment: env,
      ...target,
      allowed,
      checks,
      timers,
      onResult: ({ name, finding }) => {
        if (options.json === true) return;
        const word = RESULT_WORDS[finding.kind].padEnd(18);
        stdout.write(`${name.padEnd(26)} ${word} ${seenText(finding)}\n`);
      },
    });
    failure.signal.throwIfAborted();
    const files = await writeReport(report, options.out ?? 'results');
    stdout.write(
      options.json === true ? `${JSON.stringify(report)}\n` : await endText(report, files),
    );
    return 0;
  } finally {
    for (const part of opened.toReversed()) await part.close();
    timers.close();
  }
}

type Target = Pick<RunOptions, 'restUrl' | 'wsUrl' | 'key' | 'otherKey' | 'world'>;

/** Where the checks are made, and with which key. Without an address `sim` starts an exchange of its own. */
async function targetOf(
  env: ConformanceEnvironment,
  options: ConformanceOptions,
  parts: {
    readonly environment: Environment;
    readonly timers: Timers;
    readonly opened: { readonly close: () => Promise<void> }[];
  },
): Promise<Target> {
  if (env === 'sim' && options.rest === undefined && options.ws === undefined) {
    const { startConformanceExchange } =
      await import('../../local/conformance/simulated-exchange.ts');
    const exchange = await startConformanceExchange(parts.timers);
    parts.opened.push(exchange);
    return exchange;
  }
  const known = env === 'sim' ? undefined : ADDRESSES[env];
  const restUrl = addressOf('--rest', options.rest ?? known?.rest, env);
  const wsUrl = addressOf('--ws', options.ws ?? known?.ws, env);
  return { restUrl, wsUrl, key: await keyOf(env, options, parts.environment) };
}

/** An address of the environment that was named, and of no other: real money is where nobody thought of it. */
function addressOf(name: string, url: string | undefined, env: ConformanceEnvironment): string {
  const allowed = `an address of ${env === 'prod' ? 'the real' : env === 'demo' ? 'the demo' : 'a simulated'} exchange`;
  if (url === undefined || !URL.canParse(url))
    throw new UsageError({
      what: url === undefined ? `${name} is not there.` : `${name} is "${url}".`,
      allowed,
      todo: 'fairline exchange --json prints both addresses of a simulated one.',
    });
  if (venueAt(url) === VENUES[env]) return url;
  throw new UsageError({
    what: `${name} is ${new URL(url).host}, and --env is ${env}.`,
    allowed,
    todo: 'Name the environment that the address is of; --env prod only reads.',
  });
}

async function keyOf(
  env: ConformanceEnvironment,
  options: ConformanceOptions,
  environment: Environment,
): Promise<RunOptions['key']> {
  const { keyFromEnvironment } = await import('../../shared/adapters/kalshi/signing-keys.ts');
  // Only demo's key may lie in the environment: real money is asked for by name.
  const from = (name: string): string | undefined =>
    env === 'demo' ? environment[`KALSHI_DEMO_${name}`] : undefined;
  const keyId = options.keyId ?? from('KEY_ID');
  const text = options.key === undefined ? from('PRIVATE_KEY') : undefined;
  const path = options.key ?? (text === undefined ? from('PRIVATE_KEY_PATH') : undefined);
  if (keyId === undefined || (path === undefined && text === undefined))
    throw new UsageError({
      what: keyId === undefined ? 'There is no key id.' : 'There is no private key.',
      allowed:
        env === 'demo'
          ? '--key-id and --key, or KALSHI_DEMO_KEY_ID and KALSHI_DEMO_PRIVATE_KEY or KALSHI_DEMO_PRIVATE_KEY_PATH in the environment'
          : '--key-id and --key, the path of the .pem file',
      todo: env === 'demo' ? 'Make a key at demo.kalshi.co.' : 'Give the key of this environment.',
    });
  return keyFromEnvironment(
    {
      KALSHI_DEMO_KEY_ID: keyId,
      KALSHI_DEMO_PRIVATE_KEY: text,
      KALSHI_DEMO_PRIVATE_KEY_PATH: path,
    },
    'KALSHI_DEMO',
  );
}

function allowedNeeds(
  env: ConformanceEnvironment,
  { yesPlaceOrders = false }: ConformanceOptions,
): ReadonlySet<CheckNeed> {
  if (env === 'prod' && yesPlaceOrders)
    throw new UsageError({
      what: '--yes-place-orders with --env prod.',
      allowed: 'orders are placed at the demo exchange and at a simulated one only',
      todo: 'Leave it out, or use --env demo.',
    });
  if (env === 'prod') return new Set(['reads']);
  const isFree = env === 'sim' || yesPlaceOrders;
  return new Set(isFree ? ['reads', 'refused_writes', 'orders'] : ['reads', 'refused_writes']);
}

function chosenChecks<T extends { readonly name: string }>(
  all: readonly T[],
  only: readonly string[] | undefined,
): readonly T[] {
  if (only === undefined) return all;
  const unknown = only.find((name) => all.every((check) => check.name !== name));
  if (unknown !== undefined)
    throw new UsageError({
      what: `--only is "${unknown}".`,
      allowed: all.map(({ name }) => name).join(', '),
      todo: 'Leave it out for all of them.',
    });
  return all.filter(({ name }) => only.includes(name));
}

async function writeReport(report: ConformanceReport, folder: string): Promise<readonly string[]> {
  const { conformanceMarkdown } = await import('../../local/conformance/conformance-report.ts');
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `conformance-${report.environment}-${report.dateUtc}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${name}.md`, conformanceMarkdown(report));
  return [`${name}.md`, `${name}.json`];
}

async function endText(report: ConformanceReport, files: readonly string[]): Promise<string> {
  const { totalsText } = await import('../../local/conformance/conformance-report.ts');
  const left =
    report.leftBehind === 0
      ? 'none left behind'
      : `${report.leftBehind} could not be proved gone: they end by themselves within a minute`;
  return [
    '',
    `${totalsText(report)}. Orders sent: ${report.ordersSent}, ${left}.`,
    `To publish: ${files.join(', ')}`,
    '',
  ].join('\n');
}
