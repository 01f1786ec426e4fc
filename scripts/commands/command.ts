import type { CommandMessage } from '../../shared/contracts/messages/command-schema.ts';
import { oneOf } from './one-of.ts';
import { UsageError } from '../usage-error.ts';

export type CommandOptions = {
  readonly queue?: string | undefined;
  readonly state?: string | undefined;
  readonly markets?: string | undefined;
  readonly strategy?: string | undefined;
  readonly shard?: string | undefined;
};

export const COMMAND_KINDS = [
  'status',
  'refresh_directory',
  'resnapshot',
  'drain',
  'cancel_everything',
  'resume',
  'reset_fuse',
] as const satisfies readonly CommandMessage['kind'][];

type Environment = Readonly<Record<string, string | undefined>>;
type Answer = { readonly json: object; readonly text: string };

const TIMEOUT_MS = 5_000;
/** The region of a queue that is not of AWS. */
const SOME_REGION = 'us-east-2';

/**
 * `fairline command`: sends one command to the feeder that leads, of a deployment or of the run on this machine. What came
 * of it stands in the feeder's log. Throws `UsageError`.
 */
export async function runCommand(
  kind: string,
  options: CommandOptions,
  environment: Environment,
): Promise<Answer> {
  const command = commandOf(oneOf('kind', kind, COMMAND_KINDS), options);
  const [{ SQSClient }, { SqsQueue }, { commandCodec }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('../../shared/adapters/aws/sqs-queue.ts'),
    import('../../shared/contracts/messages.ts'),
  ]);
  const target = await targetOf(options, environment);
  const client = new SQSClient({
    ...target.client,
    maxAttempts: 3,
    requestHandler: { requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  const { queueUrl } = target;
  try {
    await new SqsQueue({ client, queueUrl, encode: commandCodec.encode }).send([command]);
  } catch (error) {
    throw new CommandNotSent(queueUrl, error);
  }
  return {
    json: { sent: command, queueUrl },
    text: `${command.kind} was sent to ${queueUrl}. What comes of it stands in the feeder’s log.`,
  };
}

/** The queue did not take it. The message says what to look at. */
export class CommandNotSent extends Error {
  override readonly name = 'CommandNotSent';

  constructor(queueUrl: string, cause: unknown) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(
      `${queueUrl} did not take the command (${why}). It may have been sent all the same; to send it again is safe. Look at the address, the region and the credentials of this shell; or whether the run still goes.`,
    );
  }
}

function commandOf(kind: CommandMessage['kind'], options: CommandOptions): CommandMessage {
  switch (kind) {
    case 'resnapshot': {
      const markets = needed('--markets', options.markets, 'tickers, with commas between');
      return { kind, markets: markets.split(',') };
    }
    case 'reset_fuse': {
      const strategy = needed('--strategy', options.strategy, 'the name in the line fuse_blown');
      const shard = options.shard ?? '0';
      if (!/^\d{1,4}$/.test(shard))
        throw new UsageError({
          what: `--shard is "${shard}".`,
          allowed: 'a number from 0',
          todo: 'The line fuse_blown of the log says it.',
        });
      return { kind, strategy, exchangeIndex: Number(shard) };
    }
    case 'status':
    case 'refresh_directory':
    case 'drain':
    case 'cancel_everything':
    case 'resume':
      return { kind };
  }
}

function needed(option: string, value: string | undefined, allowed: string): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError({ what: `${option} is missing.`, allowed, todo: 'See fairline --help.' });
}

/** A queue that is named, or else that of the run on this machine, whose cloud checks no credentials. */
async function targetOf(options: CommandOptions, environment: Environment) {
  const named = options.queue ?? environment['FEEDER_COMMANDS_QUEUE_URL'] ?? '';
  if (named !== '' && !URL.canParse(named))
    throw new UsageError({
      what: `The queue is "${named}".`,
      allowed: 'the address of a queue, https://sqs.…/…-feeder-commands',
      todo: 'aws sqs list-queues prints them.',
    });
  if (named !== '') {
    const region = /^sqs\.([a-z0-9-]+)\.amazonaws\.com$/.exec(new URL(named).hostname)?.[1];
    return { queueUrl: named, client: region === undefined ? {} : { region } };
  }
  const { runEndpoints, DEFAULT_STATE_DIR } = await import('../../local/embedded/ask-feeder.ts');
  const stateDir = options.state ?? DEFAULT_STATE_DIR;
  const endpoints = runEndpoints(stateDir);
  if (endpoints === null)
    throw new UsageError({
      what: `No run keeps its state in ${stateDir}.`,
      allowed:
        '--queue with the address of a deployment’s queue, or --state with the folder of a run',
      todo: 'npm start begins a run.',
    });
  return {
    queueUrl: `${endpoints.cloud}/000000000000/feeder-commands`,
    client: {
      endpoint: endpoints.cloud,
      region: SOME_REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
  };
}
