import { benchBookDeltas } from './book-deltas.ts';
import { aimText, type BenchOptions, type BenchRow } from './bench-row.ts';
import { benchBooksInMemory } from './books-in-memory.ts';
import { benchClientTime } from './client-time.ts';
import { benchCriticalStops } from './critical-stops.ts';
import { benchDecisions } from './decisions.ts';
import { benchDevig } from './devig.ts';
import { benchEdge } from './edge.ts';
import { benchEmbeddedStart } from './embedded-start.ts';
import { benchEmbedded } from './embedded.ts';
import { benchFeedLoopback } from './feed-loopback.ts';
import { benchFrameFlood } from './frame-flood.ts';
import { benchFunctions } from './functions.ts';
import { benchGames } from './games.ts';
import { benchHistoryStore } from './history-store.ts';
import { benchHttpOrders } from './http-orders.ts';
import { benchLines } from './lines.ts';
import { benchNbaReplay } from './nba-replay.ts';
import { benchOddsBurst } from './odds-burst.ts';
import { benchRateLimit } from './rate-limit.ts';
import { benchQueueDelay } from './queue-delay.ts';
import { benchReplayRead } from './replay-read.ts';
import { benchScoreboardLooks } from './scoreboard-looks.ts';
import { benchScoreboards } from './scoreboards.ts';
import { benchSimExchange } from './sim-exchange.ts';
import { benchSignatures } from './signatures.ts';
import { benchSoak } from './soak.ts';
import { benchSockets } from './sockets.ts';
import { benchStore } from './store.ts';
import { benchToldLines } from './told-lines.ts';
import { benchWorlds } from './worlds.ts';

// `npm run bench [-- --json --quick --only] [names]`: figures of this machine, one after another. Nothing here passes
// or fails by time; an aim is what we aim at. Names, such as `edge devig`, run only those.

type Bench = (options: BenchOptions) => readonly BenchRow[] | Promise<readonly BenchRow[]>;
const BENCHES: Readonly<Record<string, Bench>> = {
  edge: benchEdge,
  devig: benchDevig,
  lines: benchLines,
  'told-lines': benchToldLines,
  decisions: benchDecisions,
  store: benchStore,
  history: benchHistoryStore,
  'book-deltas': benchBookDeltas,
  books: benchBooksInMemory,
  games: benchGames,
  scoreboards: benchScoreboards,
  'scoreboard-looks': benchScoreboardLooks,
  'odds-burst': benchOddsBurst,
  signatures: benchSignatures,
  'sim-exchange': benchSimExchange,
  'rate-limit': benchRateLimit,
  'client-time': benchClientTime,
  queue: benchQueueDelay,
  sockets: benchSockets,
  feed: benchFeedLoopback,
  flood: benchFrameFlood,
  'http-orders': benchHttpOrders,
  soak: benchSoak,
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
const quick = words.includes('--quick');
const FLAGS: readonly string[] = ['--json', '--quick', '--only'];
const wanted = words.filter((word) => !FLAGS.includes(word));
const strange = wanted.filter((word) => !(word in BENCHES));
if (strange.length > 0) {
  process.stderr.write(
    `bench: there is no ${strange.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}; --json prints rows, --quick takes less time\n`,
  );
  process.exit(2);
}

const rows: BenchRow[] = [];
const startedMs = performance.now();
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const benchStartedMs = performance.now();
  const measured = await bench({ quick });
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

function lineOf(row: BenchRow): string {
  const { name, value, unit, note } = row;
  const figure = value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
  return `${name.padEnd(62)} ${figure.padStart(12)} ${unit.padEnd(9)} ${aimText(row)}${note}`;
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1_000).toFixed(1);
}
