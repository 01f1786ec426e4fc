import { describe, expect, it } from 'vitest';
import { readRules } from '../../../../shared/domain/mapping/rules-text.ts';

const read = (primary: string, secondary = '') => readRules({ primary, secondary });

const at = (time: string) =>
  read('', `It is originally scheduled for Jul 4, 2026${time}.`).scheduled?.rule.startMs;

describe('rules', () => {
  it('name the winner, both sides and the day', () => {
    const said =
      'If Los Angeles R wins the St. Louis vs Los Angeles R professional football game originally scheduled for Dec 6, 2026 at 1:00 PM EST, then the market resolves to Yes.';
    expect(read(said)).toMatchObject({
      winner: { rule: 'Los Angeles R', quote: said },
      sides: {
        rule: { first: 'St. Louis', second: 'Los Angeles R professional football', isAt: false },
      },
      scheduled: { rule: { date: '2026-12-06', startMs: Date.parse('2026-12-06T18:00:00Z') } },
    });
    expect(read('If Iowa St. wins the Iowa St. at BYU game, Yes.').sides?.rule.isAt).toBe(true);
  });

  it('have a start only where they say an Eastern time', () => {
    expect(at('')).toBeNull();
    expect(at(' at 12:05 PM PDT')).toBeNull();
    expect(at(' at 12:05 PM EDT')).toBe(Date.parse('2026-07-04T16:05:00Z'));
    expect(at(' at 12:05 AM EDT')).toBe(Date.parse('2026-07-04T04:05:00Z'));
  });

  it.each([
    ['If the game ends in a tie, the market will resolve to $0.50 for each team.', 'half'],
    ['A draw settles at 50 cents.', 'half'],
    [
      'If the match is tied after 90 minutes, the “Tie” strike will resolve to Yes and all team strikes will resolve to No.',
      'own_market',
    ],
    ['If the bout is a draw, the market resolves to No.', 'pays_no'],
    ['In a tie the market resolves to the last fair market price.', 'fair_price'],
    ['A tie-break decides.', 'not_stated'],
    ['Overtime is included.', 'not_stated'],
  ])('on a tie: %s', (secondary, rule) => {
    const { tie, contradictions } = read('', secondary);
    expect([tie.rule, contradictions]).toEqual([rule, []]);
    expect(tie.quote).toBe(rule === 'not_stated' ? null : secondary);
  });

  it.each([
    [
      'If this game is postponed or delayed, the market will remain open and close after the rescheduled game has finished (within two days). If the game is cancelled or rescheduled to over two days away, the market will resolve to a fair price.',
      { kind: 'waits', hours: 48, otherwise: 'fair_price' },
    ],
    [
      'If this game is postponed, the market will remain open (within two weeks).',
      { kind: 'waits', hours: 336, otherwise: 'not_stated' },
    ],
    [
      'If the game is postponed but begins within 48 hours from its start, it counts. If the game is not started within 48 hours, the market will resolve to a fair market price.',
      { kind: 'waits', hours: 48, otherwise: 'fair_price' },
    ],
    [
      'If the game is postponed, the market remains open until it has been played.',
      { kind: 'waits_without_limit' },
    ],
    ['If the game is postponed, the market resolves to a fair price.', { kind: 'fair_price' }],
    ['Overtime is included.', { kind: 'not_stated' }],
    ['Winners are paid within 2 hours of the end.', { kind: 'not_stated' }],
  ])('on a postponement: %s', (secondary, rule) => {
    const { postponement, contradictions } = read('', secondary);
    expect([postponement.rule, contradictions]).toEqual([rule, []]);
  });

  it('that say two things contradict themselves', () => {
    const two = 'A tie resolves to No. A draw settles at 50 cents.';
    expect(read('', two).contradictions).toEqual([
      { about: 'tie', quotes: ['A tie resolves to No.', 'A draw settles at 50 cents.'] },
    ]);
  });

  it('that settle a tie in words that nobody knows do not say that it pays nothing', () => {
    const unknown = 'If the match is a draw, the market resolves as the committee decides.';
    expect(read('', unknown).tie).toEqual({ rule: 'not_stated', quote: null });
    expect(read('', 'A draw is possible, and it may come to No surprise.').tie.rule).toBe(
      'not_stated',
    );
  });

  it('that say nothing state nothing', () => {
    expect(read('')).toEqual({
      winner: null,
      sides: null,
      scheduled: null,
      tie: { rule: 'not_stated', quote: null },
      postponement: { rule: { kind: 'not_stated' }, quote: null },
      contradictions: [],
    });
  });
});
