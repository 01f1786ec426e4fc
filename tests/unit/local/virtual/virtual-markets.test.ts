import { expect, it } from 'vitest';
import { marketsOfGame } from '../../../../local/virtual/virtual-markets.ts';
import type { Game } from '../../../../shared/simulator/games/game.ts';

function gameAt(start: string): Game {
  const startTimeMs = Date.parse(start);
  return {
    gameId: 'a game',
    home: { code: 'BUF', name: 'Buffalo Bills' },
    away: { code: 'MIA', name: 'Miami Dolphins' },
    startTimeMs,
  } as Game;
}

it.each([
  ['a winter evening', '2026-11-23T04:30:00Z', '26NOV22', 'Nov 22, 2026'],
  ['a summer evening, an hour before midnight', '2026-07-05T03:30:00Z', '26JUL04', 'Jul 4, 2026'],
  ['just after a summer midnight', '2026-07-05T04:30:00Z', '26JUL05', 'Jul 5, 2026'],
])('a market is named by the Eastern day of its game: %s', (_when, start, code, words) => {
  const [market] = marketsOfGame(gameAt(start), 0);
  expect(market?.market.ticker).toBe(`KXNFLGAME-${code}MIABUF-MIA`);
  expect(market?.details.rulesPrimary).toContain(`originally scheduled for ${words},`);
});
