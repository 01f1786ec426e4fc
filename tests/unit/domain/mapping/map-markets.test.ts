import { describe, expect, it } from 'vitest';
import { mapMarkets } from '../../../../shared/domain/mapping/map-markets.ts';
import { refusalInWords } from '../../../../shared/domain/mapping/mapping-refusal.ts';
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

const game = aListing(MIAMI, BUFFALO);
const event = anEvent(MIAMI, BUFFALO);
const RAMS: Side = { code: 'LA', name: 'Los Angeles Rams' };
const WASHINGTON: Side = { code: 'WAS', name: 'Washington Commanders' };

const rules =
  (primary: string, secondary = '') =>
  () => ({ primary, secondary });

/** The event with another name of YES in both of its markets. */
const unnamed = (yesName: string | null) => ({
  ...event,
  markets: event.markets.map((one) => ({ ...one, yesName, noName: null })),
});

describe('mapMarkets', () => {
  it('maps both markets of a game, with what shows it', () => {
    const { mapped, checked, unmapped } = mapMarkets(
      mapInput([event], [game, aListing(RAMS, WASHINGTON)]),
    );
    expect(unmapped).toEqual([]);
    expect(mapped.map(({ mapping }) => [mapping.market, mapping.gameId, mapping.yesSide])).toEqual([
      ['KXNFLGAME-26NOV22MIABUF-MIA', 'nfl-2026-11-22-MIA-BUF', 'away'],
      ['KXNFLGAME-26NOV22MIABUF-BUF', 'nfl-2026-11-22-MIA-BUF', 'home'],
    ]);
    expect(mapped[1]?.mapping.evidence).toEqual([
      'KXNFLGAME is the nfl game winner series (confirmed)',
      'the ticker names MIABUF on 2026-11-22 and BUF',
      'YES is called Buffalo Bills, our home side',
      'the scoreboard lists Miami Dolphins at Buffalo Bills on 2026-11-22',
      'the markets of the event exclude one another',
      'results are taken from The league',
    ]);
    expect(checked[1]).toMatchObject({
      event: 'KXNFLGAME-26NOV22MIABUF',
      league: 'nfl',
      home: BUFFALO,
      away: MIAMI,
      date: { day: '2026-11-22', zone: 'America/New_York' },
      start: { atMs: KICK_OFF_MS, confirmedBy: [] },
      settlementSources: [{ name: 'The league', url: 'https://scores.test/' }],
      tie: 'half',
      postponement: { kind: 'waits', hours: 48, otherwise: 'fair_price' },
    });
    expect(checked[1]?.evidence).toContainEqual({
      what: 'tie',
      source: 'exchange',
      says: `the rules say: ${NFL_TIE}`,
    });
  });

  it('knows the other codes and names of a team', () => {
    const told = anEvent(
      { code: 'WSH', name: 'Washington' },
      { code: 'LAR', name: 'Los Angeles R' },
    );
    const { checked } = mapMarkets(mapInput([told], [aListing(WASHINGTON, RAMS)]));
    expect(checked.map(({ yesSide }) => yesSide)).toEqual(['away', 'home']);
    expect(checked[0]).toMatchObject({ home: RAMS, away: WASHINGTON });
  });

  it('finds the lengths of codes by the event’s own markets, also of codes that nobody listed', () => {
    const away = { code: 'XQ', name: 'Miami (OH) RedHawks' };
    const home = { code: 'BALLS', name: 'Ball St.' };
    const told = anEvent(away, home, { series: 'KXNCAAFGAME' });
    const games = [
      aListing(
        { code: 'MOH', name: 'Miami (OH) RedHawks' },
        { code: 'BALL', name: 'Ball State Cardinals' },
        { league: 'ncaaf' },
      ),
    ];
    const { checked } = mapMarkets(mapInput([told], games, { seriesNamed: ['KXNCAAFGAME'] }));
    expect(checked.map(({ yesSide, gameId }) => [yesSide, gameId])).toEqual([
      ['away', 'ncaaf-2026-11-22-MOH-BALL'],
      ['home', 'ncaaf-2026-11-22-MOH-BALL'],
    ]);
  });

  it('finds a school that nobody listed by the scoreboard’s own code, and none by the code of a listed one', () => {
    const nowhere = { code: 'NWH', name: 'Nowhere Poly Owls' };
    const ohio = { code: 'OSU', name: 'Ohio State Buckeyes' };
    const change = { seriesNamed: ['KXNCAAFGAME'] };
    const ofSchools = anEvent(nowhere, ohio, { series: 'KXNCAAFGAME', title: 'The game' });
    const told = {
      ...ofSchools,
      markets: ofSchools.markets.map((one) => ({ ...one, yesName: null, noName: null })),
    };
    const listed = (code: string) =>
      aListing({ code, name: nowhere.name }, ohio, { league: 'ncaaf' });
    const found = mapMarkets(mapInput([told], [listed('NWH')], change));
    expect(found.unmapped.map(({ market }) => market)).toEqual(['KXNCAAFGAME-26NOV22NWHOSU-NWH']);
    expect(found.checked.map(({ yesSide }) => yesSide)).toEqual(['home']);
    expect(refusals([told], [listed('XYZ')], change)[0]).toMatchObject({
      code: 'no_such_game',
      unknown: ['NWH'],
    });
  });

  it('needs only one market of an event where the curated list knows both codes', () => {
    const input = mapInput([event], [game]);
    const { checked } = mapMarkets({ ...input, markets: input.markets.slice(1) });
    expect(checked).toMatchObject([{ yesSide: 'home' }]);
  });

  it('maps a double-header by the Eastern time in its ticker', () => {
    const tigers = { code: 'DET', name: 'Detroit Tigers' };
    const yankees = { code: 'NYY', name: 'New York Yankees' };
    const series = 'KXMLBGAME';
    const first = aListing(tigers, yankees, {
      league: 'mlb',
      easternDate: '2026-06-30',
      startTimeMs: Date.parse('2026-06-30T17:05:00Z'),
    });
    const second = {
      ...first,
      gameId: `${first.gameId}-2`,
      startTimeMs: Date.parse('2026-06-30T23:05:00Z'),
    };
    const told = anEvent(tigers, yankees, { series, date: '2026-06-30', time: '1905' });
    const { checked } = mapMarkets(mapInput([told], [first, second]));
    expect(checked).toMatchObject([
      { gameId: second.gameId, start: { confirmedBy: ['ticker'] } },
      { gameId: second.gameId },
    ]);
    const untimed = anEvent(tigers, yankees, { series, date: '2026-06-30' });
    expect(refusals([untimed], [first, second])[0]).toEqual({
      code: 'ambiguous_game',
      games: [first.gameId, second.gameId],
    });
  });

  it('maps neither game of a double-header when one of them is not where its ticker has it', () => {
    const tigers = { code: 'DET', name: 'Detroit Tigers' };
    const yankees = { code: 'NYY', name: 'New York Yankees' };
    const on = { series: 'KXMLBGAME', date: '2026-06-30' };
    const early = anEvent(tigers, yankees, { ...on, time: '1305' });
    const late = anEvent(tigers, yankees, { ...on, time: '1905' });
    const at = (nth: string, time: string) =>
      aListing(tigers, yankees, {
        gameId: `mlb-2026-06-30-DET-NYY${nth}`,
        league: 'mlb',
        easternDate: '2026-06-30',
        startTimeMs: Date.parse(`2026-06-30T${time}:00Z`),
      });
    const planned = [at('', '17:05'), at('-2', '23:05')];
    const { checked } = mapMarkets(mapInput([early, late], planned));
    expect(checked.map(({ gameId }) => gameId)).toEqual([
      ...Array.from({ length: 2 }, () => planned[0]!.gameId),
      ...Array.from({ length: 2 }, () => planned[1]!.gameId),
    ]);
    // Rain: the first is put off until the second was to begin, and the ticker of the second would name it.
    const rained = [at('', '22:55'), at('-2', '23:59')];
    expect(refusals([early, late], rained)).toMatchObject([
      { code: 'no_such_game' },
      { code: 'no_such_game' },
      { code: 'rival_event', events: [early.event.eventTicker] },
      { code: 'rival_event', events: [early.event.eventTicker] },
    ]);
  });

  it('maps no market to another game than before: the starts of a double-header were exchanged', () => {
    const tigers = { code: 'DET', name: 'Detroit Tigers' };
    const yankees = { code: 'NYY', name: 'New York Yankees' };
    const on = { series: 'KXMLBGAME', date: '2026-06-30' };
    const told = [
      anEvent(tigers, yankees, { ...on, time: '1305' }),
      anEvent(tigers, yankees, { ...on, time: '1905' }),
    ];
    const at = (id: string, time: string) =>
      aListing(tigers, yankees, {
        gameId: `mlb-2026-06-30-DET-NYY-${id}`,
        league: 'mlb',
        easternDate: '2026-06-30',
        startTimeMs: Date.parse(`2026-06-30T${time}:00Z`),
      });
    const planned = mapMarkets(mapInput(told, [at('9', '17:05'), at('7', '23:05')]));
    const firstGames = new Map(
      planned.checked.map(({ market, gameId }) => [market, gameId] as const),
    );
    expect([...firstGames.values()].map((gameId) => gameId.at(-1))).toEqual(['9', '9', '7', '7']);
    const exchanged = [at('9', '23:05'), at('7', '17:05')];
    const [nine, seven] = ['mlb-2026-06-30-DET-NYY-9', 'mlb-2026-06-30-DET-NYY-7'];
    const found = refusals(told, exchanged, { firstGames });
    expect(found).toEqual([
      { code: 'game_changed', was: nine, now: seven },
      { code: 'game_changed', was: nine, now: seven },
      { code: 'game_changed', was: seven, now: nine },
      { code: 'game_changed', was: seven, now: nine },
    ]);
    expect(refusalInWords(found[0]!)).toBe(
      `it was about ${nine} before, and is about ${seven} now`,
    );
  });

  it('maps no game twice: of two events of it one is about another', () => {
    const again = anEvent(MIAMI, BUFFALO, { time: '1315' });
    const found = refusals([event, again], [game]);
    expect(found).toHaveLength(4);
    expect(found[0]).toEqual({ code: 'rival_event', events: [again.event.eventTicker] });
    expect(found[2]).toEqual({ code: 'rival_event', events: [event.event.eventTicker] });
    expect(refusalInWords(found[0]!)).toBe('KXNFLGAME-26NOV221315MIABUF may be about its game too');
  });

  it('maps the draw of a soccer match, whose ticker names the hosts first', () => {
    const city = { code: 'MCI', name: 'Manchester City' };
    const sunderland = { code: 'SUN', name: 'Sunderland' };
    const series = 'KXEPLGAME';
    const told = anEvent(city, sunderland, {
      series,
      tie: true,
      title: 'Man City vs Sunderland',
      rules: rules('The result after 90 minutes counts.'),
    });
    const match = aListing(sunderland, city, { league: 'epl' });
    const change = { seriesNamed: [series] };
    const { checked } = mapMarkets(mapInput([told], [match], change));
    expect(checked.map(({ yesSide, tie }) => [yesSide, tie])).toEqual([
      ['home', 'own_market'],
      ['away', 'own_market'],
      ['draw', 'own_market'],
    ]);
    const twoWay = anEvent(city, sunderland, {
      series,
      title: 'Man City vs Sunderland',
      rules: rules('The result after 90 minutes counts.'),
    });
    expect(refusals([twoWay], [match], change)[0]).toEqual({ code: 'draw_without_market' });
    const elsewhere = aListing(city, sunderland, { league: 'epl' });
    expect(refusals([told], [elsewhere], change)[0]).toMatchObject({ code: 'reversed' });
    expect(refusals([told], [match])).toHaveLength(3);
  });

  it('maps a soccer side by what its rules say a draw pays, which is nothing or a refusal', () => {
    const city = { code: 'MCI', name: 'Manchester City' };
    const sunderland = { code: 'SUN', name: 'Sunderland' };
    const match = aListing(sunderland, city, { league: 'epl' });
    const change = { seriesNamed: ['KXEPLGAME'] };
    const told = (draw: string, tie: boolean) =>
      anEvent(city, sunderland, {
        series: 'KXEPLGAME',
        title: 'Man City vs Sunderland',
        tie,
        rules: rules('The result after 90 minutes counts.', draw),
      });
    const nothing = mapMarkets(
      mapInput([told('If it is a draw, the market resolves to No.', false)], [match], change),
    );
    expect(nothing.checked.map(({ yesSide, tie }) => [yesSide, tie])).toEqual([
      ['home', 'pays_no'],
      ['away', 'pays_no'],
    ]);
    // A market of its own besides takes nothing away from what the rules say.
    const half = 'If the match is a draw, the market resolves to $0.50.';
    for (const tie of [false, true])
      expect(refusals([told(half, tie)], [match], change)[0]).toEqual({
        code: 'rules_contradict',
        about: 'tie',
        says: half,
      });
  });

  it('takes the draw for nothing but the draw', () => {
    const city = { code: 'MCI', name: 'Manchester City' };
    const sunderland = { code: 'SUN', name: 'Sunderland' };
    const match = aListing(sunderland, city, { league: 'epl' });
    const change = { seriesNamed: ['KXEPLGAME'] };
    const told = (winnerOfSides: (name: string) => string) =>
      anEvent(city, sunderland, {
        series: 'KXEPLGAME',
        title: 'Man City vs Sunderland',
        tie: true,
        rules: ({ name }) => ({
          primary: `If ${winnerOfSides(name)} wins the Man City vs Sunderland match, then Yes.`,
          secondary: '',
        }),
      });
    const { checked } = mapMarkets(mapInput([told((name) => name)], [match], change));
    expect(checked.map(({ yesSide }) => yesSide)).toEqual(['home', 'away', 'draw']);
    const drawn = mapMarkets(mapInput([told(() => 'the draw')], [match], change));
    expect(drawn.checked.map(({ yesSide }) => yesSide)).toEqual(['draw']);
    expect(drawn.unmapped.map(({ refusal }) => refusal)).toMatchObject([
      { code: 'rules_contradict', about: 'winner' },
      { code: 'rules_contradict', about: 'winner' },
    ]);
  });

  it('goes by the ticker where the name of YES says nothing, and by nothing where it says another', () => {
    for (const yesName of [null, 'Xanadu'])
      expect(
        mapMarkets(mapInput([unnamed(yesName)], [game])).checked.map(({ yesSide }) => yesSide),
      ).toEqual(['away', 'home']);
    expect(refusals([unnamed('Denver Broncos')], [game])).toMatchObject([
      { code: 'teams_differ', source: 'yes_name' },
      { code: 'teams_differ', source: 'yes_name' },
    ]);
  });

  it('says how far other starts are from the scoreboard’s, and who says so', () => {
    const told = anEvent(MIAMI, BUFFALO, { time: '1310' });
    const starts = (offMs: number) => {
      const oddsStarts = new Map([[game.gameId, KICK_OFF_MS + offMs]]);
      const { checked } = mapMarkets(mapInput([told], [game], { oddsStarts }));
      return checked[0]?.evidence.filter(({ what }) => what === 'start');
    };
    const ticker = { what: 'start', source: 'exchange' };
    const odds = { what: 'start', source: 'odds_feed' };
    expect(starts(-5 * 60_000)).toEqual([
      { ...ticker, says: 'the ticker has the start 10 min after the scoreboard’s' },
      { ...odds, says: 'the odds feed has the start 5 min before the scoreboard’s' },
    ]);
    expect(starts(0)?.[1]).toMatchObject({
      says: 'the odds feed has the start at the scoreboard’s',
    });
  });

  it('maps athletes by their full names, and no surname that two of them have', () => {
    const daniel = { code: '2431', name: 'Taro Daniel' };
    const other = { code: '9', name: 'Carlos Sanchez Jover' };
    const series = 'KXATPMATCH';
    const told = anEvent(
      { code: 'SAN', name: 'Carlos Sánchez Jover' },
      { code: 'DAN', name: 'Taro Daniel' },
      {
        series,
        title: 'Sanchez Jover vs Daniel',
        rules: () => ({
          primary:
            'If Taro Daniel wins the Sanchez Jover vs Daniel professional tennis match in the final after a ball has been played, then the market resolves to Yes.',
          secondary: '',
        }),
      },
    );
    const match = aListing(daniel, other, { league: 'atp' });
    const change = { seriesNamed: [series] };
    const [, danielMarket] = told.markets;
    const one = {
      ...told,
      markets: [{ ...told.markets[0]!, rules: { primary: '', secondary: '' } }, danielMarket!],
    };
    const { checked } = mapMarkets(mapInput([one], [match], change));
    expect(checked.map(({ yesSide }) => yesSide)).toEqual(['home', 'away']);

    const short = {
      ...one,
      markets: one.markets.map((market, at) => ({
        ...market,
        yesName: at === 0 ? 'Sanchez Jover' : 'Daniel',
        noName: null,
      })),
    };
    expect(mapMarkets(mapInput([short], [match], change)).checked).toHaveLength(2);
    const brother = aListing(
      { code: '3', name: 'Ann Daniel' },
      { code: '4', name: 'A B' },
      { league: 'atp' },
    );
    expect(refusals([short], [match, brother], change)[0]).toMatchObject({ code: 'no_such_game' });
  });
});
