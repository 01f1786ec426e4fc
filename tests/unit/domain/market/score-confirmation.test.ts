import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confirmEvent,
  type ConfirmedEvent,
} from '../../../../shared/domain/market/score-confirmation.ts';
import type { ScoreboardEvent } from '../../../../shared/domain/market/scoreboard-event.ts';
import { runs } from '../../../support/property-settings.ts';
import { aCompetitor, aScoreboardEvent } from '../../../support/scoreboard-builders.ts';

const homeScore = (score: number, change: Partial<ScoreboardEvent> = {}): Change => ({
  competitors: [aCompetitor('home', { score }), aCompetitor('away')],
  ...change,
});
type Change = Partial<ScoreboardEvent>;

/** The fold after looks that are a second apart. */
function after(...looks: readonly Change[]): ConfirmedEvent {
  const last = looks.reduce<ConfirmedEvent | null>(
    (before, change, at) =>
      confirmEvent(before, aScoreboardEvent({ receivedMs: at * 1_000, ...change })),
    null,
  );
  if (last === null) throw new Error('nothing was shown');
  return last;
}

const accepted = (...looks: readonly Change[]) => after(...looks).accepted;
const homeOf = ({ competitors }: ScoreboardEvent) => competitors[0].score;

describe('a score that went down', () => {
  it('is accepted at the second look that shows it', () => {
    const once = after(homeScore(14), homeScore(7));
    expect(homeOf(once.accepted)).toBe(14);
    expect(homeOf(once.shown)).toBe(7);
    expect(once.doubted).toEqual(['scores']);
    expect(once.findings).toEqual([
      { code: 'score_went_down', competitorId: 'home', from: 14, to: 7 },
    ]);
    const twice = after(homeScore(14), homeScore(7), homeScore(7));
    expect(homeOf(twice.accepted)).toBe(7);
    expect(twice).toMatchObject({ doubted: [], findings: [] });
  });

  it('was a slip when it is gone by the next look', () => {
    expect(accepted(homeScore(14), homeScore(7), homeScore(14))).toMatchObject({
      receivedMs: 2_000,
    });
    expect(homeOf(accepted(homeScore(14), homeScore(7), homeScore(14)))).toBe(14);
    expect(homeOf(accepted(homeScore(14), homeScore(7), homeScore(14), homeScore(7)))).toBe(14);
  });

  it('is doubted again when it goes down further, and not when it goes up from there', () => {
    expect(homeOf(accepted(homeScore(14), homeScore(7), homeScore(6)))).toBe(14);
    expect(homeOf(accepted(homeScore(14), homeScore(7), homeScore(6), homeScore(6)))).toBe(6);
    expect(homeOf(accepted(homeScore(14), homeScore(7), homeScore(10)))).toBe(10);
  });

  it('is not shown twice by the same look', () => {
    const same = homeScore(7, { receivedMs: 1_000 });
    expect(homeOf(accepted(homeScore(14), same, same))).toBe(14);
    expect(homeOf(accepted(homeScore(14), same, homeScore(7, { receivedMs: 500 })))).toBe(14);
  });

  it('holds back the scores alone: a game that is stopped is so at once', () => {
    const state = accepted(homeScore(14), homeScore(7, { status: 'suspended', period: 3 }));
    expect(homeOf(state)).toBe(14);
    expect(state).toMatchObject({ status: 'suspended', period: 3 });
  });
});

it('a period or a phase that went back is accepted at the second look too', () => {
  const back: Change = { period: 1, clock: null };
  expect(accepted({}, back)).toMatchObject({ period: 2, clock: { seconds: 60 } });
  expect(accepted({}, back, back)).toMatchObject({ period: 1, clock: null });
  const over: Change = { status: 'final', statusWord: 'STATUS_FINAL' };
  expect(accepted(over, {})).toMatchObject(over);
  expect(accepted(over, {}, {})).toMatchObject({ status: 'in_progress' });
  expect(after(over, {}).doubted).toEqual(['status']);
});

it('other competitors are accepted at the second look too', () => {
  const others: Change = { competitors: [aCompetitor('a'), aCompetitor('b')] };
  expect(accepted({}, others).competitors[0].id).toBe('home');
  expect(accepted({}, others, others).competitors[0].id).toBe('a');
});

it('what goes on as it may is accepted as it is shown', () => {
  const looks: readonly Change[] = [
    homeScore(0, { status: 'scheduled', period: 0 }),
    homeScore(0),
    homeScore(7, { clock: { direction: 'down', seconds: 75, addedMinutes: 0 } }),
    homeScore(7, { status: 'delayed' }),
    homeScore(7, { startTimeMs: 9 }),
    homeScore(7, { status: 'final', period: 4 }),
  ];
  for (const [at] of looks.entries()) {
    const { accepted: state, shown, doubted } = after(...looks.slice(0, at + 1));
    expect(state).toEqual(shown);
    expect(doubted).toEqual([]);
  }
});

it('another event begins anew', () => {
  const other = homeScore(0, { eventId: '2' });
  expect(homeOf(accepted(homeScore(14), other))).toBe(0);
});

it('an accepted score goes down only where two looks in a row were below it', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(scores, (shown) => {
      const taken = shown.map((_, at) =>
        homeOf(accepted(...shown.slice(0, at + 1).map((score) => homeScore(score)))),
      );
      for (let at = 1; at < shown.length; at += 1) {
        const [was, now] = [taken[at - 1] ?? -1, taken[at] ?? -1];
        const [first, second] = [shown[at - 1] ?? -1, shown[at] ?? -1];
        expect([was, second]).toContain(now);
        if (now < was) expect(first < was && second < was && second >= first).toBe(true);
        if (second >= was) expect(now).toBe(second);
      }
    }),
    runs(),
  );
});
