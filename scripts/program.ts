import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import type { CommandOptions } from './commands/command.ts';
import type { ConformanceOptions } from './commands/conformance.ts';
import type { DbInitOptions } from './commands/db-init.ts';
import type { ExchangeOptions } from './commands/exchange.ts';
import type { HealthCheckOptions } from './commands/health-check.ts';
import type { KeysOptions } from './commands/keys.ts';
import type { ConfigOptions } from './config-options.ts';
import type { StartOptions } from './start-options.ts';
import type { Output } from './terminal-view.ts';

/** What the command line reaches the machine through. */
export type CommandLine = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly start: (options: StartOptions) => Promise<number>;
  readonly exchange: (options: ExchangeOptions) => Promise<number>;
};

/** Status of a command line or configuration that cannot be used. */
const USAGE = 2;
const FAILED = 1;

/** An answer in both forms; `--json` chooses. */
type Answer = { readonly json: object; readonly text: string };

/**
 * Runs one command line, without the name of the program, to its exit status: 0 done, 1 failed, 2 not usable as typed,
 * 128 + n stopped by a signal. Errors become one message on standard error, never a stack trace.
 */
export async function runCommandLine(args: readonly string[], line: CommandLine): Promise<number> {
  const outcome = { status: 0 };
  const program = buildProgram(line, (status) => {
    outcome.status = status;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return outcome.status;
  } catch (error) {
    return explain(error, line);
  }
}

function buildProgram(line: CommandLine, done: (status: number) => void): Command {
  const program = new Command('fairline')
    .description('Trades prediction markets against fair lines, and accounts for every cent.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => line.stdout.write(text),
      writeErr: (text) => line.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => line.stdout.columns ?? 100,
    })
    .addHelpText('after', EXAMPLES);
  const start = async (options: StartOptions): Promise<void> => done(await line.start(options));
  const say = (answer: Answer, json: boolean | undefined): void => {
    line.stdout.write(json === true ? `${JSON.stringify(answer.json)}\n` : `${answer.text}\n`);
  };
  addStart(program, start);
  addReplay(program, start);
  addImport(program, line, say);
  addParts(program, line, { say, done });
  addCalculators(program, say);
  addConfig(program, line, say);
  return program;
}

const EXAMPLES = `
Examples:
  fairline start                             a football Sunday over real sockets and stores
  fairline start --virtual --seed 7          the same on a virtual clock, to the byte
  fairline start --replay DIR                recorded prices through the same code
  fairline exchange --port 0 --markets 200   the simulated exchange alone, for any client
  fairline conformance --env sim             what is assumed of the exchange, looked at
  fairline devig --method shin --odds 1.91,2.05
  fairline fee --role taker --price 0.52 --count 1
  fairline config-show --set trading.fixedFraction=0.005`;

const json = (): Option => new Option('--json', 'print JSON');
const collect = (text: string, all: readonly string[] = []): readonly string[] => [...all, text];

function withConfig(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (else FAIRLINE_CONFIG, else the defaults)')
    .option(
      '--set <path=value>',
      'override one setting, such as trading.maxPositions=3; repeatable',
      collect,
    );
}

function withRun(command: Command): Command {
  return withConfig(command)
    .option('--out <dir>', 'folder for report.html, summary.json, decisions.jsonl')
    .option('--json', 'print the summary as JSON on standard output, everything else on stderr');
}

const HALF_SPREAD = [
  '--half-spread <cents>',
  'what a taker pays beyond the last trade, 0 to 10, default 1; not with recorded quotes',
] as const;
const RESULTS = ['--results <dir>', 'game results that ratings are made of'] as const;
const SOURCE = [
  '--source <name>',
  'kalshi-nba or kalshi-mlb, default what the folder holds, kalshi-nba first',
] as const;

function addStart(program: Command, start: (options: StartOptions) => Promise<void>): void {
  withRun(
    program
      .command('start')
      .description('run the whole system on this machine to a report')
      .option('--seed <n>', 'seed of the simulated venues, default 1')
      .option('--scenario <name>', 'which day is played, default a football Sunday')
      .option(
        '--speed <n>',
        'how many times as fast as the clock the day is played, default 1200; the system itself keeps real time',
      )
      .option('--serve', 'stay up when the day is over')
      .option('--fresh', 'throw away what an interrupted run left, instead of going on with it')
      .option('--virtual', 'the same day on a virtual clock: same seed, same bytes')
      .option('--replay <dir>', 'replay the recording in a folder instead')
      .option(...SOURCE)
      .option(...HALF_SPREAD)
      .option(...RESULTS),
  ).action(async (options: StartOptions) => start(options));
}

function addReplay(program: Command, start: (options: StartOptions) => Promise<void>): void {
  withRun(
    program
      .command('replay')
      .description('the same as start --replay DIR')
      .argument('<dir>', 'folder of the recording')
      .option(...SOURCE)
      .option(...HALF_SPREAD)
      .option(...RESULTS),
  ).action(async (dir: string, options: StartOptions) => start({ ...options, replay: dir }));
}

type JsonOption = { readonly json?: boolean };
type Say = (answer: Answer, json: boolean | undefined) => void;

function addImport(program: Command, line: CommandLine, say: Say): void {
  const note = (text: string): unknown => line.stderr.write(`${text}\n`);
  program
    .command('import')
    .description('make a recording of collected prices and game results')
    .argument('<dir>', 'folder of the collected prices')
    .option(...SOURCE)
    .option(
      '--results <dir>',
      'folder of the game results, default nba or mlb-winprob beside the prices',
    )
    .requiredOption('--out <dir>', 'folder of the recording that is made')
    .addOption(json())
    .action(
      async (
        dir: string,
        options: { source?: string; results?: string; out: string } & JsonOption,
      ) => {
        const { runImport } = await import('./commands/import.ts');
        say(await runImport({ ...options, dir }, note), options.json);
      },
    );
}

/** The commands that look after one part of a system. */
function addParts(
  program: Command,
  line: CommandLine,
  { say, done }: { readonly say: Say; readonly done: (status: number) => void },
): void {
  program
    .command('exchange')
    .description('serve the simulated exchange alone, in the real wire format, until it is stopped')
    .option('--port <n>', 'port on 127.0.0.1, default any free one')
    .option('--seed <n>', 'seed of its crowd, default 1')
    .option('--markets <n>', 'how many markets it lists, default 20')
    .option('--rate <n>', 'orders of its crowd a second, default 50')
    .option('--control-port <n>', 'serve the control API (faults, clock, markets) there; 0 any')
    .option('--tier <name>', 'rate limits of the key, basic to prestige, default prestige')
    .option('--key-type <name>', 'rsa or ed25519, default rsa')
    .option('--shards <n>', 'shards that the markets are spread over, cash on each, default 1')
    .option('--structures [names]', 'tick structures of the markets in turn; all of them unnamed')
    .option('--read-lag <ms>', 'how far reads are behind writes, such as 0 or 200-500, the default')
    .option('--compression <word>', 'on or off: permessage-deflate on the stream, default on')
    .option('--thursday-pause', 'pause trading each week as the exchange does')
    .option('--json', 'print addresses and key as one line of JSON')
    .action(async (options: ExchangeOptions) => done(await line.exchange(options)));
  program
    .command('conformance')
    .description('look at what the exchange’s documents leave open, and write down what was seen')
    .requiredOption('--env <name>', 'demo, sim, or prod, which only reads')
    .option('--rest <url>', 'REST address, default that of the environment')
    .option('--ws <url>', 'WebSocket address, default that of the environment')
    .option('--key-id <id>', 'id of the key (for demo else KALSHI_DEMO_KEY_ID)')
    .option('--key <file>', 'its private key (for demo else KALSHI_DEMO_PRIVATE_KEY or _PATH)')
    .option('--only <name>', 'this check only; repeatable', collect)
    .option(
      '--yes-place-orders',
      'also place orders: one contract each, far from the market, cancelled at once',
    )
    .option('--out <dir>', 'folder of the report, default results')
    .addOption(json())
    .action(async (options: ConformanceOptions) => {
      const { runConformanceCommand } = await import('./commands/conformance.ts');
      done(await runConformanceCommand(options, line));
    });
  program
    .command('keys')
    .description('make a key for the exchange, or look whether one can sign')
    .argument('<action>', 'generate or check')
    .option('--type <name>', 'of a new key: ed25519 or rsa, default ed25519')
    .option('--out <file>', 'where a new key is written; its public part beside it, as .pub')
    .option('--key <file>', 'the private key that is checked')
    .addOption(json())
    .action(async (action: string, options: KeysOptions & JsonOption) => {
      const { runKeys } = await import('./commands/keys.ts');
      say(await runKeys(action, options), options.json);
    });
  program
    .command('db-init')
    .description('bring the database to the newest schema; run again it changes nothing')
    .option('--cluster <arn>', 'Aurora cluster (else DATABASE_CLUSTER_ARN)')
    .option('--secret <arn>', 'secret of its user (else DATABASE_SECRET_ARN)')
    .option('--database <name>', 'name of the database (else DATABASE_NAME)')
    .option('--url <address>', 'a PostgreSQL reached directly, instead of the Data API')
    .option('--table-prefix <text>', 'make the DynamoDB tables too, where no stack has made them')
    .addOption(json())
    .action(async (options: DbInitOptions & JsonOption) => {
      const { runDbInit } = await import('./commands/db-init.ts');
      say(await runDbInit(options, line.environment), options.json);
    });
  program
    .command('health-check')
    .description('ask the feeder of a run on this machine how it is; status 1 when it is not ready')
    .option('--port <n>', 'port at which it answers')
    .option('--state <dir>', 'state folder of the run, default that of npm start')
    .addOption(json())
    .action(async (options: HealthCheckOptions & JsonOption) => {
      const { runHealthCheck } = await import('./commands/health-check.ts');
      const answer = await runHealthCheck(options);
      say(answer, options.json);
      done(answer.isReady ? 0 : FAILED);
    });
  program
    .command('command')
    .description('send a command to the feeder: of a deployment, or of the run on this machine')
    .argument('<kind>', 'such as status, drain, cancel_everything, resume, reset_fuse')
    .option('--queue <url>', 'queue of a deployment (else FEEDER_COMMANDS_QUEUE_URL)')
    .option('--state <dir>', 'state folder of the run, default that of npm start')
    .option('--markets <list>', 'for resnapshot: tickers, with commas between')
    .option('--strategy <name>', 'for reset_fuse: whose fuse')
    .option('--shard <n>', 'for reset_fuse: on which shard, default 0')
    .addOption(json())
    .action(async (kind: string, options: CommandOptions & JsonOption) => {
      const { runCommand } = await import('./commands/command.ts');
      say(await runCommand(kind, options, line.environment), options.json);
    });
}

function addCalculators(program: Command, say: Say): void {
  program
    .command('devig')
    .description('take the bookmaker’s margin out of odds')
    .requiredOption('--method <name>', 'proportional, power or shin')
    .requiredOption('--odds <list>', 'odds of all outcomes, with commas between')
    .option('--format <name>', 'decimal, american or probability, default decimal')
    .addOption(json())
    .action(async (options: { method: string; odds: string; format?: string } & JsonOption) => {
      const { runDevig } = await import('./commands/devig.ts');
      say(runDevig(options), options.json);
    });
  program
    .command('fee')
    .description('the exchange’s fee on one trade')
    .requiredOption('--role <name>', 'taker or maker')
    .requiredOption('--price <dollars>', 'price of one contract, such as 0.52')
    .requiredOption('--count <contracts>', 'number of contracts')
    .option('--maker-type <name>', 'how makers are charged, default quadratic')
    .option('--multiplier <factor>', 'multiplier of the series, default 1')
    .option('--precision <name>', 'direct or intermediary, default direct')
    .addOption(json())
    .action(
      async (
        options: {
          role: string;
          price: string;
          count: string;
          makerType?: string;
          multiplier?: string;
          precision?: string;
        } & JsonOption,
      ) => {
        const { runFee } = await import('./commands/fee.ts');
        say(runFee(options), options.json);
      },
    );
  program
    .command('kelly')
    .description('what Kelly would stake, and what is staked until it is certified')
    .requiredOption('--probability <p>', 'that the contract pays')
    .requiredOption('--price <dollars>', 'price of one contract')
    .option('--fraction <share>', 'share of the full Kelly bet, 0.10 to 0.50, default 0.25')
    .option('--fee', 'count the taker fee of one contract')
    .addOption(json())
    .action(
      async (
        options: {
          probability: string;
          price: string;
          fraction?: string;
          fee?: boolean;
        } & JsonOption,
      ) => {
        const { runKelly } = await import('./commands/kelly.ts');
        say(runKelly(options), options.json);
      },
    );
}

function addConfig(program: Command, line: CommandLine, say: Say): void {
  withConfig(
    program.command('config-show').description('every setting, its value and where it comes from'),
  )
    .addOption(json())
    .action(async (options: ConfigOptions & JsonOption) => {
      const { runConfigShow } = await import('./commands/config-show.ts');
      say(runConfigShow(options, line.environment), options.json);
    });
  withConfig(
    program
      .command('config-validate')
      .description('check a configuration; every problem is listed')
      .argument('[file]', 'configuration file, the same as --config'),
  )
    .addOption(json())
    .action(async (file: string | undefined, options: ConfigOptions & JsonOption) => {
      const { runConfigValidate } = await import('./commands/config-validate.ts');
      const config = file ?? options.config;
      say(runConfigValidate({ ...options, config }, line.environment), options.json);
    });
}

/** One message and a status for whatever went wrong. */
function explain(error: unknown, line: CommandLine): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help')
      line.stderr.write(`fairline: ${oneLine(error.message)} See fairline --help.\n`);
    return USAGE;
  }
  if (!(error instanceof Error)) {
    line.stderr.write(`fairline: ${String(error)}\n`);
    return FAILED;
  }
  const usage = error.name === 'UsageError' || error.name === 'ConfigError';
  const text = error.name === 'ConfigError' ? configText(error.message) : error.message;
  line.stderr.write(`fairline: ${text}\n`);
  if (usage) return USAGE;
  if (line.environment['FAIRLINE_DEBUG'] !== undefined) line.stderr.write(`${error.stack ?? ''}\n`);
  else if (!REFUSALS.has(error.name) && !isOfTheMachine(error))
    line.stderr.write('  This is a bug in Fairline. FAIRLINE_DEBUG=1 prints where it happened.\n');
  return FAILED;
}

/** Errors whose message says what to do; any other one is a bug. */
const REFUSALS: ReadonlySet<string> = new Set([
  'RecordingRefusal',
  'ImportRefusal',
  'StateRefusal',
  'PartLost',
  'DayNotClosed',
  'PartUnavailable',
  'PortUnavailable',
  'UnusableState',
  'DamagedLog',
  'UnusableKey',
  'ConformanceProblem',
  'TableMissing',
  'DatabaseProblem',
  'DatabaseUnreachable',
  'TablesMissing',
  'EnvironmentError',
  'CommandNotSent',
]);

/** What a disk, a right or a limit of the machine refused. */
const OF_THE_MACHINE: ReadonlySet<unknown> = new Set(
  'ENOSPC EDQUOT EROFS EACCES EPERM EMFILE ENFILE EIO'.split(' '),
);

function isOfTheMachine(error: Error): boolean {
  return 'code' in error && OF_THE_MACHINE.has(error.code);
}

/** One problem stands on the line itself, several below a heading. */
function configText(problems: string): string {
  const lines = problems.split('\n');
  if (lines.length === 1) return problems;
  return [
    `the configuration has ${lines.length} problems:`,
    ...lines.map((one) => `  ${one}`),
  ].join('\n');
}

/** Commander puts its suggestion on a second line: `unknown option '--sed'. Did you mean --seed?` */
function oneLine(message: string): string {
  const text = message.replace(/^error: /, '').replace(/\n\((.*)\)$/s, '. $1');
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}
