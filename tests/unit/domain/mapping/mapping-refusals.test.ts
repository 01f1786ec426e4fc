import { describe, expect, it } from 'vitest';
import { mapMarkets } from '../../../../shared/domain/mapping/map-markets.ts';
import {
  countUnmapped,
  refusalInWords,
  type MappingRefusal,
} from '../../../../shared/domain/mapping/mapping-refusal.ts';
import {
  aListing,
  anEvent,
  BUFFALO,
  KICK_OFF_MS,
  mapInput,
  MIAMI,
  NFL_TIE,
  refusals,
  type Side,
} from '../../../support/told-markets.ts';

const HOUR_MS = 3_600_000;
const game = aListing(MIAMI, BUFFALO);
const event = anEvent(MIAMI, BUFFALO);
const RAMS: Side = { code: 'LA', name: 'Los Angeles Rams' };
const WASHINGTON: Side = { code: 'WAS', name: 'Washington Commanders' };

const rules =
  (primary: string, secondary = '') =>
  () => ({ primary, secondary });

describe('a market is refused', () => {
  it.each<readonly [string, Parameters<typeof refusals>, Partial<MappingRefusal>]>([
    [
      'of another series',
      [[anEvent(MIAMI, BUFFALO, { series: 'KXNFLTOTAL' })], [game]],
      { code: 'foreign_series', series: 'KXNFLTOTAL' },
    ],
    [
      'of a series that is off',
      [[anEvent(MIAMI, BUFFALO, { series: 'KXNHLGAME' })], [game]],
      { code: 'series_off' },
    ],
    [
      'whose event is not told of',
      [[event], [game], { events: new Map() }],
      { code: 'event_unknown' },
    ],
    [
      'of a game that is not listed',
      [[event], [aListing(RAMS, WASHINGTON)]],
      { code: 'no_such_game', date: '2026-11-22', sides: 'MIABUF', unknown: [] },
    ],
    [
      'of a team that nobody knows',
      [[anEvent({ code: 'XXX', name: 'Xanadu' }, BUFFALO)], [game]],
      { code: 'no_such_game', unknown: ['Xanadu'] },
    ],
    [
      'of two listed games',
      [[event], [game, { ...game, gameId: 'another' }]],
      { code: 'ambiguous_game', games: ['another', 'nfl-2026-11-22-MIA-BUF'] },
    ],
    [
      'with home and away exchanged in the ticker',
      [[anEvent(BUFFALO, MIAMI)], [game]],
      { code: 'reversed', source: 'ticker' },
    ],
    [
      'with home and away exchanged in the title',
      [[anEvent(MIAMI, BUFFALO, { title: 'Buffalo at Miami Winner?' })], [game]],
      { code: 'reversed', source: 'title' },
    ],
    [
      'with home and away exchanged in the rules',
      [
        [
          anEvent(MIAMI, BUFFALO, {
            rules: rules('If Miami wins the Buffalo at Miami professional football game, Yes.'),
          }),
        ],
        [game],
      ],
      { code: 'reversed', source: 'rules' },
    ],
    [
      'with the host first before an @ in the title',
      [[anEvent(MIAMI, BUFFALO, { title: 'Buffalo @ Miami' })], [game]],
      { code: 'reversed', source: 'title' },
    ],
    [
      'with the visitors as the host of somebody that nobody knows',
      [[anEvent(MIAMI, BUFFALO, { title: 'Xanadu at Miami' })], [game]],
      { code: 'reversed', source: 'title' },
    ],
    [
      'with the host as the visitors of somebody that nobody knows',
      [[anEvent(MIAMI, BUFFALO, { title: 'Buffalo at Xanadu' })], [game]],
      { code: 'reversed', source: 'title' },
    ],
    [
      'with one team on both sides of the title',
      [[anEvent(MIAMI, BUFFALO, { title: 'Miami vs Dolphins' })], [game]],
      { code: 'teams_differ', source: 'title' },
    ],
    [
      'listed three days later, which is another game',
      [[event], [aListing(MIAMI, BUFFALO, { easternDate: '2026-11-25' })]],
      { code: 'no_such_game' },
    ],
    [
      'of a pair that does not play where another does a day later',
      [[event], [aListing(RAMS, WASHINGTON, { easternDate: '2026-11-23' })]],
      { code: 'no_such_game' },
    ],
    [
      'listed two days earlier',
      [[event], [aListing(MIAMI, BUFFALO, { easternDate: '2026-11-20' })]],
      { code: 'date_differs', source: 'scoreboard', says: '2026-11-20' },
    ],
    [
      'of a team of another league with the same code',
      [[event], [aListing(MIAMI, BUFFALO, { league: 'nba' }), aListing(RAMS, WASHINGTON)]],
      { code: 'no_such_game', unknown: [] },
    ],
    [
      'of athletes of whom one is nobody’s',
      [
        [
          anEvent(
            { code: 'AAA', name: 'Ann Aaa' },
            { code: 'BBB', name: 'Bea Bbb' },
            { series: 'KXWTAMATCH' },
          ),
        ],
        [
          aListing(
            { code: '1', name: 'Ann Aaa' },
            { code: '2', name: 'Cat Ccc' },
            { league: 'wta' },
          ),
        ],
        { seriesNamed: ['KXWTAMATCH'] },
      ],
      { code: 'no_such_game', unknown: ['Bea Bbb'] },
    ],
    [
      'with another team in the title',
      [[anEvent(MIAMI, BUFFALO, { title: 'Miami at Denver' })], [game]],
      { code: 'teams_differ', source: 'title' },
    ],
    [
      'listed two days later',
      [[event], [aListing(MIAMI, BUFFALO, { easternDate: '2026-11-24' })]],
      { code: 'date_differs', source: 'scoreboard', says: '2026-11-24' },
    ],
    [
      'with a start that is guessed',
      [[event], [{ ...game, startConfirmed: false }]],
      { code: 'start_unconfirmed', startTimeMs: KICK_OFF_MS },
    ],
    [
      'with a start that the odds feed has an hour later',
      [[event], [game], { oddsStarts: new Map([[game.gameId, KICK_OFF_MS + HOUR_MS]]) }],
      { code: 'start_differs', source: 'odds_feed', offMs: HOUR_MS, isZoneSuspected: false },
    ],
    [
      'with a start in another zone',
      [[event], [game], { oddsStarts: new Map([[game.gameId, KICK_OFF_MS - 5 * HOUR_MS]]) }],
      { code: 'start_differs', isZoneSuspected: true },
    ],
    [
      'with a time in its ticker that is not the start',
      [[anEvent(MIAMI, BUFFALO, { time: '1500' })], [game]],
      { code: 'start_differs', source: 'ticker', offMs: 2 * HOUR_MS },
    ],
    [
      'of an event that both sides may win',
      [[anEvent(MIAMI, BUFFALO, { isMutuallyExclusive: false })], [game]],
      { code: 'not_mutually_exclusive' },
    ],
    [
      'whose rules tell of two ties',
      [[anEvent(MIAMI, BUFFALO, { rules: rules('', `${NFL_TIE} A tie resolves to No.`) })], [game]],
      { code: 'rules_contradict', about: 'tie' },
    ],
    [
      'whose rules tell of two waits',
      [
        [
          anEvent(MIAMI, BUFFALO, {
            rules: rules(
              '',
              'If it is postponed within two days, it stays open. If it is cancelled for over two weeks, it resolves to a fair price.',
            ),
          }),
        ],
        [game],
      ],
      { code: 'rules_contradict', about: 'postponement' },
    ],
  ])('%s', (_, given, expected) => {
    expect(refusals(...given)[0]).toMatchObject(expected);
  });

  it.each<readonly [string, object, Partial<MappingRefusal>]>([
    [
      'whose YES is another team',
      { yesName: 'Denver Broncos' },
      { code: 'teams_differ', source: 'yes_name' },
    ],
    [
      'whose YES is the other team',
      { yesName: 'Miami Dolphins' },
      { code: 'teams_differ', source: 'yes_name' },
    ],
    [
      'whose NO is another team',
      { noName: 'Denver Broncos' },
      { code: 'teams_differ', source: 'no_name' },
    ],
    [
      'whose rules name the other winner',
      {
        rules: {
          primary: 'If Miami wins the Miami at Buffalo professional football game, then Yes.',
          secondary: '',
        },
      },
      { code: 'rules_contradict', about: 'winner' },
    ],
    ...[
      'in regulation',
      'in the first half',
      'in the 1st quarter',
      'in the first five innings',
    ].map(
      (part) =>
        [
          `whose rules end with a part of the game: ${part}`,
          {
            rules: {
              primary: `If Buffalo wins the Miami at Buffalo game ${part}, then Yes.`,
              secondary: '',
            },
          },
          { code: 'rules_contradict', about: 'winner' },
        ] as const,
    ),
    [
      'whose rules name another game',
      {
        rules: {
          primary: 'If Buffalo wins the Denver at Buffalo professional football game, then Yes.',
          secondary: '',
        },
      },
      { code: 'rules_contradict', about: 'sides' },
    ],
    [
      'whose rules name another host',
      {
        rules: {
          primary: 'If Buffalo wins the Miami at Denver professional football game, then Yes.',
          secondary: '',
        },
      },
      { code: 'rules_contradict', about: 'sides' },
    ],
    [
      'whose rules have home and away exchanged',
      {
        rules: {
          primary: 'If Buffalo wins the Buffalo at Miami professional football game, then Yes.',
          secondary: '',
        },
      },
      { code: 'reversed', source: 'rules' },
    ],
    [
      'whose rules name another day',
      {
        rules: {
          primary: 'If Buffalo wins the game originally scheduled for Nov 23, 2026, then Yes.',
          secondary: '',
        },
      },
      { code: 'date_differs', source: 'rules', says: '2026-11-23' },
    ],
    [
      'whose rules name another start',
      {
        rules: {
          primary:
            'If Buffalo wins the game originally scheduled for Nov 22, 2026 at 4:25 PM EST, then Yes.',
          secondary: '',
        },
      },
      { code: 'start_differs', source: 'rules' },
    ],
  ])('%s', (_, change, expected) => {
    const told = {
      ...event,
      markets: event.markets.map((one, at) => (at === 1 ? { ...one, ...change } : one)),
    };
    const { unmapped } = mapMarkets(mapInput([told], [game]));
    expect(unmapped).toMatchObject([
      { market: 'KXNFLGAME-26NOV22MIABUF-BUF', league: 'nfl', refusal: expected },
    ]);
  });

  it.each([
    ['KXNFLGAME', 'foreign_ticker'],
    ['KXNFLGAME-26NOV22MIABUF', 'foreign_ticker'],
    ['KXNFLGAME-26NOV22MIABUF-TIE', 'foreign_side'],
    ['KXNFLGAME-26NOV22MIABUF-XYZ', 'foreign_side'],
    ['KXNFLGAME-26NOV22MIABUF-DEN', 'foreign_side'],
  ])('as %s: %s', (ticker, code) => {
    const [one] = event.markets;
    const market = { ...one!, market: { ...one!.market, ticker }, yesName: null, noName: null };
    const told = { ...event, markets: [{ ...market, rules: { primary: '', secondary: '' } }] };
    expect(refusals([told], [game])).toMatchObject([{ code }]);
  });
});

describe('what is unmapped', () => {
  it('is counted by league and code, and told in words with what a person may do', () => {
    const stranger = anEvent({ code: 'XXX', name: 'Xanadu' }, BUFFALO);
    const totals = anEvent(MIAMI, BUFFALO, { series: 'KXNFLTOTAL' });
    const { unmapped } = mapMarkets(mapInput([stranger, totals, totals], [game]));
    expect(countUnmapped(unmapped)).toEqual([
      { league: null, code: 'foreign_series', count: 4 },
      { league: 'nfl', code: 'no_such_game', count: 2 },
    ]);
    expect(refusalInWords(unmapped[0]!.refusal)).toBe(
      'no team ’Xanadu’: add an alias if it is one of ours'.replaceAll('’', "'"),
    );
  });
});
