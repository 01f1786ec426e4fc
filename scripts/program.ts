import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCalculators, addConfig, addStudies } from './program/answer-commands.ts';
import type { Answer, CommandLine } from './program/command-line.ts';
import { explainError } from './program/explain-error.ts';
import { addParts } from './program/part-commands.ts';
import { addRuns } from './program/run-commands.ts';

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
    return explainError(error, line);
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
  const say = (answer: Answer, json: boolean | undefined): void => {
    line.stdout.write(json === true ? `${JSON.stringify(answer.json)}\n` : `${answer.text}\n`);
  };
  addRuns(program, line, { say, done });
  addParts(program, line, { say, done });
  addCalculators(program, say);
  addStudies(program, line, say);
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

function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}
