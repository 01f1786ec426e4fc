import { describe, expect, it } from 'vitest';
import { decodeOdds } from '../../../../shared/adapters/odds-api/wire/answers.ts';
import { quotedLegs } from '../../../../shared/adapters/odds-api/wire/quotes.ts';
import type { League } from '../../../../shared/domain/market/leagues.ts';

type Outcomes = readonly { readonly name: string; readonly price: unknown }[];

const EVENT = {
  id: 'a1b2c3',
  sport_key: 'americanfootball_nfl',
  sport_title: 'NFL',
  commence_time: '2026-11-22T18:00:00Z',
  home_team: 'Buffalo Bills',
  away_team: 'Miami Dolphins',
};
const UPDATED = '2026-11-22T15:02:11Z';
const BILLS = { name: 'Buffalo Bills', price: -245 };
const DOLPHINS = { name: 'Miami Dolphins', price: 205 };
const DRAW = { name: 'Draw', price: 260 };

function bookmaker(outcomes: Outcomes, key = 'pinnacle', extra: object = {}): object {
  const market = { key: 'h2h', last_update: UPDATED, outcomes, ...extra };
  return { key, title: key, last_update: UPDATED, markets: [market] };
}

function read(
  bookmakers: readonly object[],
  league: League = 'nfl',
  format: 'american' | 'decimal' = 'american',
) {
  const answer = decodeOdds([{ ...EVENT, bookmakers }]);
  const [event] = answer?.rows ?? [];
  if (event === undefined) throw new Error('no event');
  const legs = quotedLegs(event, { gameId: 'game', league, format, receivedMs: 1 });
  const quotes = legs.replacements.map((replacement) => [
    replacement.source,
    ...replacement.legs.map(({ side, quote }) =>
      quote.kind === 'quoted' ? `${side} ${quote.raw} ${quote.decimalOdds}` : side,
    ),
  ]);
  return { ...legs, quotes, refused: [...(answer?.refused ?? []), ...legs.refused] };
}

const sequenceOf = (books: readonly object[]) => read(books).replacements[0]?.sequence;
const soccerQuotes = (outcomes: Outcomes) => read([bookmaker(outcomes)], 'epl').quotes[0]?.slice(1);

describe('a winner market of a book', () => {
  it('is one leg for each outcome, with its text kept', () => {
    const { quotes, refused } = read([bookmaker([DOLPHINS, BILLS])]);
    expect(quotes).toEqual([['pinnacle', 'home -245 1.4081632653061225', 'away 205 3.05']]);
    expect(refused).toEqual([]);
  });

  it('has the market’s own time, else the book’s, in microseconds', () => {
    const own = { last_update: '2026-11-22T15:02:11.25Z' };
    expect(sequenceOf([bookmaker([BILLS, DOLPHINS], 'pinnacle', own)])).toBe(1_795_359_731_250_000);
    const absent = { last_update: undefined };
    expect(sequenceOf([bookmaker([BILLS, DOLPHINS], 'pinnacle', absent)])).toBe(
      1_795_359_731_000_000,
    );
  });

  it.each([
    [
      'a price near settlement',
      [{ ...BILLS, price: -100_000 }, DOLPHINS],
      ['home', 'away 205 3.05'],
    ],
    [
      'a price of a miracle',
      [BILLS, { ...DOLPHINS, price: 100_000 }],
      ['home -245 1.4081632653061225', 'away'],
    ],
    ['odds that do not exist', [{ ...BILLS, price: -50 }, DOLPHINS], ['home', 'away 205 3.05']],
    ['no odds at all', [{ ...BILLS, price: 0 }, DOLPHINS], ['home', 'away 205 3.05']],
    ['a side alone', [BILLS], ['home', 'away']],
    ['a side that stands twice', [BILLS, BILLS, DOLPHINS], ['home', 'away']],
    ['somebody else', [BILLS, { ...DOLPHINS, name: 'New York Jets' }], ['home', 'away']],
    ['a draw where the league has none', [BILLS, DRAW, DOLPHINS], ['home', 'away']],
    ['a price that is text', [{ ...BILLS, price: '-245' }, DOLPHINS], ['home', 'away']],
    ['a price that is null', [{ ...BILLS, price: null }, DOLPHINS], ['home', 'away']],
    ['nobody', [], ['home', 'away']],
  ])('with %s is suspended there and told', (_, outcomes, quotes) => {
    const answer = read([bookmaker(outcomes)]);
    expect(answer.quotes).toEqual([['pinnacle', ...quotes]]);
    expect(answer.refused.map(({ code }) => code)).toContain('malformed');
  });

  it.each([
    [1, ['home', 'away 2.98 2.98']],
    [1.004, ['home', 'away 2.98 2.98']],
    [1.42, ['home 1.42 1.42', 'away 2.98 2.98']],
    [201.5, ['home', 'away 2.98 2.98']],
  ])('of decimal odds %s', (price, quotes) => {
    const outcomes = [
      { ...BILLS, price },
      { ...DOLPHINS, price: 2.98 },
    ];
    expect(read([bookmaker(outcomes)], 'nfl', 'decimal').quotes).toEqual([['pinnacle', ...quotes]]);
  });

  it('of soccer needs its draw', () => {
    expect(soccerQuotes([BILLS, DRAW, DOLPHINS])).toEqual([
      'home -245 1.4081632653061225',
      'draw 260 3.6',
      'away 205 3.05',
    ]);
    expect(soccerQuotes([BILLS, DOLPHINS])).toEqual(['home', 'draw', 'away']);
  });

  it('without a time that can be read is refused: nobody could say how old it is', () => {
    const times = { last_update: 'yesterday' };
    const { quotes, refused } = read([
      { ...bookmaker([BILLS, DOLPHINS], 'pinnacle', times), last_update: UPDATED },
    ]);
    expect(quotes).toEqual([]);
    expect(refused).toMatchObject([{ detail: 'pinnacle of a1b2c3 has no last_update' }]);
  });

  it('with a name that is none of the game’s is suspended as a whole, and no name is the draw by default', () => {
    const somebody = { name: 'Somebody', price: 260 };
    expect(soccerQuotes([BILLS, DOLPHINS, somebody])).toEqual(['home', 'draw', 'away']);
    for (const outcomes of [
      [BILLS, DRAW],
      [BILLS, somebody],
      [BILLS, DOLPHINS, somebody],
    ])
      expect(read([bookmaker(outcomes)]).quotes).toEqual([['pinnacle', 'home', 'away']]);
  });

  it('that stands twice is suspended', () => {
    const other = { ...BILLS, price: -120 };
    const { quotes } = read([bookmaker([BILLS, DOLPHINS]), bookmaker([other, DOLPHINS])]);
    expect(quotes).toEqual([['pinnacle', 'home', 'away']]);
  });

  it('of another kind is not a winner market', () => {
    const spreads = { key: 'pinnacle', markets: [{ key: 'h2h_lay', outcomes: 'whatever' }] };
    expect(read([spreads])).toMatchObject({ quotes: [], refused: [] });
  });
});

describe('books', () => {
  it('are ours under our names, and the others are counted: exchanges are no source', () => {
    const keys = ['williamhill_us', 'betmgm', 'betfair_ex_eu', 'kalshi', 'polymarket', 'caesars'];
    const { quotes, unknownBooks } = read(keys.map((key) => bookmaker([BILLS, DOLPHINS], key)));
    expect(quotes.map(([source]) => source)).toEqual(['caesars', 'betmgm']);
    expect(unknownBooks).toEqual(['betfair_ex_eu', 'kalshi', 'polymarket', 'caesars']);
  });

  it('one that cannot be read does not take the others along', () => {
    const { quotes, refused } = read([{ key: 7 }, bookmaker([BILLS, DOLPHINS])]);
    expect(quotes).toHaveLength(1);
    expect(refused).toHaveLength(1);
  });
});
