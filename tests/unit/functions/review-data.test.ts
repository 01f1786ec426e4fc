import { describe, expect, it } from 'vitest';
import { reviewDataHandler } from '../../../functions/review-data/handler.ts';
import { MemoryGameRecords } from '../../../shared/adapters/memory/memory-game-records.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import type { LeagueDataFile } from '../../../shared/contracts/data-review.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import {
  HOUR,
  lineEvent,
  marketEvent,
  MINUTE,
  stateEvent,
} from '../../support/game-record-builders.ts';
import { KEPT_DAY, MORNING_AFTER } from '../../support/kept-day.ts';
import { NOON } from '../../support/trade-builders.ts';

/** The function over what was kept, at a time; and what it put. */
async function reviewing(events: readonly HistoryEvent[], nowMs: number) {
  const records = new MemoryGameRecords();
  await records.append(events);
  const seen = new MemoryTelemetry();
  const puts: { readonly key: string; readonly body: string }[] = [];
  const handler = reviewDataHandler({
    records,
    objects: {
      put: ({ key, body }) => {
        puts.push({ key, body: String(body) });
        return Promise.resolve();
      },
    },
    telemetry: seen,
    clock: { nowMs: () => nowMs },
    leagues: ['nfl', 'nba', 'nhl'],
  });
  const file = (key: string) =>
    JSON.parse(puts.findLast((put) => put.key === key)?.body ?? 'null') as LeagueDataFile;
  return { handler, puts, file, seen };
}

const minute = (ms: number): number => (ms - NOON) / MINUTE;

describe('the review of a day', () => {
  it('answers with what is there and what is missing of each league, also of one without games', async () => {
    const { handler } = await reviewing(KEPT_DAY, MORNING_AFTER);
    expect(await handler({ window: 'day' })).toEqual({
      window: {
        kind: 'day',
        name: '2026-11-21',
        fromMs: Date.parse('2026-11-21T05:00Z'),
        toMs: Date.parse('2026-11-22T13:00Z'),
      },
      findings: 4,
      leagues: [
        {
          league: 'nfl',
          games: 2,
          lackingFinal: 1,
          beforeStartShare: 1,
          inPlayShare: 340 / 540,
          file: 'data/nfl/2026-11-21.json',
        },
        {
          league: 'nba',
          games: 1,
          lackingFinal: 0,
          beforeStartShare: 1,
          inPlayShare: 10 / 120,
          file: 'data/nba/2026-11-21.json',
        },
        {
          league: 'nhl',
          games: 0,
          lackingFinal: 0,
          beforeStartShare: null,
          inPlayShare: null,
          file: 'data/nhl/2026-11-21.json',
        },
      ],
    });
  });

  it('keeps the counts, the findings and each gap with its cause', async () => {
    const { handler, file } = await reviewing(KEPT_DAY, MORNING_AFTER);
    await handler({ window: 'day' });
    const nfl = file('data/nfl/2026-11-21.json');
    expect(nfl).toMatchObject({ format: 1, games: 2, started: 2, withState: 2, withOpening: 2 });
    expect(nfl).toMatchObject({ withClosing: 2, lackingFinal: ['nfl-2'] });
    expect(
      nfl.gaps.map((gap) => [gap.gameId, gap.cause, minute(gap.fromMs), minute(gap.toMs)]),
    ).toEqual([
      ['nfl-2', 'silence', 250, 420],
      ['nfl-1', 'silence', 100, 130],
    ]);
    expect(file('data/nba/2026-11-21.json').findings).toEqual([
      { league: 'nba', code: 'thin_in_play', share: 10 / 120, spanMs: 2 * HOUR },
    ]);
    expect(file('data/nhl/2026-11-21.json')).toMatchObject({ games: 0, findings: [], gaps: [] });
  });

  it('tells each finding once, and says to alarms how many there are', async () => {
    const { handler, seen } = await reviewing(KEPT_DAY, MORNING_AFTER);
    await handler({ window: 'day' });
    expect(seen.lines().map(({ level, event, fields }) => [level, event, fields['code']])).toEqual([
      ['warn', 'data_finding', 'final_missing'],
      ['warn', 'data_finding', 'feeder_silent'],
      ['warn', 'data_finding', 'feeder_silent'],
      ['warn', 'data_finding', 'thin_in_play'],
    ]);
    expect(seen.lines()[0]?.fields).toEqual({
      code: 'final_missing',
      window: '2026-11-21',
      league: 'nfl',
      gameId: 'nfl-2',
    });
    expect(Object.fromEntries(seen.gauges)).toEqual({
      'data.missing_finals': 1,
      'data.thin_in_play': 1,
      'data.missing_closing_lines': 0,
      'data.day.before_start_percent.nfl': 100,
      'data.day.in_play_percent.nfl': (100 * 340) / 540,
      'data.day.before_start_percent.nba': 100,
      'data.day.in_play_percent.nba': 100 * (10 / 120),
    });
  });

  it('puts the same bytes under the same keys when it looks again, also days later', async () => {
    const { handler, puts } = await reviewing(KEPT_DAY, MORNING_AFTER + 72 * HOUR);
    await handler({ window: 'day', nowMs: MORNING_AFTER });
    await handler({ window: 'day', nowMs: MORNING_AFTER + 5 * HOUR });
    expect(puts).toHaveLength(6);
    expect(puts.slice(3)).toEqual(puts.slice(0, 3));
  });

  it('is of no game that was only told of on that day and begins later', async () => {
    const next = { gameId: 'nfl-5', startTimeMs: NOON + 30 * HOUR, phase: 'pregame' } as const;
    const { handler, file } = await reviewing(
      [...KEPT_DAY, lineEvent('tomorrow', HOUR, 0.5, next)],
      MORNING_AFTER,
    );
    await handler({ window: 'day' });
    expect(file('data/nfl/2026-11-21.json').games).toBe(2);
  });

  it('does not miss a final that came after midnight', async () => {
    const late = KEPT_DAY.map((event) =>
      event.kind === 'game_state' && event.eventId === 'nfl-1 final'
        ? { ...event, atMs: NOON + 20 * HOUR }
        : event,
    );
    const { handler, file } = await reviewing(late, MORNING_AFTER);
    await handler({ window: 'day' });
    expect(file('data/nfl/2026-11-21.json').lackingFinal).toEqual(['nfl-2']);
  });

  it.each([
    ['before the end of its window', -1, 0],
    ['after it, however late it looks', 0, 1],
  ])('knows of a final that was told %s: %i ms, %i missing', async (_when, afterMs, missing) => {
    const endMs = Date.parse('2026-11-22T13:00Z');
    const state = { gameId: 'nfl-2', phase: 'final' } as const;
    const final = stateEvent('nfl-2 final', endMs + afterMs - NOON, state);
    const { handler } = await reviewing([...KEPT_DAY, final], MORNING_AFTER + 72 * HOUR);
    const { leagues } = await handler({ window: 'day', nowMs: MORNING_AFTER });
    expect(leagues[0]).toMatchObject({ league: 'nfl', lackingFinal: missing });
  });

  it('misses everything of a game of which nothing was kept but its market', async () => {
    const listed = marketEvent('m', -48 * HOUR, 'KX-A', { gameId: 'nfl-9', startTimeMs: NOON });
    const { handler, file } = await reviewing([listed], MORNING_AFTER);
    await handler({ window: 'day' });
    expect(file('data/nfl/2026-11-21.json').findings).toEqual([
      { league: 'nfl', code: 'final_missing', gameId: 'nfl-9' },
      { league: 'nfl', code: 'state_missing', gameId: 'nfl-9' },
      { league: 'nfl', code: 'closing_line_missing', gameId: 'nfl-9' },
    ]);
  });
});

const hourAfter = (hours: number): number => NOON + hours * HOUR + 5 * MINUTE;

/** NFL games without a final by the hour's review, and what alarms are told. */
const lacking = async (hours: number) => {
  const { handler, seen } = await reviewing(KEPT_DAY, hourAfter(hours));
  const { leagues } = await handler({ window: 'hour' });
  const [nfl] = leagues.filter(({ league }) => league === 'nfl');
  return [nfl?.lackingFinal, seen.gauges.get('data.missing_finals')];
};

describe('the review of an hour', () => {
  it('is that of the whole hour before, also of a game of which nothing was told in it', async () => {
    const { handler, file } = await reviewing(KEPT_DAY, hourAfter(3));
    const { window, leagues } = await handler({ window: 'hour' });
    expect([window.name, minute(window.fromMs), minute(window.toMs)]).toEqual([
      '2026-11-21T14Z',
      120,
      180,
    ]);
    expect(leagues.map(({ league, inPlayShare }) => [league, inPlayShare])).toEqual([
      ['nfl', 110 / 120],
      ['nba', 0],
      ['nhl', null],
    ]);
    expect(file('data/nfl/2026-11-21T14Z.json').gaps).toHaveLength(1);
  });

  it('sees that a feeder says nothing any more while games are on and before others', async () => {
    const told = KEPT_DAY.filter(({ atMs }) => atMs < NOON + 2 * HOUR);
    const next = { gameId: 'nfl-5', startTimeMs: NOON + 30 * HOUR, phase: 'pregame' } as const;
    const events = [...told, lineEvent('tomorrow', HOUR, 0.5, next)];
    const { handler, file } = await reviewing(events, hourAfter(3));
    await handler({ window: 'hour' });
    const { inPlay, beforeStart, findings } = file('data/nfl/2026-11-21T14Z.json');
    expect([inPlay.spanMs, beforeStart]).toEqual([
      2 * HOUR,
      { spanMs: HOUR, coveredMs: 0, share: 0 },
    ]);
    expect(findings.filter(({ code }) => code === 'feeder_silent')).toHaveLength(3);
  });

  it('finds a final missing as soon as it is due, and goes on saying so for a day', async () => {
    // The game began an hour after noon; six hours later it is over by the clock.
    expect(await lacking(7)).toEqual([0, 0]);
    expect(await lacking(8)).toEqual([1, 1]);
    expect(await lacking(31)).toEqual([1, 1]);
    expect(await lacking(32)).toEqual([0, 0]);
  });

  it('misses a closing line in the hour in which the game began, and not in those after it', async () => {
    const events = [
      lineEvent('early', 0, 0.5),
      ...KEPT_DAY.filter(({ eventId }) => eventId === 'nfl-1 live'),
    ];
    const findings = async (hours: number) => {
      const { handler, file } = await reviewing(events, hourAfter(hours));
      const { window } = await handler({ window: 'hour' });
      return file(`data/nfl/${window.name}.json`).findings.filter(
        ({ code }) => code === 'closing_line_missing',
      ).length;
    };
    expect(await findings(2)).toBe(1);
    expect(await findings(3)).toBe(0);
  });
});

it('keeps the thousand longest gaps of a league, and how many are left', async () => {
  // A line that comes and goes: each gap a little longer than the one before.
  const flicker = Array.from({ length: 1_050 }, (_, at) => [
    lineEvent(`on ${at}`, at * 2_000, 0.5),
    lineEvent(`off ${at}`, at * 2_000 + 1_500 - at, 'line_expired'),
  ]).flat();
  const { handler, file } = await reviewing(flicker, MORNING_AFTER);
  await handler({ window: 'day' });
  const { gaps, gapsLeftOut } = file('data/nfl/2026-11-21.json');
  const lengths = gaps.map(({ fromMs, toMs }) => toMs - fromMs);
  expect([lengths.length, gapsLeftOut]).toEqual([1_000, 50]);
  expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  expect(lengths.at(-1)).toBe(550);
});

it('tells at most a hundred findings one by one, and how many are left', async () => {
  const many = Array.from({ length: 130 }, (_, at) =>
    marketEvent(`m${at}`, -HOUR, `KX-${at}`, { gameId: `nfl-${at}`, startTimeMs: NOON }),
  );
  const { handler, seen } = await reviewing(many, MORNING_AFTER);
  expect(await handler({ window: 'day' })).toMatchObject({ findings: 390 });
  expect(seen.lines()).toHaveLength(101);
  expect(seen.lines().at(-1)).toMatchObject({
    event: 'data_findings_left_out',
    fields: { left: 290 },
  });
  expect(seen.gauges.get('data.missing_finals')).toBe(130);
});

it.each([
  [{ window: 'week' }, 'window'],
  [{}, 'it must be one of hour, day'],
  [null, 'expected object'],
  [{ window: 'day', nowMs: -1 }, 'nowMs'],
  [{ window: 'day', nowMs: 1_795_262_400 }, 'nowMs'],
  [{ window: 'day', day: '2026-11-21' }, 'day'],
  [{ window: 'hour', nowMs: MORNING_AFTER + 1 }, 'to come'],
])('refuses %j with what is wrong in it, and writes nothing', async (event, why) => {
  const { handler, puts } = await reviewing(KEPT_DAY, MORNING_AFTER);
  await expect(handler(event)).rejects.toThrow(why);
  expect(puts).toEqual([]);
});
