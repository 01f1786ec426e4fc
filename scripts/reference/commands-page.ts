import { runCommandLine } from '../program.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { page, terminal, type ReferencePage } from './markdown.ts';

const COMMANDS = [
  'start',
  'replay',
  'import',
  'exchange',
  'odds-feed',
  'conformance',
  'keys',
  'db-init',
  'health-check',
  'lines',
  'map',
  'feeds check',
  'feeds verify',
  'command',
  'devig',
  'fee',
  'kelly',
  'study',
  'config-show',
  'config-validate',
] as const;

/** What `--help` of each command prints. */
export async function commandsPage(): Promise<ReferencePage> {
  const helps = await Promise.all(
    COMMANDS.map(async (name) => [`## fairline ${name}`, terminal(await helpOf(name))]),
  );
  return page(
    'commands.md',
    '# Commands',
    'What `npx fairline COMMAND --help` prints. `npm start` is `fairline start`; options go after two dashes: `npm start -- --seed 7`. Every command ends with status 0 when it is done, 1 when it failed, 2 when it cannot be used as typed, and 128 plus the number of the signal that stopped it; `start` and `replay` end with 1 also when an invariant broke or the ledger does not balance, `health-check` when the feeder is not ready, `feeds check` when a source has a problem, `feeds verify` when a game cannot be used.',
    ...helps.flat(),
  );
}

async function helpOf(name: string): Promise<string> {
  const lines: string[] = [];
  const output = { write: (text: string) => lines.push(text), columns: 100 };
  const status = await runCommandLine([...name.split(' '), '--help'], {
    stdout: output,
    stderr: output,
    environment: {},
    start: async () => 0,
    exchange: async () => 0,
    oddsFeed: async () => 0,
  });
  invariant(status === 0 && lines.length > 0, `${name} has a help text`);
  return lines.join('');
}
