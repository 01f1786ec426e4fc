import type { ClientBase } from 'pg';
import { describe, expect, it } from 'vitest';
import { PostgresHistoryStore } from '../../../../shared/adapters/postgres/postgres-history-store.ts';
import type { GameState } from '../../../../shared/domain/market/game-state.ts';
import type { EpochMs, MarketStatus } from '../../../../shared/domain/market/market.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import type { OddsPhase } from '../../../../shared/domain/odds/freshness.ts';
import type {
  FairLine,
  LineRefusal,
  LineRefusalCode,
} from '../../../../shared/domain/pricing/fair-line.ts';
import { openingAndClosing } from '../../../../shared/domain/pricing/closing-line.ts';
import type { HistoryEvent } from '../../../../shared/ports/history.ts';
import { seededRng, type Rng } from '../../../../shared/simulator/rng.ts';
import { A_FAIR_LINE, GIVEN_BACK, KEPT } from '../../../contract/history-store-contract.ts';
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

/** The versions of lines that a set of events makes, without any regard for how they came. */
function lineModel(events: readonly HistoryEvent[]): readonly string[] {
  const byGame = Map.groupBy(
    events.filter((event) => event.kind === 'line'),
    ({ gameId }) => gameId,
  );
  return [...byGame.keys()].toSorted().flatMap((gameId) => {
    const heard = (byGame.get(gameId) ?? []).toSorted(
      (a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1),
    );
    const last = heard.filter(({ atMs }, index) => heard[index + 1]?.atMs !== atMs);
    const changes = last
      .map((event) => ({ after: event.atMs - NOON, says: saysOf(event.line) }))
      .filter(({ says }, index, all) => all[index - 1]?.says !== says);
    return changes.map(
      ({ after, says }, index) => `${gameId}: ${says} ${after}-${changes[index + 1]?.after ?? ''}`,
    );
  });
}

function saysOf(said: FairLine | LineRefusal): string {
  return said.kind === 'refused' ? said.code : String(said.probabilities[0]);
}

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

const line = (
  eventId: string,
  after: number,
  says: number | LineRefusalCode,
  change: {
    readonly gameId?: string;
    readonly phase?: OddsPhase;
    readonly oddsAtMs?: EpochMs;
  } = {},
): HistoryEvent => ({
  kind: 'line',
  eventId,
  atMs: NOON + after,
  gameId: change.gameId ?? 'game-1',
  league: 'epl',
  startTimeMs: NOON + 50,
  phase: change.phase ?? 'pregame',
  line:
    typeof says === 'string'
      ? { kind: 'refused', code: says, reasons: [{ source: 'pinnacle', why: { kind: 'missing' } }] }
      : {
          ...A_FAIR_LINE,
          probabilities: [says, 0.25, 0.75 - says].map(probability),
          asOfMs: change.oddsAtMs ?? NOON,
        },
});

async function lineVersions(direct: ClientBase): Promise<readonly string[]> {
  const { rows } = await direct.query<{
    game: string;
    says: string;
    from: string;
    to: string | null;
  }>(
    `select game_id as game, coalesce(code, home_probability::text) as says,
       (extract(epoch from valid_from) * 1000)::bigint::text as from,
       (extract(epoch from valid_to) * 1000)::bigint::text as to
     from line_versions order by game_id, valid_from`,
  );
  return rows.map((row) => `${row.game}: ${row.says} ${afterNoon(row.from)}-${afterNoon(row.to)}`);
}

describe('lines', () => {
  it('are kept each with its rule, books, legs and why these', async () => {
    const { db, direct } = await databases.fresh();
    await new PostgresHistoryStore(db).append(KEPT);
    const { rows } = await direct.query(
      `select code, rule, home_probability, draw_probability, away_uncertainty, books, reason, as_of
       from lines order by at`,
    );
    expect(rows).toEqual([
      {
        code: null,
        rule: 'weighted_blend',
        home_probability: 0.1 + 0.2,
        draw_probability: 0.25,
        away_uncertainty: 0.013,
        books: A_FAIR_LINE.books,
        reason: { passedOver: A_FAIR_LINE.passedOver },
        as_of: new Date(A_FAIR_LINE.asOfMs),
      },
      {
        code: 'line_suspended',
        rule: null,
        home_probability: null,
        draw_probability: null,
        away_uncertainty: null,
        books: [],
        reason: { reasons: [{ source: 'pinnacle', why: { kind: 'suspended', ageMs: 40 } }] },
        as_of: null,
      },
    ]);
  });

  it('have versions in which only what they say counts, whenever their odds were said', async () => {
    const { db, direct } = await databases.fresh();
    const store = new PostgresHistoryStore(db);
    await store.append([line('3', 20, 'line_expired'), line('4', 30, 0.5)]);
    await store.append([line('1', 0, 0.4), line('5', 5, 0.6, { gameId: 'game-2' })]);
    await store.append([line('2', 10, 0.4, { oddsAtMs: NOON + 9 })]);
    expect(await lineVersions(direct)).toEqual([
      'game-1: 0.4 0-20',
      'game-1: line_expired 20-30',
      'game-1: 0.5 30-',
      'game-2: 0.6 5-',
    ]);
    expect((await direct.query('select event_id from lines')).rows).toHaveLength(5);
  });

  it(
    `of any deliveries make the same versions (${RUNS} sets)`,
    {
      timeout: 3_600_000,
    },
    async () => {
      const { db, direct } = await databases.fresh();
      for (let run = 0; run < RUNS; run += 1) {
        const rng = seededRng(FIRST_SEED + run);
        const events = Array.from({ length: 4 + rng.integer(20) }, (_, index) =>
          line(
            `line-${index}`,
            rng.integer(80),
            rng.chance(0.3) ? 'line_expired' : 0.25 + rng.integer(3) / 10,
            { gameId: `game-${rng.integer(3)}`, phase: rng.chance(0.8) ? 'pregame' : 'live' },
          ),
        );
        await direct.query('truncate lines, line_versions');
        for (const batch of drawDeliveries(rng, events))
          await new PostgresHistoryStore(db).append(batch);
        expect(await lineVersions(direct), `seed ${FIRST_SEED + run}`).toEqual(lineModel(events));
      }
    },
  );
});

/** The events of the opening and the closing line of each game, by the fold over what was told. */
function foldedEnds(events: readonly HistoryEvent[], of: 'opening' | 'closing'): readonly string[] {
  const byGame = Map.groupBy(
    events.filter((event) => event.kind === 'line'),
    ({ gameId }) => gameId,
  );
  return [...byGame.values()].flatMap((heard) => {
    const last = heard
      .toSorted((a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1))
      .at(-1);
    const end = openingAndClosing(heard, last?.startTimeMs ?? 0)[of];
    return heard.filter((event) => event.line === end?.line).map(({ eventId }) => eventId);
  });
}

describe('opening and closing lines', () => {
  it(
    `are those of the fold over what was told (${RUNS} sets)`,
    {
      timeout: 3_600_000,
    },
    async () => {
      const { db, direct } = await databases.fresh();
      const found = { opening: 0, closing: 0 };
      for (let run = 0; run < RUNS; run += 1) {
        const rng = seededRng(FIRST_SEED + run);
        // Times around a start that may be put off, and no two at the same time.
        const events = Array.from({ length: 4 + rng.integer(30) }, (_, index): HistoryEvent => {
          const minute = index * 2 + rng.integer(2);
          const event = line(
            `line-${index}`,
            minute * 60_000,
            rng.chance(0.4) ? 'line_expired' : 0.25 + index / 100,
            {
              gameId: `game-${rng.integer(3)}`,
              oddsAtMs: NOON + (minute + rng.integer(2) * 20) * 60_000,
            },
          );
          const startTimeMs = NOON + (rng.chance(0.1) ? 90 : 40) * 60_000;
          return event.kind === 'line' ? { ...event, startTimeMs } : event;
        });
        await direct.query('truncate lines, line_versions');
        for (const batch of drawDeliveries(rng, events))
          await new PostgresHistoryStore(db).append(batch);
        for (const of of ['opening', 'closing'] as const) {
          const { rows } = await direct.query<{ event_id: string }>(
            `select event_id from ${of}_lines order by event_id`,
          );
          const folded = foldedEnds(events, of).toSorted();
          found[of] += folded.length;
          expect(
            rows.map((row) => row.event_id).toSorted(),
            `${of}, seed ${FIRST_SEED + run}`,
          ).toEqual(folded);
        }
      }
      expect(found.closing).toBeGreaterThan(RUNS / 2);
      expect(found.opening).toBeGreaterThan(found.closing);
    },
  );
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
