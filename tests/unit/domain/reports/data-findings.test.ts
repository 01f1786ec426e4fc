import { describe, expect, it } from 'vitest';
import { dataFindings } from '../../../../shared/domain/reports/data-findings.ts';
import { REVIEW_LIMITS, reviewRecords } from '../../../../shared/domain/reports/data-review.ts';
import type { RecordedLine } from '../../../../shared/domain/reports/game-record.ts';
import type { LineRefusalCode } from '../../../../shared/domain/pricing/fair-line.ts';
import { aGame, HOUR, keptLine, keptState, MINUTE } from '../../../support/game-record-builders.ts';
import { NOON } from '../../../support/trade-builders.ts';

const WINDOW = { fromMs: NOON - HOUR, toMs: NOON + 12 * HOUR };

/** A game of so many minutes from noon on, with the lines that are given beside one a moment before. */
function found(minutes: number, lines: readonly RecordedLine[]) {
  const states = [keptState(NOON, 'live'), keptState(NOON + minutes * MINUTE, 'final')];
  const game = aGame({ states, lines: [keptLine(NOON - MINUTE, 0.5), ...lines] });
  return reviewRecords([game], WINDOW, REVIEW_LIMITS).leagues.flatMap((review) =>
    dataFindings(review, WINDOW),
  );
}

const gone = (minute: number, code: LineRefusalCode): RecordedLine =>
  keptLine(NOON + minute * MINUTE, code, { phase: 'live' });
const stands = (minute: number): RecordedLine =>
  keptLine(NOON + minute * MINUTE, 0.6, { phase: 'live' });

describe('lines are thin in play', () => {
  it.each(['line_missing', 'line_expired', 'line_stale_leg', 'line_waiting'] as const)(
    'when none stood for more than half of the play because of %s',
    (code) => {
      // A line is known to stand for ten minutes; a word in play says that it goes on.
      const goesOn = [stands(5), stands(14), stands(23)];
      expect(found(60, [...goesOn, gone(29, code)])).toEqual([
        { league: 'nfl', code: 'thin_in_play', share: 29 / 60, spanMs: HOUR },
      ]);
      expect(found(60, [...goesOn, gone(30, code)])).toEqual([]);
    },
  );

  it('and not when the books had closed the market, or no feed is there for play: none was to be had', () => {
    expect(found(60, [gone(5, 'line_suspended')])).toEqual([]);
    expect(found(60, [gone(0, 'line_not_in_play')])).toEqual([]);
    // Of the forty minutes that were not suspended, one stood for five.
    const lines = [gone(5, 'line_suspended'), gone(25, 'line_expired')];
    expect(found(60, lines)).toMatchObject([
      { code: 'thin_in_play', share: 5 / 40, spanMs: 40 * MINUTE },
    ]);
  });

  it('and not of less than ten minutes of play', () => {
    expect(found(9, [gone(1, 'line_expired')])).toEqual([]);
    expect(found(10, [gone(1, 'line_expired')])).toMatchObject([{ code: 'thin_in_play' }]);
  });
});

it('a game that did not take place lacks nothing', () => {
  const off = aGame({ states: [keptState(NOON - HOUR, 'off')] });
  const [review] = reviewRecords([off], WINDOW, REVIEW_LIMITS).leagues;
  expect(review === undefined ? null : dataFindings(review, WINDOW)).toEqual([]);
});
