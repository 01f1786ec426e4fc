import type { ClientBase } from 'pg';
import { describe, expect, it } from 'vitest';
import { PostgresHistoryStore } from '../../../../shared/adapters/postgres/postgres-history-store.ts';
import type { EpochMs } from '../../../../shared/domain/market/market.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import type { OddsPhase } from '../../../../shared/domain/odds/freshness.ts';
import type {
  FairLine,
  LineRefusal,
  LineRefusalCode,
} from '../../../../shared/domain/pricing/fair-line.ts';
import { openingAndClosing } from '../../../../shared/domain/pricing/closing-line.ts';
import type { HistoryEvent } from '../../../../shared/ports/history.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { A_FAIR_LINE, KEPT } from '../../../contract/history-store-contract.ts';
import { withFairlineDatabase } from '../../../support/fairline-database.ts';
import { drawDeliveries } from '../../../support/journal-runs.ts';
import { propertySettings, runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

const databases = withFairlineDatabase();

const { seed } = propertySettings(process.env);
const FIRST_SEED = seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : seed;
const RUNS = runs(20).numRuns;

const afterNoon = (time: string | null): string =>
  time === null ? '' : String(Number(time) - NOON);

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
