import { describe, expect, it } from 'vitest';
import { stripOf } from '../../../../shared/adapters/html-report/line-strips.ts';
import { linesSection } from '../../../../shared/adapters/html-report/lines-section.ts';
import type { LinesRecord } from '../../../../shared/contracts/run-record.ts';
import { REVIEW_LIMITS, reviewRecords } from '../../../../shared/domain/reports/data-review.ts';
import type { GameRecord } from '../../../../shared/domain/reports/game-record.ts';
import { calibrationOfPaths } from '../../../../shared/domain/reports/oracle-calibration.ts';
import { seededDraw } from '../../../../shared/domain/reports/seeded-draw.ts';
import { aGame, HOUR, keptLine, keptState, MINUTE } from '../../../support/game-record-builders.ts';
import { NOON } from '../../../support/trade-builders.ts';

const WINDOW = { fromMs: NOON - HOUR, toMs: NOON + 4 * HOUR };

function recordOf(games: readonly GameRecord[], judged: number): LinesRecord {
  const lines = Array.from({ length: judged }, (_, nth) => ({
    cluster: `game ${nth}`,
    path: 'ligue-1-live' as const,
    probabilities: [0.2 + 0.003 * nth, 0.3, 0.5 - 0.003 * nth],
    happened: nth % 3,
  }));
  return {
    review: reviewRecords(games, WINDOW, REVIEW_LIMITS),
    oracle: {
      ...WINDOW,
      everyMs: 5 * MINUTE,
      games: judged,
      unsettled: { tied: 2, sources_disagree: 1 },
      paths: calibrationOfPaths(lines, { resamples: 100, draw: seededDraw(1) }),
    },
  };
}

const markupOf = async (lines: LinesRecord | null): Promise<string> =>
  (await linesSection(lines)).markup.replaceAll(/\s+/g, ' ');

const GAME = aGame({
  gameId: 'nfl-2026-11-22-MIA-BUF',
  lines: [
    keptLine(NOON - 20 * MINUTE, 0.5),
    keptLine(NOON - 15 * MINUTE, 'line_stale_leg'),
    keptLine(NOON - 5 * MINUTE, 0.5),
  ],
  states: [keptState(NOON, 'live'), keptState(NOON + HOUR, 'final')],
});

describe('lines and data on the page', () => {
  it('are nothing of a run without lines', async () => {
    expect(await markupOf(null)).toBe('');
  });

  it('say what stood, what is missing and why, game by game', async () => {
    const page = await markupOf(recordOf([GAME, aGame({ gameId: 'nfl-unseen' })], 12));
    expect(page).toContain('stood 50.0 % of the time from a game’s first line to its start');
    expect(page).toContain('and 8.3 % of the time in play');
    expect(page).toContain(
      'Missing: 1 game on no scoreboard; 1 game begun without a closing line.',
    );
    expect(page).toMatch(/nfl-2026-11-22-MIA-BUF<\/td>\s*<td class="text">in play/);
    expect(page).toContain('nothing was heard');
    expect(page).toContain('stale leg');
    expect(page).toContain('id="line-strips"');
  });

  it('do not call it none where nobody saw a game in play', async () => {
    const unseen = await markupOf(recordOf([{ ...GAME, states: [] }], 0));
    expect(unseen).toContain('and no source saw a game in play.');
    const only = await markupOf(recordOf([{ ...GAME, lines: GAME.lines.slice(1, 2) }], 0));
    expect(only).toContain(
      'No line stood before a start, and one stood 0.0 % of the time in play.',
    );
  });

  it('say that a few games mean nothing, and which are left out', async () => {
    const page = await markupOf(recordOf([GAME], 12));
    expect(page).toContain('So few games say nothing yet');
    expect(page).toContain('2 tied, 1 on which sources disagree');
    expect(page).toMatch(/Ligue 1 live<\/td>\s*<td class="number">12/);
    expect(page.match(/no line of it is settled/g)).toHaveLength(4);
    expect(page).not.toContain('id="paths-deciles"');
  });

  it('tell a window of seconds, and that no game is judged', async () => {
    const { review, oracle } = recordOf([GAME], 0);
    const window = { fromMs: NOON + 9_000, toMs: NOON + 49_000 };
    const page = await markupOf({
      review: { ...review, window },
      oracle: { ...oracle, ...window },
    });
    expect(page).toContain('1 game from 2026-11-21 12:00:09 to 12:00:49 UTC.');
    expect(page).toContain('No game that began from 2026-11-21 12:00:09 to 12:00:49 UTC has');
  });

  it('show the deciles of a path with enough games', async () => {
    const page = await markupOf(recordOf([GAME], 100));
    expect(page).not.toContain('too few games');
    expect(page).toContain('id="paths-deciles"');
  });
});

const PAGE = { fromMs: 0, toMs: 1_000 };
const span = (fromMs: number, toMs: number) => ({ fromMs, toMs, coveredMs: 0 });
const gap = (fromMs: number, toMs: number) =>
  ({ fromMs, toMs, cause: 'silence', gameId: 'g', phase: 'live' }) as const;

describe('the strip of a game', () => {
  it('shows where a line stood, came and went, and was none, however short a gap is', () => {
    const strip = stripOf(
      { pregame: span(0, 300), live: span(300, 950), gaps: [gap(420, 421), gap(550, 800)] },
      PAGE,
      10,
    );
    expect(strip).toEqual([
      { fromMs: 0, toMs: 300, phase: 'pregame', state: 'stood' },
      { fromMs: 300, toMs: 400, phase: 'live', state: 'stood' },
      { fromMs: 400, toMs: 600, phase: 'live', state: 'came and went' },
      { fromMs: 600, toMs: 800, phase: 'live', state: 'none' },
      { fromMs: 800, toMs: 950, phase: 'live', state: 'stood' },
    ]);
  });

  it('has no piece where there is no span or no time', () => {
    const whole = { pregame: null, live: span(0, 10), gaps: [] };
    expect(stripOf({ ...whole, live: null }, PAGE, 10)).toEqual([]);
    expect(stripOf(whole, { fromMs: 5, toMs: 5 }, 10)).toEqual([]);
  });
});
