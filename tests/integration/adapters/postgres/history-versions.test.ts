import type { ClientBase } from 'pg';
import { describe, expect, it } from 'vitest';
import { PostgresHistoryStore } from '../../../../shared/adapters/postgres/postgres-history-store.ts';
import type { GameState } from '../../../../shared/domain/market/game-state.ts';
import type { EpochMs, MarketStatus } from '../../../../shared/domain/market/market.ts';
import type { HistoryEvent } from '../../../../shared/ports/history.ts';
import { seededRng, type Rng } from '../../../../shared/simulator/rng.ts';
import { GIVEN_BACK, KEPT } from '../../../contract/history-store-contract.ts';
import {
  twice,
  withFairlineDatabase,
  type FairlineDatabase,
} from '../../../support/fairline-database.ts';
import { drawDeliveries } from '../../../support/journal-runs.ts';
import { propertySettings, runs } from '../../../support/property-settings.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const databases = withFairlineDatabase();

const { seed } = propertySettings(process.env);
const FIRST_SEED = seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : seed;
const RUNS = runs(20).numRuns;

const told = (
  eventId: string,
  after: number,
  status: MarketStatus,
  ticker = 'A',
): HistoryEvent => ({
  kind: 'market',
  eventId,
  atMs: NOON + after,
  market: aMarket({ ticker, status }),
  mapping: null,
});

const at = (eventId: string, after: number, change: Partial<GameState>): HistoryEvent => ({
  kind: 'game_state',
  eventId,
  atMs: NOON + after,
  state: {
    source: 'espn',
    gameId: 'game-1',
    phase: 'live',
    startTimeMs: NOON,
    homeScore: 0,
    awayScore: 0,
    period: 1,
    clockSeconds: 900,
    sourceTimeMs: NOON + after - 5,
    receivedMs: NOON + after,
    ...change,
  },
});

const afterNoon = (time: string | null): string =>
  time === null ? '' : String(Number(time) - NOON);

/** Each version as `subject: what from-to`, times after NOON; the current one ends nowhere. */
async function versions(
  direct: ClientBase,
  table: 'markets' | 'game_states',
): Promise<readonly string[]> {
  const [subject, what] = table === 'markets' ? ['ticker', 'status'] : ['game_id', 'home_score'];
  const { rows } = await direct.query<{
    subject: string;
    what: string;
    from: string;
    to: string | null;
    current: boolean;
  }>(
    `select ${subject} as subject, ${what}::text as what, is_current as current,
       (extract(epoch from valid_from) * 1000)::bigint::text as from,
       (extract(epoch from valid_to) * 1000)::bigint::text as to
     from ${table} order by ${subject}, valid_from`,
  );
  for (const { to, current } of rows) expect(current).toBe(to === null);
  return rows.map(
    (row) => `${row.subject}: ${row.what} ${afterNoon(row.from)}-${afterNoon(row.to)}`,
  );
}

describe('versions of markets', () => {
  it('end where the next one begins, and the same again makes none', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresHistoryStore(db);
    await store.append([told('1', 0, 'active'), told('2', 10, 'active')]);
    await store.append([told('3', 20, 'closed')]);
    await store.append([told('4', 30, 'closed'), told('5', 5, 'active', 'B')]);
    await store.append([told('6', 40, 'determined')]);
    expect(await versions(direct, 'markets')).toEqual([
      'A: active 0-20',
      'A: closed 20-40',
      'A: determined 40-',
      'B: active 5-',
    ]);
  });

  it('put what comes late in its place, also between two that were the same', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresHistoryStore(db);
    await store.append([told('1', 10, 'active'), told('3', 30, 'active'), told('4', 40, 'closed')]);
    expect(await versions(direct, 'markets')).toEqual(['A: active 10-40', 'A: closed 40-']);
    await store.append([told('2', 20, 'inactive')]);
    await store.append([told('0', 0, 'initialized')]);
    expect(await versions(direct, 'markets')).toEqual([
      'A: initialized 0-10',
      'A: active 10-20',
      'A: inactive 20-30',
      'A: active 30-40',
      'A: closed 40-',
    ]);
    await store.append([told('5', 25, 'active')]);
    expect((await versions(direct, 'markets')).slice(1)).toEqual([
      'A: active 10-20',
      'A: inactive 20-25',
      'A: active 25-40',
      'A: closed 40-',
    ]);
  });

  it('are made also when the answer of a statement is lost and it is sent again', async () => {
    const { db, direct } = await databases.fresh(twice);
    await new PostgresHistoryStore(db).append([told('1', 0, 'active'), told('2', 10, 'closed')]);
    expect(await versions(direct, 'markets')).toEqual(['A: active 0-10', 'A: closed 10-']);
  });

  it('count of two events at one time the one with the greater id', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresHistoryStore(db);
    await store.append([told('b', 10, 'closed'), told('x', 0, 'active')]);
    await store.append([told('a', 10, 'disputed')]);
    expect(await versions(direct, 'markets')).toEqual(['A: active 0-10', 'A: closed 10-']);
    await store.append([told('c', 10, 'active')]);
    expect(await versions(direct, 'markets')).toEqual(['A: active 0-']);
  });

  it('hold what the market was', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresHistoryStore(db).append(GIVEN_BACK);
    const { rows } = await direct.query(
      `select title, status, exchange_index, settlement_timer_ms::int, fee_multiplier_millionths::int,
         game_id, yes_side, start_time, close_time, expected_expiration from markets where is_current`,
    );
    expect(rows).toEqual([
      {
        title: aMarket().title,
        status: 'active',
        exchange_index: 0,
        settlement_timer_ms: 60_000,
        fee_multiplier_millionths: 1_000_000,
        game_id: 'game-1',
        yes_side: 'away',
        start_time: new Date(NOON + 3_600_000),
        close_time: new Date(aMarket().closeTimeMs),
        expected_expiration: new Date(NOON + 14_400_000),
      },
    ]);
  });

  it('cannot overlap, and only one is current', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresHistoryStore(db).append([told('1', 0, 'active'), told('2', 10, 'closed')]);
    await expect(
      direct.query("update markets set valid_to = null where status = 'active'"),
    ).rejects.toThrow(/exclusion constraint/);
  });
});

describe('versions of games', () => {
  it('do not mind when the source spoke, only what it said', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresHistoryStore(db);
    await store.append([at('1', 0, {}), at('2', 10, {}), at('3', 20, { homeScore: 7 })]);
    await store.append([at('4', 5, { homeScore: 3 })]);
    expect(await versions(direct, 'game_states')).toEqual([
      'game-1: 0 0-5',
      'game-1: 3 5-10',
      'game-1: 0 10-20',
      'game-1: 7 20-',
    ]);
    const { rows } = await direct.query(
      'select clock_seconds, period, phase from game_states where is_current',
    );
    expect(rows).toEqual([{ clock_seconds: 900, period: 1, phase: 'live' }]);
  });

  it('are of each source by itself, in phases and with scores as each has them', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresHistoryStore(db);
    const other = {
      source: 'balldontlie',
      homeScore: null,
      period: null,
      clockSeconds: null,
    } as const;
    await store.append([at('1', 0, {}), at('2', 10, { phase: 'stopped' })]);
    await store.append([at('3', 5, other), at('4', 20, { ...other, phase: 'off' })]);
    const { rows } = await direct.query(
      'select source, phase, home_score, valid_to is null as current from game_states order by source, valid_from',
    );
    expect(rows).toEqual([
      { source: 'balldontlie', phase: 'live', home_score: null, current: false },
      { source: 'balldontlie', phase: 'off', home_score: null, current: true },
      { source: 'espn', phase: 'live', home_score: 0, current: false },
      { source: 'espn', phase: 'stopped', home_score: 0, current: true },
    ]);
  });
});

/** The versions that a set of events makes, without any regard for how they came. */
function modelOf(events: readonly HistoryEvent[]): readonly string[] {
  const byTicker = Map.groupBy(
    events.filter((event) => event.kind === 'market'),
    ({ market }) => market.ticker,
  );
  return [...byTicker.keys()].toSorted().flatMap((ticker) => {
    const atEach = new Map<EpochMs, { id: string; status: string }>();
    for (const { atMs, eventId: id, market } of byTicker.get(ticker) ?? []) {
      if ((atEach.get(atMs)?.id ?? '') < id) atEach.set(atMs, { id, status: market.status });
    }
    const changes = [...atEach]
      .toSorted(([a], [b]) => a - b)
      .map(([atMs, { status }]) => ({ after: atMs - NOON, status }))
      .filter(({ status }, index, all) => all[index - 1]?.status !== status);
    return changes.map(
      ({ after, status }, index) =>
        `${ticker}: ${status} ${after}-${changes[index + 1]?.after ?? ''}`,
    );
  });
}

function drawMarkets(rng: Rng): readonly HistoryEvent[] {
  const words: readonly MarketStatus[] = ['active', 'inactive', 'closed'];
  return Array.from({ length: 4 + rng.integer(20) }, (_, index) =>
    told(
      `event-${index}`,
      rng.integer(12),
      words[rng.integer(words.length)] ?? 'active',
      rng.chance(0.7) ? 'A' : 'B',
    ),
  );
}

async function empty({ direct }: FairlineDatabase): Promise<void> {
  await direct.query('truncate state_events, markets');
}

describe('any deliveries of the same events', () => {
  it(`make the same versions (${RUNS} sets)`, { timeout: 3_600_000 }, async () => {
    const database = await databases.fresh();
    const { db, direct } = database;
    let made = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const rng = seededRng(FIRST_SEED + run);
      const events = drawMarkets(rng);
      await empty(database);
      for (const batch of drawDeliveries(rng, events))
        await new PostgresHistoryStore(db).append(batch);
      const expected = modelOf(events);
      made += expected.length;
      expect(await versions(direct, 'markets'), `seed ${FIRST_SEED + run}`).toEqual(expected);
    }
    expect(made).toBeGreaterThan(RUNS * 2);
  });
});

describe('what is kept but not given back', () => {
  it('is in tables of its own', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresHistoryStore(db).append(KEPT);
    const feeds = await direct.query('select feed, change, detail, at from feeds');
    expect(feeds.rows).toEqual([
      { feed: 'kalshi', change: 'disconnected', detail: 'reset', at: new Date(NOON) },
    ]);
    const started = await direct.query('select run_id, process, epoch::int, branch from runs');
    expect(started.rows).toEqual([{ run_id: 'run-1', process: 'feeder', epoch: 4, branch: null }]);
  });
});

describe('calls of the Data API', () => {
  it('are one for a batch without markets and games', async () => {
    const { db, calls } = await databases.fresh();
    const before = calls();
    await new PostgresHistoryStore(db).append(
      GIVEN_BACK.filter(({ kind }) => kind !== 'market' && kind !== 'lifecycle'),
    );
    expect(calls() - before).toBe(1);
  });
});
