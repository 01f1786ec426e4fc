import type { Command } from 'commander';
import type { CommandOptions } from '../commands/command.ts';
import type { ConformanceOptions } from '../commands/conformance.ts';
import type { DbInitOptions } from '../commands/db-init.ts';
import type { ExchangeOptions } from '../commands/exchange.ts';
import type { HealthCheckOptions } from '../commands/health-check.ts';
import type { KeysOptions } from '../commands/keys.ts';
import { ODDITIES_HELP, type OddsFeedOptions } from '../commands/odds-feed.ts';
import type { FeedsCheckOptions } from '../commands/feeds-check.ts';
import type { FeedsVerifyOptions } from '../commands/feeds-verify.ts';
import type { LinesOptions } from '../commands/lines.ts';
import type { MapOptions } from '../commands/map.ts';
import {
  collect,
  FAILED,
  json,
  withConfig,
  type CommandLine,
  type JsonOption,
  type Say,
} from './command-line.ts';

/** The commands that look after one part of a system. */
export function addParts(
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
    .command('odds-feed')
    .description(
      'serve the simulated odds feed alone, in the real wire format, until it is stopped',
    )
    .option('--port <n>', 'port on 127.0.0.1, default any free one')
    .option('--seed <n>', 'seed of games and sportsbooks, default 1')
    .option('--starts-in <s>', 'seconds until its games begin, default 60')
    .option('--oddity <name>', 'what it does wrong, see below; repeatable', collect)
    .option('--json', 'print addresses and key as one line of JSON')
    .addHelpText('after', ODDITIES_HELP)
    .action(async (options: OddsFeedOptions) => done(await line.oddsFeed(options)));
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
      const { runConformanceCommand } = await import('../commands/conformance.ts');
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
      const { runKeys } = await import('../commands/keys.ts');
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
      const { runDbInit } = await import('../commands/db-init.ts');
      say(await runDbInit(options, line.environment), options.json);
    });
  program
    .command('health-check')
    .description('ask the feeder of a run on this machine how it is; status 1 when it is not ready')
    .option('--port <n>', 'port at which it answers')
    .option('--state <dir>', 'state folder of the run, default that of npm start')
    .addOption(json())
    .action(async (options: HealthCheckOptions & JsonOption) => {
      const { runHealthCheck } = await import('../commands/health-check.ts');
      const answer = await runHealthCheck(options);
      say(answer, options.json);
      done(answer.isReady ? 0 : FAILED);
    });
  program
    .command('lines')
    .description('what each market would be priced at now, by which books, and why not')
    .option('--game <id>', 'the markets of this game only')
    .option('--port <n>', 'port at which the feeder answers')
    .option('--state <dir>', 'state folder of the run, default that of npm start')
    .addOption(json())
    .action(async (options: LinesOptions & JsonOption) => {
      const { runLines } = await import('../commands/lines.ts');
      say(await runLines(options), options.json);
    });
  const feeds = program.command('feeds').description('sources of odds and scores');
  withConfig(
    feeds
      .command('check')
      .description(
        'each configured source: its key, coverage, age, quota; status 1 when one has a problem',
      )
      .option('--env <name>', 'run (on this machine, the default), sim, demo or prod')
      .option('--state <dir>', 'for run: its state folder, default that of npm start'),
  )
    .addOption(json())
    .action(async (options: FeedsCheckOptions & JsonOption) => {
      const { runFeedsCheck } = await import('../commands/feeds-check.ts');
      const answer = await runFeedsCheck(options, line.environment);
      say(answer, options.json);
      done(answer.isSound ? 0 : FAILED);
    });
  feeds
    .command('verify')
    .description(
      'whether the plays and shifts of a game agree, and what they may be used for; status 1 when unusable',
    )
    .argument('<source>', 'nhl')
    .option('--plays <file>', 'play-by-play as it came')
    .option('--shifts <file>', 'shift chart as it came')
    .option('--game <id>', 'ask for both of this game, once and without a key')
    .option('--base-url <url>', 'for --game: where to ask, default the public addresses')
    .addOption(json())
    .action(async (source: string, options: FeedsVerifyOptions & JsonOption) => {
      const { runFeedsVerify } = await import('../commands/feeds-verify.ts');
      const answer = await runFeedsVerify(source, options);
      say(answer, options.json);
      done(answer.isUsable ? 0 : FAILED);
    });
  program
    .command('map')
    .description('which game and side each market is about and what shows it, and what is unmapped')
    .option('--env <name>', 'run (on this machine, the default), sim, demo or prod: public reads')
    .option('--league <name>', 'this league only, also where its series is unconfirmed')
    .option('--unconfirmed', 'for demo and prod: also series whose form nobody has confirmed')
    .option('--port <n>', 'for run: port at which its feeder answers')
    .option('--state <dir>', 'for run: its state folder, default that of npm start')
    .addOption(json())
    .action(async (options: MapOptions & JsonOption) => {
      const { runMap } = await import('../commands/map.ts');
      say(await runMap(options), options.json);
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
      const { runCommand } = await import('../commands/command.ts');
      say(await runCommand(kind, options, line.environment), options.json);
    });
}
