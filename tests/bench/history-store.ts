import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataApi } from '../../local/cloud/parts/data-api.ts';
import { startPostgres } from '../../local/cloud/parts/postgres-process.ts';
import { openDatabase } from '../../shared/adapters/postgres/data-api-database.ts';
import { initDatabase } from '../../shared/adapters/postgres/db-init.ts';
import { pgExecutor } from '../../shared/adapters/postgres/pg-executor.ts';
import { PostgresHistoryStore } from '../../shared/adapters/postgres/postgres-history-store.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import { addressOf, dataApiClient } from '../support/data-api-client.ts';
import { aGameState } from '../support/game-builders.ts';
import { NOON } from '../support/trade-builders.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const WRITES = 300;
const BATCH = 50;
const WARM_UP = 20;
/** States of each game that are there before anything is measured: five days of fifty games. */
const GAMES = 250;
const STATES = 20;
const AIM = { atMost: 10 } as const;

/**
 * Game states stored by the deployed write path: the SDK's client, the Data API (ours, in this process), one
 * transaction that appends and revises versions, and a PostgreSQL that waits for its disk. What an account adds is its
 * distance, and Aurora's own write.
 */
export async function benchHistoryStore({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-bench-'));
  const postgres = await startPostgres({
    dataDir: join(folder, 'data'),
    durability: 'durable',
    onExit: ({ lastWords }) => {
      throw new Error(`PostgreSQL ended during the benchmark: ${lastWords}`);
    },
  });
  const { host, port, user, database } = postgres;
  const dataApi = new DataApi({ host, port, user, database });
  try {
    const direct = new Client({ host, port, user, database });
    await direct.connect();
    await initDatabase(pgExecutor(direct));
    const { client } = dataApiClient(dataApi);
    const store = new PostgresHistoryStore(openDatabase(addressOf(client, database)));
    for (let nth = 0; nth < STATES; nth += 1)
      await store.append(Array.from({ length: GAMES }, (_, game) => stateOf(`old-${game}`, nth)));
    const writes = quick ? WRITES / 6 : WRITES;
    const one = await timed(store, { writes, size: 1 });
    const many = await timed(store, { writes: writes / 4, size: BATCH });
    const { rows } = await direct.query<{ count: string }>('select count(*) from game_states');
    const stored = Number(rows[0]?.count);
    await direct.end();
    invariant(stored >= STATES * GAMES, 'what was appended is there');
    const note = `beside ${stored.toLocaleString('en-US')} states, each write waits for the disk`;
    return [
      ...rowsOf('one game state', one, note).map((row) => ({ ...row, aim: AIM })),
      ...rowsOf(`a batch of ${BATCH} states`, many, note),
    ];
  } finally {
    await dataApi.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of each write; games go on in turn, so that versions follow versions. */
async function timed(
  store: PostgresHistoryStore,
  { writes, size }: { readonly writes: number; readonly size: number },
): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let nth = 0; nth < WARM_UP + writes; nth += 1) {
    const events = Array.from({ length: size }, (_, game) =>
      stateOf(`live-${size}-${size === 1 ? nth % BATCH : game}`, nth),
    );
    const startedMs = performance.now();
    await store.append(events);
    if (nth >= WARM_UP) tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}

function stateOf(gameId: string, nth: number): HistoryEvent {
  const timeMs = NOON + nth * 15_000;
  const state = aGameState({ gameId, homeScore: nth, sourceTimeMs: timeMs, receivedMs: timeMs });
  return { kind: 'game_state', eventId: `game:espn:${gameId}:${timeMs}`, atMs: timeMs, state };
}

function rowsOf(what: string, tookMs: readonly number[], note: string): readonly BenchRow[] {
  return ([0.5, 0.95] as const).map((share) => ({
    name: `history: ${what} stored, p${share * 100}`,
    value: rounded(quantile(tookMs, share)),
    unit: 'ms',
    note: `${tookMs.length} writes ${note}`,
  }));
}
