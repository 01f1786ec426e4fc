import { expect, it } from 'vitest';
import { CoverageWatch } from '../../../../shared/domain/feeds/coverage.ts';

const WITHIN = 1_000;

function watching(books: readonly string[], games: readonly string[] | null): CoverageWatch {
  const watch = new CoverageWatch(WITHIN);
  watch.expect(books, games, 0);
  return watch;
}

it('reports each book and game that has not come, once its time is over', () => {
  const watch = watching(['pinnacle', 'draftkings'], ['a', 'b']);
  watch.saw('pinnacle', 'a');
  watch.saw('pinnacle', 'b');
  watch.saw('draftkings', 'b');
  expect(watch.report(WITHIN - 1).missing).toEqual([]);
  expect(watch.report(WITHIN)).toEqual({
    requestedBooks: ['pinnacle', 'draftkings'],
    requestedGames: ['a', 'b'],
    seen: [
      { book: 'pinnacle', game: 'a' },
      { book: 'pinnacle', game: 'b' },
      { book: 'draftkings', game: 'b' },
    ],
    missing: [{ book: 'draftkings', game: 'a' }],
  });
  watch.saw('draftkings', 'a');
  expect(watch.report(WITHIN).missing).toEqual([]);
});

it('reports a book of which nothing came as a whole: its name may be one that the feed dropped', () => {
  const watch = watching(['pinnacle', 'pinacle'], ['a', 'b']);
  watch.saw('pinnacle', 'a');
  watch.saw('pinnacle', 'b');
  expect(watch.report(WITHIN).missing).toEqual([{ book: 'pinacle', game: null }]);
});

it('does not count a game that was not asked for', () => {
  const watch = watching(['pinnacle'], ['a']);
  watch.saw('pinnacle', 'other');
  watch.saw('kalshi', 'a');
  expect(watch.report(WITHIN)).toMatchObject({
    seen: [],
    missing: [{ book: 'pinnacle', game: null }],
  });
});

it('asks each book for any game while it is not known which games there are', () => {
  const watch = watching(['pinnacle', 'betmgm'], null);
  watch.saw('betmgm', 'any');
  expect(watch.report(WITHIN)).toMatchObject({
    seen: [{ book: 'betmgm', game: 'any' }],
    missing: [{ book: 'pinnacle', game: null }],
  });
});

it('asks nothing of anybody where there is no game, be it that the last one is over', () => {
  const watch = watching(['pinnacle'], ['a']);
  watch.expect(['pinnacle'], [], 500);
  expect(watch.report(2 * WITHIN)).toEqual({
    requestedBooks: ['pinnacle'],
    requestedGames: [],
    seen: [],
    missing: [],
  });
  watch.expect(['pinnacle'], ['b'], 2 * WITHIN);
  expect(watch.report(3 * WITHIN).missing).toEqual([{ book: 'pinnacle', game: null }]);
});

it('gives a game that was added later its own time, and keeps the time of the others', () => {
  const watch = watching(['pinnacle'], ['a']);
  watch.saw('pinnacle', 'a');
  watch.expect(['pinnacle'], ['a', 'b'], 600);
  expect(watch.report(WITHIN).missing).toEqual([]);
  expect(watch.report(600 + WITHIN).missing).toEqual([{ book: 'pinnacle', game: 'b' }]);
  watch.expect(['pinnacle'], ['b'], 700);
  watch.expect(['pinnacle', 'betmgm'], ['b'], 800);
  expect(watch.report(600 + WITHIN).missing).toEqual([{ book: 'pinnacle', game: null }]);
});

it('begins anew with a new connection', () => {
  const watch = watching(['pinnacle'], ['a']);
  watch.saw('pinnacle', 'a');
  watch.restart(5_000);
  expect(watch.report(5_000 + WITHIN - 1)).toMatchObject({ seen: [], missing: [] });
  expect(watch.report(5_000 + WITHIN).missing).toEqual([{ book: 'pinnacle', game: null }]);
});
