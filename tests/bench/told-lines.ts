import { setImmediate } from 'node:timers/promises';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { aFeederWorld } from '../support/feeder-world.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

const SEEDS = [1, 2, 3] as const;
/** An event on the bus is a millionth of a dollar. */
const DOLLARS_PER_EVENT = 1 / 1_000_000;
const MINUTE_MS = 60_000;

/** Lines that the feeder tells of two short games, and their part of what a model says that AWS bills for it. */
export async function benchToldLines(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const seed of SEEDS) rows.push(...(await toldBy(seed)));
  return rows;
}

async function toldBy(seed: number): Promise<readonly BenchRow[]> {
  const world = aFeederWorld({ seed });
  const { scheduler, startMs, endMs } = world;
  scheduler.at(startMs, 'feeder starts', () => world.feeder.start());
  world.venues.begin();
  await scheduler.run({ untilMs: endMs, turn: setImmediate });
  const published = world.feeder.feederCounts?.published;
  invariant(published !== undefined, 'a feeder that began counts what it publishes');
  const lines = world.events.filter(({ kind }) => kind === 'line');
  invariant(lines.length > 0, 'games that are quoted have lines');
  const bytes = lines.reduce((sum, line) => sum + JSON.stringify(line).length, 0);
  const minutes = Math.round((endMs - startMs) / MINUTE_MS);
  const note = `seed ${seed}, ${world.games.length} short games in ${minutes} minutes`;
  const dollars = published.dollars;
  return [
    { name: 'told lines: told', value: lines.length, unit: 'lines', note },
    {
      name: 'told lines: size of one',
      value: rounded(bytes / lines.length),
      unit: 'bytes',
      note,
    },
    {
      name: 'told lines: part of the modelled bill',
      value: rounded((100 * lines.length * DOLLARS_PER_EVENT) / dollars),
      unit: '%',
      note: `${note}; of ${rounded(dollars)} dollars for SQS and EventBridge`,
    },
  ];
}
