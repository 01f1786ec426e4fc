import { Option, type Command } from 'commander';
import type { ExchangeOptions } from '../commands/exchange.ts';
import type { OddsFeedOptions } from '../commands/odds-feed.ts';
import type { StartOptions } from '../start-options.ts';
import type { Output } from '../terminal-view.ts';

/** What the command line reaches the machine through. */
export type CommandLine = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly start: (options: StartOptions) => Promise<number>;
  readonly exchange: (options: ExchangeOptions) => Promise<number>;
  readonly oddsFeed: (options: OddsFeedOptions) => Promise<number>;
};

/** Status of a command line or configuration that cannot be used. */
export const USAGE = 2;
export const FAILED = 1;

/** An answer in both forms; `--json` chooses. */
export type Answer = { readonly json: object; readonly text: string };

/** What every command with `--json` is given. */
export type JsonOption = { readonly json?: boolean };

/** Prints an answer in the form that was asked for. */
export type Say = (answer: Answer, json: boolean | undefined) => void;

export const json = (): Option => new Option('--json', 'print JSON');

/** Takes an option that may be repeated. */
export const collect = (text: string, all: readonly string[] = []): readonly string[] => [
  ...all,
  text,
];

/** The options of every command that reads a configuration. */
export function withConfig(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (else FAIRLINE_CONFIG, else the defaults)')
    .option(
      '--set <path=value>',
      'override one setting, such as trading.maxPositions=3; repeatable',
      collect,
    );
}
