import { expect, it } from 'vitest';
import { MemoryGameRecords } from '../../../../shared/adapters/memory/memory-game-records.ts';
import { PostgresGameRecords } from '../../../../shared/adapters/postgres/postgres-game-records.ts';
import { PostgresHistoryStore } from '../../../../shared/adapters/postgres/postgres-history-store.ts';
import { REVIEW_LIMITS, reviewRecords } from '../../../../shared/domain/reports/data-review.ts';
import { settleGame } from '../../../../shared/domain/reports/settled-lines.ts';
import type { HistoryEvent } from '../../../../shared/ports/history.ts';
import { seededRng, type Rng } from '../../../../shared/simulator/rng.ts';
import { withFairlineDatabase } from '../../../support/fairline-database.ts';
import { HOUR, lineEvent, MINUTE, stateEvent } from '../../../support/game-record-builders.ts';
import { drawDeliveries } from '../../../support/journal-runs.ts';
import { propertySettings, runs } from '../../../support/property-settings.ts';
import { NOON } from '../../../support/trade-builders.ts';

const databases = withFairlineDatabase();

const { seed } = propertySettings(process.env);
const FIRST_SEED = seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : seed;
const RUNS = runs(6).numRuns;
const RULES = { everyMs: 5 * MINUTE, ...REVIEW_LIMITS };
const WINDOW = { fromMs: NOON, toMs: NOON + 3 * HOUR };

/**
 * Bursts of lines, some of them refused, with pauses between them that may be silence; the last one may tell of a start
 * some minutes before the one that all others told of.
 */
function drawn(rng: Rng): readonly HistoryEvent[] {
  let afterMs = rng.integer(HOUR);
  const lines = Array.from({ length: 150 }, (_, nth) => {
    afterMs += rng.chance(0.05) ? rng.integer(20 * MINUTE) : rng.integer(15_000);
    const said = rng.chance(0.1) ? 'line_expired' : 0.3 + rng.integer(1_000) / 2_500;
    return lineEvent(`line-${nth}`, afterMs, said);
  });
  const startTimeMs = NOON + HOUR - (rng.chance(0.5) ? rng.integer(20 * MINUTE) : 0);
  const onMs = HOUR + rng.integer(10 * MINUTE) - 5 * MINUTE;
  return [
    ...lines,
    lineEvent('line-last', afterMs + 1_000, 0.5, { startTimeMs }),
    stateEvent('on', onMs),
    stateEvent('over', onMs + HOUR, { phase: 'final', homeScore: 7 }),
  ];
}

it(
  `lines that are thinned say the same of what stood when as all of them (${RUNS} sets)`,
  { timeout: 3_600_000 },
  async () => {
    const { db, direct } = await databases.fresh();
    const records = new PostgresGameRecords(db);
    const counts = { told: 0, given: 0, gaps: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      const rng = seededRng(FIRST_SEED + run);
      const events = drawn(rng);
      await direct.query('truncate lines, line_versions, game_states, state_events');
      for (const batch of drawDeliveries(rng, events))
        await new PostgresHistoryStore(db).append(batch);
      const all = new MemoryGameRecords();
      await all.append(events);
      const given = await records.between(WINDOW);
      const review = reviewRecords(given, WINDOW, REVIEW_LIMITS);
      expect(review, `seed ${FIRST_SEED + run}`).toEqual(
        reviewRecords(await all.between(WINDOW), WINDOW, REVIEW_LIMITS),
      );
      const [[judged], [whole]] = await Promise.all([records.started(WINDOW), all.started(WINDOW)]);
      if (judged === undefined || whole === undefined) throw new Error('the game was not found');
      expect(settleGame(judged, WINDOW.toMs, RULES), `seed ${FIRST_SEED + run}`).toEqual(
        settleGame(whole, WINDOW.toMs, RULES),
      );
      counts.told += 150;
      counts.given += given[0]?.lines.length ?? 0;
      counts.gaps += review.leagues[0]?.gaps.length ?? 0;
    }
    expect(counts.gaps).toBeGreaterThan(RUNS);
    expect(counts.given).toBeLessThan(counts.told * 0.8);
  },
);
