import { describe, expect, it } from 'vitest';
import { GameNames } from '../../../../shared/adapters/espn/game-names.ts';

const PAIR = 'mlb-2026-06-30-DET-NYY';
const of = (names: GameNames, ...eventIds: readonly string[]) =>
  Object.fromEntries(names.of(eventIds.map((eventId) => ({ pair: PAIR, eventId }))));

describe('the names of games', () => {
  it('are given once: whoever comes later, and whoever goes', () => {
    const names = new GameNames();
    expect(of(names, '7')).toEqual({ 7: PAIR });
    expect(of(names, '3', '7')).toEqual({ 3: `${PAIR}-3`, 7: PAIR });
    expect(of(names, '3')).toEqual({ 3: `${PAIR}-3` });
    expect(of(names, '9')).toEqual({ 9: `${PAIR}-9` });
    expect(of(names, '9', '7', '3')).toEqual({ 9: `${PAIR}-9`, 7: PAIR, 3: `${PAIR}-3` });
  });

  it('are the pair’s alone for none of two that are first seen together, in whatever order', () => {
    const both = { 3: `${PAIR}-3`, 7: `${PAIR}-7` };
    expect(of(new GameNames(), '3', '7')).toEqual(both);
    expect(of(new GameNames(), '7', '3')).toEqual(both);
  });

  it('of pairs that were not seen for longest are forgotten, and no others', () => {
    const names = new GameNames();
    of(names, '7');
    for (let nth = 0; nth < 20_000; nth += 1) {
      names.of([{ pair: `nba-${nth}`, eventId: String(nth) }]);
      if (nth < 10_000 && nth % 1_000 === 0) of(names, '7');
    }
    expect(names.of([{ pair: 'nba-19999', eventId: '1' }]).get('1')).toBe('nba-19999-1');
    expect(names.of([{ pair: 'nba-0', eventId: '1' }]).get('1')).toBe('nba-0');
    expect(of(names, '3')).toEqual({ 3: PAIR });
  });
});
