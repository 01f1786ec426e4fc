import { benchBookDeltas } from './book-deltas.ts';
import type { BenchRow } from './bench-row.ts';
import { benchCriticalStops } from './critical-stops.ts';
import { benchDecisions } from './decisions.ts';
import { benchDevig } from './devig.ts';
import { benchEdge } from './edge.ts';
import { benchEmbeddedStart } from './embedded-start.ts';
import { benchEmbedded } from './embedded.ts';
import { benchFunctions } from './functions.ts';
import { benchNbaReplay } from './nba-replay.ts';
import { benchRateLimit } from './rate-limit.ts';
import { benchReplayRead } from './replay-read.ts';
import { benchSimExchange } from './sim-exchange.ts';
import { benchSockets } from './sockets.ts';
import { benchStore } from './store.ts';
import { benchWorlds } from './worlds.ts';

// `npm run bench [-- --json] [names]`: figures of this machine, one after another on one core. Nothing here passes or
// fails by time; a bar in a note is what we aim at. Names, such as `edge devig`, run only those.

const BENCHES: Readonly<Record<string, () => readonly BenchRow[] | Promise<readonly BenchRow[]>>> =
  {
    edge: benchEdge,
    devig: benchDevig,
    decisions: benchDecisions,
    store: benchStore,
    'book-deltas': benchBookDeltas,
    'sim-exchange': benchSimExchange,
    'rate-limit': benchRateLimit,
    sockets: benchSockets,
    'critical-stops': benchCriticalStops,
    embedded: benchEmbedded,
    'embedded-start': benchEmbeddedStart,
    functions: benchFunctions,
    'replay-read': benchReplayRead,
    worlds: benchWorlds,
    'nba-replay': benchNbaReplay,
  };

const words = process.argv.slice(2);
const json = words.includes('--json');
const wanted = words.filter((word) => word !== '--json');
const strange = wanted.filter((word) => !(word in BENCHES));
if (strange.length > 0) {
  process.stderr.write(
    `bench: there is no ${strange.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}, and --json\n`,
  );
  process.exit(2);
}

const rows: BenchRow[] = [];
const startedMs = performance.now();
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const benchStartedMs = performance.now();
  const measured = await bench();
  rows.push(...measured);
  if (json) continue;
  if (measured.length === 0) process.stdout.write(`${name}: nothing to measure here\n`);
  for (const row of measured) process.stdout.write(`${lineOf(row)}\n`);
  process.stderr.write(`  (${name}: ${seconds(benchStartedMs)} s)\n`);
}
if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else
  process.stdout.write(
    `${rows.length} figures in ${seconds(startedMs)} s on Node ${process.version}, ${process.platform}-${process.arch}\n`,
  );

function lineOf({ name, value, unit, note }: BenchRow): string {
  const figure = value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
  return `${name.padEnd(62)} ${figure.padStart(12)} ${unit.padEnd(9)} ${note}`;
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1_000).toFixed(1);
}
