import { expect, it } from 'vitest';
import { LEAGUES, outcomesOf, sportOf } from '../../../../shared/domain/market/leagues.ts';

it('soccer is quoted on a draw, and nothing else is', () => {
  for (const league of LEAGUES)
    expect([league, outcomesOf(league)]).toEqual([
      league,
      sportOf(league) === 'soccer' ? ['home', 'draw', 'away'] : ['home', 'away'],
    ]);
  expect(LEAGUES.filter((league) => outcomesOf(league).length === 3)).toEqual(['epl', 'ligue-1']);
});
