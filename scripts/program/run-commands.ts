import type { Command } from 'commander';
import type { StartOptions } from '../start-options.ts';
import { json, withConfig, type CommandLine, type JsonOption, type Say } from './command-line.ts';

/** The commands that run the system, and what makes a recording for them. */
export function addRuns(
  program: Command,
  line: CommandLine,
  { say, done }: { readonly say: Say; readonly done: (status: number) => void },
): void {
  const start = async (options: StartOptions): Promise<void> => done(await line.start(options));
  addStart(program, start);
  addReplay(program, start);
  addImport(program, line, say);
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
        const { runImport } = await import('../commands/import.ts');
        say(await runImport({ ...options, dir }, note), options.json);
      },
    );
}
