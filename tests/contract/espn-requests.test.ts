import { describe, expect, it } from 'vitest';
import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { scriptedDay } from '../../shared/simulator/scoreboards/scripted-day.ts';
import { ScoreboardWorld } from '../support/scoreboard-world.ts';

const KICKOFF = Date.UTC(2026, 10, 22, 18);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const LIVE: readonly League[] = ['nfl', 'nba', 'nhl', 'epl'];
const REQUESTS_AN_HOUR = 500;
/** What the bucket of all processes holds beside what comes back in an hour. */
const AT_ONCE = 20;

const worldOf = (leagues: readonly League[], budget = new MemoryTokenBudget()) => {
  const rng = seededRng(3);
  const day = scriptedDay({ rng, leagues, startMs: KICKOFF, gamesPerLeague: 1, oddChance: 0 });
  const change = { leagues, requestsPerHour: REQUESTS_AN_HOUR, budget };
  return new ScoreboardWorld(KICKOFF + 5 * MINUTE_MS, day, change);
};

/** The most that went out in an hour, whenever it began. */
function mostInAnHour({ venue }: ScoreboardWorld): number {
  const times = venue.asked.map(({ atMs }) => atMs);
  let from = 0;
  let most = 0;
  for (const [at, timeMs] of times.entries()) {
    while (timeMs - (times[from] ?? timeMs) >= HOUR_MS) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}

describe('the requests of an hour', () => {
  it.each([
    [20, 3],
    [600, 4],
  ])(
    'are exceeded by processes that start anew every %i s by what goes at once, and of four live leagues %i are seen',
    async (lifeS, seen) => {
      const world = worldOf(LIVE);
      await world.open();
      for (let passedMs = 0; passedMs < 1.1 * HOUR_MS; passedMs += lifeS * SECOND_MS) {
        await world.scoreboard.listings();
        await world.pass(lifeS * SECOND_MS);
        await world.restart();
      }
      const most = mostInAnHour(world);
      expect(most).toBeGreaterThan(0.9 * REQUESTS_AN_HOUR);
      expect(most).toBeLessThanOrEqual(REQUESTS_AN_HOUR + AT_ONCE);
      const late = world.venue.asked.filter(({ atMs }) => atMs > KICKOFF + HOUR_MS);
      expect(new Set(late.map(({ league }) => league)).size).toBe(seen);
    },
  );

  it.each([
    [2, 15],
    [4, 28.8],
  ])(
    'suffice for %i live leagues every %d s, none kept back by what others may have used',
    async (live, everyS) => {
      const leagues = LIVE.slice(0, live);
      const world = worldOf(leagues);
      await world.open();
      await world.pass(50 * MINUTE_MS);
      expect(new Set(world.looks.map(({ outcome }) => outcome))).toEqual(new Set(['board']));
      const times = world.venue.asked.flatMap(({ league, atMs }) =>
        league === 'nfl' ? [atMs] : [],
      );
      // The first look shows how many are live: the wait after it is planned without.
      const known = times.slice(1);
      const waits = known.slice(1).map((atMs, at) => atMs - (known[at] ?? 0));
      expect(new Set(waits)).toEqual(new Set([everyS * SECOND_MS]));
      expect(mostInAnHour(world)).toBeLessThanOrEqual(REQUESTS_AN_HOUR);
    },
  );

  it('that cannot be counted do not go', async () => {
    const budget = new MemoryTokenBudget();
    let isLost = true;
    const take = budget.take.bind(budget);
    budget.take = (ask) => (isLost ? Promise.reject(new Error('no table')) : take(ask));
    const world = worldOf(['nfl'], budget);
    await world.open();
    expect(world.venue.asked).toEqual([]);
    expect(world.refused).toMatchObject([{ code: 'feed_error' }]);
    expect(world.source).toEqual([]);
    await world.pass(4 * MINUTE_MS);
    expect([world.source, world.refused.length]).toEqual([[], 5]);
    await world.pass(MINUTE_MS);
    expect(world.source).toEqual(['quota_exhausted']);
    isLost = false;
    await world.pass(MINUTE_MS);
    expect(world.source).toEqual(['quota_exhausted', 'up']);
    expect(world.venue.asked.length).toBeGreaterThan(0);
  });
});
