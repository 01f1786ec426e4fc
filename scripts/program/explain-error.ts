import { CommanderError } from 'commander';
import { FAILED, USAGE, type CommandLine } from './command-line.ts';

/** One message and a status for whatever went wrong. */
export function explainError(error: unknown, line: CommandLine): number {
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
  'LinesUnavailable',
  'FeedsUnavailable',
  'NotVerified',
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
  'MapUnavailable',
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
