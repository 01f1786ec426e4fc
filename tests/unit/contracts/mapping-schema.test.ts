import { expect, it } from 'vitest';
import * as z from 'zod';
import { mappingFields, withLeague } from '../../../shared/contracts/mapping-schema.ts';
import { LEAGUES } from '../../../shared/domain/market/leagues.ts';

const schema = z.preprocess(withLeague, z.strictObject(mappingFields));
const mapping = {
  market: 'M',
  gameId: 'nfl-2026-11-22-MIA-BUF',
  yesSide: 'home',
  startTimeMs: 1,
  evidence: [],
};

it('a mapping of before they had a league has the one that its game names', () => {
  expect(schema.parse(mapping)).toEqual({ ...mapping, league: 'nfl' });
  for (const league of LEAGUES)
    for (const gameId of [`${league}-2026-11-22-A-B`, `${league}:22400061`])
      expect(schema.parse({ ...mapping, gameId })).toMatchObject({ league });
});

it('a league that is said is not guessed', () => {
  expect(schema.parse({ ...mapping, league: 'nba' })).toMatchObject({ league: 'nba' });
  expect(schema.safeParse({ ...mapping, league: 'xfl' }).success).toBe(false);
});

it.each([{ gameId: 'game-1' }, { gameId: 'nfl' }, { gameId: 'nflx-2026' }, { gameId: 5 }])(
  'a mapping that names no league is refused: %j',
  (change) => {
    expect(schema.safeParse({ ...mapping, ...change }).success).toBe(false);
  },
);

it('what is no mapping is refused as it is', () => {
  for (const value of [null, 5, 'nfl-1', []]) expect(schema.safeParse(value).success).toBe(false);
});
