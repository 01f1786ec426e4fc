import type { Command } from 'commander';
import type { StudyOptions } from '../commands/study.ts';
import type { ConfigOptions } from '../config-options.ts';
import { json, withConfig, type CommandLine, type JsonOption, type Say } from './command-line.ts';

/** The commands that only work something out. */
export function addCalculators(program: Command, say: Say): void {
  program
    .command('devig')
    .description('take the bookmaker’s margin out of odds')
    .option(
      '--method <name>',
      'proportional, additive, power, shin, odds-ratio, probit, balanced-book, goto, jsd, or all, default all',
    )
    .requiredOption('--odds <list>', 'odds of all outcomes, with commas between')
    .option('--format <name>', 'decimal, american or probability, default decimal')
    .addOption(json())
    .action(async (options: { method?: string; odds: string; format?: string } & JsonOption) => {
      const { runDevig } = await import('../commands/devig.ts');
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
        const { runFee } = await import('../commands/fee.ts');
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
        const { runKelly } = await import('../commands/kelly.ts');
        say(runKelly(options), options.json);
      },
    );
}

const monotonicMs = (): number => performance.now();

/** What shows on collected real data how well a part does. */
export function addStudies(program: Command, line: CommandLine, say: Say): void {
  const note = (text: string): unknown => line.stderr.write(`${text}\n`);
  withConfig(
    program
      .command('study')
      .description('how the methods of de-vig, or arbitration, do on collected real data')
      .argument('<name>', 'devig or arbitration')
      .option('--data <dir>', 'folder of the collected data, default ../shared/data')
      .option('--out <dir>', 'also write the record as JSON and a page with the plots there')
      .option('--seed <n>', 'seed of the resampling and of the orders of arrival, default 1')
      .option('--resamples <n>', 'resamples of an interval, at least 2000, default 4000')
      .option('--orders <n>', 'for arbitration: orders of arrival that are tried, default 1000'),
  )
    .addOption(json())
    .action(async (name: string, options: StudyOptions & JsonOption) => {
      const { runStudy } = await import('../commands/study.ts');
      say(
        await runStudy(name, options, { environment: line.environment, note, nowMs: monotonicMs }),
        options.json,
      );
    });
}

/** The commands that show and check a configuration. */
export function addConfig(program: Command, line: CommandLine, say: Say): void {
  withConfig(
    program.command('config-show').description('every setting, its value and where it comes from'),
  )
    .addOption(json())
    .action(async (options: ConfigOptions & JsonOption) => {
      const { runConfigShow } = await import('../commands/config-show.ts');
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
      const { runConfigValidate } = await import('../commands/config-validate.ts');
      const config = file ?? options.config;
      say(runConfigValidate({ ...options, config }, line.environment), options.json);
    });
}
