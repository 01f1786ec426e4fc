import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryBuckets } from '../../../local/cloud/buckets.ts';
import { startCloudServer } from '../../../local/cloud/http/cloud-server.ts';
import { LocalCloud } from '../../../local/cloud/local-cloud.ts';
import type { DataApi } from '../../../local/cloud/parts/data-api.ts';
import { resolveEnvironment } from '../../../local/cloud/resolve-references.ts';
import { MemoryStream } from '../../../local/cloud/stream-source.ts';
import { embeddedFunction } from '../../../local/embedded/embedded-functions.ts';
import { pointSdkAt } from '../../../local/embedded/sdk-environment.ts';
import { loadWiring } from '../../../local/wiring/load-wiring.ts';
import { PostgresHistoryStore } from '../../../shared/adapters/postgres/postgres-history-store.ts';
import type { Wiring } from '../../../shared/contracts/environment/wiring.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import { Scheduler } from '../../../shared/simulator/scheduler.ts';
import { NOTHING_WIRED } from '../../support/cloud-server.ts';
import { withFairlineDatabase } from '../../support/fairline-database.ts';
import { COMPLETE_ENVIRONMENT } from '../../support/function-environment.ts';
import { HOUR, lineEvent, MINUTE, stateEvent } from '../../support/game-record-builders.ts';
import { KEPT_DAY, MORNING_AFTER } from '../../support/kept-day.ts';
import { NOON } from '../../support/trade-builders.ts';

// The deployed function with its schedules and alarms as they are wired, over PostgreSQL behind the Data API, on a
// clock that is passed by hand.

const databases = withFairlineDatabase();
const NAME = 'review-data';
/** A review ends within so many looks, 5 ms apart. */
const MOST_LOOKS = 4_000;

/** Two minutes in which the books had closed the market of nfl-1. */
const SUSPENDED = [
  lineEvent('off', 61 * MINUTE, 'line_suspended'),
  lineEvent('on', 63 * MINUTE, 0.6),
];
const NFL_2_FINAL = stateEvent('nfl-2 final', 4 * HOUR, { gameId: 'nfl-2', phase: 'final' });

/** Of the committed wiring what this function has to do with. */
function wired(): Wiring {
  const { schedules, functions, alarms, topics, buckets } = loadWiring();
  const fn = functions[NAME];
  if (fn === undefined) throw new Error('review-data is wired');
  return {
    ...NOTHING_WIRED,
    topics,
    buckets,
    schedules: schedules.filter(({ target }) => target.name === NAME),
    functions: { [NAME]: fn },
    alarms: alarms.filter(({ dimensions }) => Object.values(dimensions).includes(NAME)),
  };
}

/** An account that has kept these events, five minutes before nine in New York. */
async function keptAccount(events: readonly HistoryEvent[]) {
  const served: DataApi[] = [];
  const { db, direct, address } = await databases.fresh((dataApi) => {
    served.push(dataApi);
    return dataApi;
  });
  const history = new PostgresHistoryStore(db);
  await history.append(events);
  const clock = new Scheduler({ startMs: MORNING_AFTER - 5 * MINUTE });
  const wiring = wired();
  const lines: string[] = [];
  const write = (line: string): void => {
    if (!cloud.metrics.ingestEmf(line)) lines.push(line);
  };
  const cloud: LocalCloud = new LocalCloud({
    wiring,
    timers: clock,
    functions: (name) => {
      const environment = resolveEnvironment(wiring.functions[name]?.environment ?? {}, {
        cloud: server.endpoint,
        runtime: COMPLETE_ENVIRONMENT,
      });
      const own = { ...environment, DATABASE_NAME: address.database };
      return embeddedFunction(`functions/${name}`, own, { write });
    },
    streams: () => new MemoryStream(clock),
    faults: null,
    buckets: new MemoryBuckets(),
    onError: () => undefined,
  });
  const server = await startCloudServer({ cloud, dataApi: served[0] ?? null });
  const putBack = pointSdkAt({ cloud: server.endpoint, dynamo: server.endpoint });
  // The function's own clock is the machine's.
  vi.useFakeTimers({ toFake: ['Date'], now: clock.nowMs() });
  onTestFinished(async () => {
    vi.useRealTimers();
    putBack();
    await server.close();
  });
  cloud.start();
  return {
    cloud,
    history,
    direct,
    logged: () => lines.map((line) => (JSON.parse(line) as { message: string }).message),
    /** Lets the clock reach a time, and what was called then come to its end. */
    passTo: async (untilMs: number) => {
      vi.setSystemTime(untilMs);
      await clock.run({ untilMs, turn: () => new Promise((resolve) => setImmediate(resolve)) });
      for (let look = 0; !cloud.isIdle && look < MOST_LOOKS; look += 1) await sleep(5);
      expect(cloud.isIdle).toBe(true);
    },
    keys: async () => (await cloud.objects.list('reports', '')).map(({ key }) => key),
    text: async (key: string) => {
      const found = await cloud.objects.get('reports', key);
      return new TextDecoder().decode(found?.body);
    },
    alarms: () =>
      Object.fromEntries(wiring.alarms.map(({ name }) => [name, cloud.alarms.stateOf(name)])),
  };
}

const file = (league: string, window: string): string => `data/${league}/${window}.json`;

describe('the morning after a day with a gap and without one of its finals', () => {
  it('finds both by its schedules, keeps them, and rings until a look finds nothing', async () => {
    const { cloud, passTo, keys, text, logged, alarms } = await keptAccount([
      ...KEPT_DAY,
      ...SUSPENDED,
    ]);
    await passTo(MORNING_AFTER);
    expect(cloud.schedules.counters('review-day')).toEqual({ runs: 1, failed: 0 });
    expect(await keys()).toEqual([file('nba', '2026-11-21'), file('nfl', '2026-11-21')]);
    const nfl: unknown = JSON.parse(await text(file('nfl', '2026-11-21')));
    expect(nfl).toMatchObject({
      games: 2,
      lackingFinal: ['nfl-2'],
      inPlay: { spanMs: 9 * HOUR, coveredMs: 338 * MINUTE },
      gaps: [
        { cause: 'silence' },
        { cause: 'silence' },
        { cause: 'line_suspended', fromMs: NOON + 61 * MINUTE, toMs: NOON + 63 * MINUTE },
      ],
      findings: [
        { code: 'final_missing', gameId: 'nfl-2' },
        { code: 'feeder_silent', gameId: 'nfl-2' },
        { code: 'feeder_silent', gameId: 'nfl-1' },
      ],
    });
    expect(logged().filter((message) => message === 'data_finding')).toHaveLength(4);
    await passTo(MORNING_AFTER + 5 * MINUTE);
    expect(cloud.schedules.counters('review-hour')).toEqual({ runs: 1, failed: 0 });
    expect(await keys()).toContain(file('nfl', '2026-11-22T13Z'));
    await passTo(MORNING_AFTER + HOUR);
    expect(alarms()).toMatchObject({
      'finals-missing': 'ALARM',
      'lines-thin-in-play': 'ALARM',
      'review-data-errors': 'OK',
    });
    expect(cloud.topics.published.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['ALARM: finals-missing', 'ALARM: lines-thin-in-play']),
    );
    // The hours that follow had no game in play; the final is still missing.
    await passTo(MORNING_AFTER + 65 * MINUTE);
    await passTo(MORNING_AFTER + 2 * HOUR);
    expect(alarms()).toMatchObject({ 'finals-missing': 'ALARM', 'lines-thin-in-play': 'OK' });
  });

  it('keeps the same bytes when the same window is looked at again, and others once the final has come', async () => {
    const { cloud, history, direct, passTo, keys, text } = await keptAccount(KEPT_DAY);
    await passTo(MORNING_AFTER);
    const before = await Promise.all((await keys()).map(text));
    const again = { window: 'day', nowMs: MORNING_AFTER };
    // Rows lie elsewhere on the disk now, and come in another order.
    await direct.query('update lines set said = said');
    expect(await cloud.functions.invoke(NAME, again)).toMatchObject({
      kind: 'returned',
      payload: { findings: 4, leagues: [{ league: 'nfl', lackingFinal: 1 }, { league: 'nba' }] },
    });
    expect(await Promise.all((await keys()).map(text))).toEqual(before);
    await history.append([NFL_2_FINAL]);
    expect(await cloud.functions.invoke(NAME, again)).toMatchObject({
      payload: { findings: 2, leagues: [{ league: 'nfl', lackingFinal: 0 }, { league: 'nba' }] },
    });
    expect(await keys()).toHaveLength(before.length);
  });

  it('is found by nobody when nothing is missing', async () => {
    const ofGame = KEPT_DAY.filter(({ eventId }) => eventId.startsWith('nfl-2'));
    const { passTo, logged, alarms } = await keptAccount([...ofGame, NFL_2_FINAL]);
    await passTo(MORNING_AFTER);
    await passTo(MORNING_AFTER + HOUR);
    expect(logged()).not.toContain('data_finding');
    expect(alarms()).toMatchObject({ 'finals-missing': 'OK', 'lines-thin-in-play': 'OK' });
  });
});

it('a request that is none fails the invocation and says what is wrong', async () => {
  const { cloud } = await keptAccount([]);
  expect(await cloud.functions.invoke(NAME, { window: 'week' })).toMatchObject({
    kind: 'failed',
    errorMessage: expect.stringContaining('it must be one of hour, day') as string,
  });
});
