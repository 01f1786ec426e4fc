import { expect, it } from 'vitest';
import type { BalldontlieRead } from '../../../../shared/adapters/balldontlie/balldontlie-client.ts';
import { LiveScores } from '../../../../shared/adapters/balldontlie/live-scores.ts';
import {
  encodeBoxScores,
  encodeGames,
  type SentGame,
  type SentStanding,
} from '../../../../shared/adapters/balldontlie/wire/encode.ts';
import { decodeGames } from '../../../../shared/adapters/balldontlie/wire/games.ts';

const GAME: SentGame = {
  id: 7,
  home: { id: 20, abbreviation: 'NYK', fullName: 'New York Knicks' },
  visitor: { id: 6, abbreviation: 'CLE', fullName: 'Cleveland Cavaliers' },
  startTimeMs: Date.UTC(2026, 10, 23, 0, 30),
  standing: { kind: 'live', period: 2, clockSeconds: 300 },
  homeScore: 40,
  visitorScore: 38,
};
const FINAL: SentStanding = { kind: 'final', period: 4 };

function readOf(text: string) {
  const page = decodeGames(JSON.parse(text), 1);
  if (page === null) throw new Error('no page');
  return { kind: 'games', games: page.games, refused: page.refused, askedMs: 0 } as const;
}

const listed = (game: SentGame) =>
  readOf(encodeGames([game], { nextCursor: null, perPage: 25 }, 'newer'));
const inPlay = (game: SentGame) => readOf(encodeBoxScores([game], 'newer'));

function answering(read: BalldontlieRead) {
  let asked = 0;
  const live = new LiveScores({
    liveBoxScores: () => {
      asked += 1;
      return Promise.resolve(read);
    },
  });
  return { live, asked: () => asked };
}

it('what is newer of a game in play takes the place of the list’s word', async () => {
  const { live } = answering(inPlay({ ...GAME, homeScore: 43 }));
  const { games } = await live.refresh(listed(GAME));
  expect(games[0]?.competitors.map(({ score }) => score)).toEqual([43, 38]);
});

it.each([
  ['the list says that it is over', { ...GAME, standing: FINAL }, GAME],
  ['only the box score says that it is over', GAME, { ...GAME, standing: FINAL }],
  ['it is another game', GAME, { ...GAME, home: { ...GAME.home, id: 1 } }],
])('the list counts where %s', async (_, list, box) => {
  const { live } = answering(inPlay({ ...box, homeScore: 99 }));
  expect((await live.refresh(listed(list))).games).toEqual(listed(list).games);
});

it.each(['unauthorized', 'denied'] as const)('a plan that is %s is asked once', async (code) => {
  const { live, asked } = answering({ kind: 'failed', code, detail: 'HTTP 40x' });
  await live.refresh(listed(GAME));
  expect((await live.refresh(listed(GAME))).games).toEqual(listed(GAME).games);
  expect(asked()).toBe(1);
  expect(live.isAsked).toBe(false);
});

it('any other failure is one of this look', async () => {
  const { live, asked } = answering({ kind: 'failed', code: 'timeout', detail: '' });
  await live.refresh(listed(GAME));
  await live.refresh(listed(GAME));
  expect(asked()).toBe(2);
});
