import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  TEXT_PING,
  type BoltMessage,
} from '../../shared/adapters/boltodds/wire/encode.ts';
import { messagesOf } from '../../shared/adapters/boltodds/wire/split-frame.ts';
import { decodeFrame, type BoltGame } from '../../shared/adapters/boltodds/wire/frames.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { someDamage } from '../support/damage.ts';
import { runs } from '../support/property-settings.ts';

const RECEIVED_MS = 1_795_370_283_500;
const ALIVE: OddsEvent = { kind: 'alive', receivedMs: RECEIVED_MS };
const BILLS: BoltGame = {
  sport: 'NFL',
  label: 'Buffalo Bills vs Miami Dolphins, 2026-11-22, 01',
  homeTeam: 'Buffalo Bills',
  awayTeam: 'Miami Dolphins',
  universalId: '3f0c9d1e7a42',
  when: '2026-11-22, 01:00 PM',
};
const gameIdOf = (game: BoltGame) =>
  game.homeTeam === 'Buffalo Bills' ? 'nfl-2026-11-22-mia-buf' : null;
const decode = (text: string) =>
  decodeFrame(text, { maxBytes: 1_000_000, receivedMs: RECEIVED_MS, gameIdOf });

/** The line update of the feed's documentation. */
const LINE_UPDATE =
  '{"action":"line_update","timestamp":"2026-11-22T17:58:03.412Z","data":{"sport":"NFL","sportsbook":"pinnacle",' +
  '"game":"Buffalo Bills vs Miami Dolphins, 2026-11-22, 01","home_team":"Buffalo Bills","away_team":"Miami Dolphins",' +
  '"info":{"id":"3f0c9d1e7a42","when":"2026-11-22, 01:00 PM"},"outcomes":{"Buffalo Bills Moneyline":{"odds":"-245",' +
  '"link":null,"outcome_name":"Moneyline","outcome_line":null,"outcome_over_under":null,"outcome_target":"Buffalo Bills"}}}}';

const HOME_LEG = {
  feed: 'boltodds',
  source: 'pinnacle',
  gameId: 'nfl-2026-11-22-mia-buf',
  side: 'home',
  quote: { kind: 'quoted', decimalOdds: 1 + 100 / 245, raw: '-245' },
  sequence: 1_795_370_283_412_000,
  sourceTimeMs: 1_795_370_283_412,
  receivedMs: RECEIVED_MS,
};

const flipped = (text: string) =>
  text
    .replace('"home_team":"Buffalo Bills"', '"home_team":"Miami Dolphins"')
    .replace('"away_team":"Miami Dolphins"', '"away_team":"Buffalo Bills"');
const withOdds = (odds: unknown) => LINE_UPDATE.replace('"odds":"-245"', `"odds":${String(odds)}`);

describe('a frame of BoltOdds', () => {
  it('of changed outcomes merges the legs that it names', () => {
    expect(decode(LINE_UPDATE)).toEqual([{ kind: 'legs', legs: [HOME_LEG] }]);
  });

  it.each(['initial_state', 'game_added', 'game_update'])(
    'of action %s replaces all that the book said of the game',
    (action) => {
      expect(decode(LINE_UPDATE.replace('line_update', action))).toEqual([
        {
          kind: 'replace',
          feed: 'boltodds',
          source: 'pinnacle',
          gameId: HOME_LEG.gameId,
          sequence: HOME_LEG.sequence,
          legs: [HOME_LEG],
        },
      ]);
    },
  );

  it('of a game without its moneyline replaces it with nothing', () => {
    const text = LINE_UPDATE.replace('line_update', 'game_update').replace(
      '"outcome_name":"Moneyline"',
      '"outcome_name":"Spread"',
    );
    expect(decode(text)).toMatchObject([{ kind: 'replace', legs: [] }]);
  });

  it('of a removed game removes it for that book', () => {
    const text = encodeFrame([
      { action: 'game_removed', sentMs: 1_000, sportsbook: 'pinnacle', game: BILLS },
    ]);
    expect(decode(text)).toEqual([
      {
        kind: 'removed',
        feed: 'boltodds',
        source: 'pinnacle',
        gameId: HOME_LEG.gameId,
        sequence: 1_000_000,
      },
    ]);
  });

  it.each([
    ['the text ping', TEXT_PING],
    ['a ping', '{"action":"ping"}'],
    ['the acknowledgement', '{"action":"socket_connected","plan":"pro","feed":"odds"}'],
    ['a confirmation', '{"action":"subscription_updated","message":"ok"}'],
    ['a game that is not mapped', LINE_UPDATE.replaceAll('Buffalo Bills', 'New York Jets')],
    [
      'a repeated game with home and away exchanged',
      flipped(LINE_UPDATE).replace(
        'Buffalo Bills vs Miami Dolphins',
        'Miami Dolphins vs Buffalo Bills',
      ),
    ],
    ['Kalshi as a book', LINE_UPDATE.replace('"pinnacle"', '"Kalshi"')],
    ['Polymarket as a book', LINE_UPDATE.replace('"pinnacle"', '"polymarket"')],
    ['another market', LINE_UPDATE.replace('"outcome_name":"Moneyline"', '"outcome_name":"Total"')],
    ['half a game', LINE_UPDATE.replace('"outcome_line":null', '"outcome_line":"1H"')],
    ['a total', LINE_UPDATE.replace('"outcome_over_under":null', '"outcome_over_under":"O"')],
  ])('with %s says only that the feed is alive', (_name, text) => {
    expect(decode(text)).toEqual([ALIVE]);
  });

  it.each([['""'], ['null']])('with odds %s suspends the leg', (odds) => {
    expect(decode(withOdds(odds))).toEqual([
      { kind: 'legs', legs: [{ ...HOME_LEG, quote: { kind: 'suspended' } }] },
    ]);
  });

  it.each([['"OFF"'], ['"-50"'], ['-245'], ['"1e5"'], ['{}'], [`"${'9'.repeat(400)}"`]])(
    'with odds %s suspends the leg and is refused besides',
    (odds) => {
      expect(decode(withOdds(odds))).toMatchObject([
        { kind: 'refused', code: 'malformed' },
        { kind: 'legs', legs: [{ side: 'home', quote: { kind: 'suspended' } }] },
      ]);
    },
  );

  it.each([
    ['+108', 2.08],
    ['100', 2],
    ['EVEN', 2],
    ['-113', 1 + 100 / 113],
  ])('with odds %s quotes %d', (raw, decimalOdds) => {
    expect(decode(withOdds(`"${raw}"`))).toMatchObject([
      { legs: [{ quote: { kind: 'quoted', raw, decimalOdds } }] },
    ]);
  });

  it.each([
    ['somebody else', '"outcome_target":"Boston Bruins"'],
    ['nobody', '"outcome_target":null'],
  ])(
    'of the winner that names %s is not "unchanged": the book has said nothing of the game',
    (_, target) => {
      const odd = LINE_UPDATE.replace('"outcome_target":"Buffalo Bills"', target);
      expect(decode(odd)).toMatchObject([
        { kind: 'refused', code: 'malformed', scope: { source: 'pinnacle', label: BILLS.label } },
        { kind: 'alive' },
      ]);
      const whole = odd.replace('line_update', 'game_update');
      expect(decode(whole)).toMatchObject([{ kind: 'replace', legs: [] }]);
    },
  );

  it('that is nested without end is refused as any other', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(decode(`{"action":"error","message":${deep}}`)).toMatchObject([
      { kind: 'refused', code: 'feed_error', detail: 'is a list' },
    ]);
    expect(decode(withOdds(deep))).toMatchObject([{ kind: 'refused' }, { kind: 'legs' }]);
  });

  it('that quotes one side twice with different odds quotes it not at all', () => {
    const twice = LINE_UPDATE.replace(
      '"outcomes":{',
      '"outcomes":{"Bills ML":{"odds":"-300","outcome_name":"Moneyline","outcome_target":"Buffalo Bills"},',
    );
    expect(decode(twice)).toMatchObject([
      { kind: 'refused' },
      { kind: 'legs', legs: [{ quote: { kind: 'suspended' } }] },
    ]);
  });

  it('orders updates within one millisecond by their microseconds', () => {
    const later = LINE_UPDATE.replace('03.412Z', '03.412007Z');
    expect(decode(later)).toMatchObject([
      { legs: [{ sequence: HOME_LEG.sequence + 7, sourceTimeMs: HOME_LEG.sourceTimeMs }] },
    ]);
  });

  it('dated without a zone is in UTC', () => {
    expect(decode(LINE_UPDATE.replace('.412Z', '.412'))).toEqual(decode(LINE_UPDATE));
  });

  it.each([
    ['no time', LINE_UPDATE.replace('"timestamp":"2026-11-22T17:58:03.412Z",', ''), 'malformed'],
    ['a time in another zone', LINE_UPDATE.replace('412Z', '412-05:00'), 'malformed'],
    ['no sportsbook', LINE_UPDATE.replace('"sportsbook":"pinnacle",', ''), 'malformed'],
    ['no outcomes', LINE_UPDATE.replace('"outcomes"', '"outcomez"'), 'malformed'],
    ['an action that is not known', '{"action":"sport_clear","data":{}}', 'unknown_type'],
    ['no action', '{"data":{}}', 'malformed'],
    ['a number', '7', 'malformed'],
    ['no JSON', 'pong', 'not_json'],
    ['nothing', '', 'not_json'],
    ['an error of the feed', '{"action":"error","message":"bad key"}', 'feed_error'],
  ])('with %s is refused, so that the caller resyncs', (_name, text, code) => {
    expect(decode(text)).toMatchObject([{ kind: 'refused', code }]);
  });

  it('of many messages gives the events of each in order, the bad ones in their place', () => {
    expect(decode(`[{"action":"ping"},${LINE_UPDATE},17,{"action":"ping"}]`)).toMatchObject([
      ALIVE,
      { kind: 'legs' },
      { kind: 'refused', code: 'malformed' },
      ALIVE,
    ]);
    expect(decode('[]')).toEqual([]);
  });

  it('larger than accepted is refused', () => {
    const options = { receivedMs: RECEIVED_MS, gameIdOf };
    expect(decodeFrame(LINE_UPDATE, { ...options, maxBytes: LINE_UPDATE.length })).toHaveLength(1);
    expect(
      decodeFrame(LINE_UPDATE, { ...options, maxBytes: LINE_UPDATE.length - 1 }),
    ).toMatchObject([{ kind: 'refused', code: 'oversized' }]);
  });
});

describe('the feed and its reader', () => {
  const someOdds = fc.option(
    fc.oneof(
      fc.integer({ min: 100, max: 5_000 }).map((odds) => `+${odds}`),
      fc.integer({ min: 100, max: 5_000 }).map((odds) => `-${odds}`),
    ),
  );
  const someMessage = fc.record({
    action: fc.constantFrom('initial_state', 'game_added', 'game_update', 'line_update'),
    sentMs: fc.integer({ min: 0, max: 4e12 }),
    sportsbook: fc.constantFrom('pinnacle', 'draftkings', 'fanduel'),
    game: fc.constant(BILLS),
    quotes: fc
      .tuple(someOdds, someOdds, fc.subarray([0, 1], { minLength: 1 }))
      .map(([home, away, kept]) =>
        [
          { side: 'home' as const, odds: home },
          { side: 'away' as const, odds: away },
        ].filter((_quote, index) => kept.includes(index)),
      ),
  });

  it('agree on every odds message', () => {
    fc.assert(
      fc.property(fc.array(someMessage, { minLength: 1, maxLength: 5 }), (messages) => {
        const [first, ...rest] = messages as readonly BoltMessage[];
        const events = decode(encodeFrame([first!, ...rest]));
        expect(events).toHaveLength(messages.length);
        for (const [index, message] of messages.entries()) {
          const legs = message.quotes.map(({ side, odds }) => ({
            source: message.sportsbook,
            gameId: HOME_LEG.gameId,
            side,
            quote: odds === null ? { kind: 'suspended' } : { kind: 'quoted', raw: odds },
            sequence: message.sentMs * 1_000,
            sourceTimeMs: message.sentMs,
            receivedMs: RECEIVED_MS,
          }));
          const kind = message.action === 'line_update' ? 'legs' : 'replace';
          expect(events[index]).toMatchObject({ kind, legs });
        }
      }),
      runs(200),
    );
  });

  it('survive any damage on the way: refused or read, never thrown', () => {
    fc.assert(
      fc.property(fc.array(someDamage(), { minLength: 1, maxLength: 6 }), (damages) => {
        const events = decode(damages.reduce((text, damage) => damage(text), LINE_UPDATE));
        for (const event of events) {
          if (event.kind !== 'legs') continue;
          for (const { quote } of event.legs)
            if (quote.kind === 'quoted') expect(quote.decimalOdds).toBeGreaterThan(1);
        }
      }),
      runs(1_000),
    );
  });

  it('cut anywhere is refused', () => {
    for (let length = 0; length < LINE_UPDATE.length; length += 1)
      expect(decode(LINE_UPDATE.slice(0, length))).toMatchObject([
        { kind: 'refused', code: 'not_json' },
      ]);
  });

  it('of any JSON at all give events or refusals', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (data, timestamp) => {
        const frame = JSON.stringify({ action: 'game_update', timestamp, data });
        expect(decode(frame)).toMatchObject([{ kind: 'refused', code: 'malformed' }]);
      }),
      runs(300),
    );
  });
});

/** The line update with another outcome in it, under another label. */
function withOutcome(outcome: unknown, game = BILLS.label) {
  const message = JSON.parse(LINE_UPDATE) as { data: { outcomes: object; game: string } };
  message.data.outcomes = { ...message.data.outcomes, other: outcome };
  message.data.game = game;
  return decode(JSON.stringify(message));
}

describe('an outcome that cannot be read', () => {
  it.each([
    ['a number', 7],
    ['nothing', null],
    ['a moneyline of nobody readable', { outcome_name: 'Moneyline', outcome_target: 7 }],
    ['a name that is none', { outcome_name: 7, odds: '+100', outcome_target: 'Miami Dolphins' }],
  ])('may be the moneyline and is refused: %s', (_, outcome) => {
    const scope = { sport: 'NFL', source: 'pinnacle', label: BILLS.label };
    expect(withOutcome(outcome)).toMatchObject([
      { kind: 'refused', code: 'malformed', scope },
      { kind: 'legs', legs: [{ side: 'home' }] },
    ]);
  });

  it('beside one of the same side suspends it', () => {
    const again = { outcome_name: 'Moneyline', outcome_target: 'Buffalo Bills', odds: '-1.5' };
    expect(withOutcome(again)).toMatchObject([
      { kind: 'refused', code: 'malformed' },
      { kind: 'legs', legs: [{ side: 'home', quote: { kind: 'suspended' } }] },
    ]);
    expect(withOutcome({ ...again, odds: '-245' })).toEqual([{ kind: 'legs', legs: [HOME_LEG] }]);
  });

  it('of another market is none of ours, however it is made', () => {
    expect(withOutcome({ outcome_name: 'Total Runs', outcome_target: 7 })).toEqual([
      { kind: 'legs', legs: [HOME_LEG] },
    ]);
  });

  it.each(['Buffalo Bills', 'Buffalo Bills vs Miami Dolphins', 'a vs b vs c, 2026-11-22, 01'])(
    'is none where only the label is in another form: %s',
    (label) => {
      expect(withOutcome({ outcome_name: 'Spread' }, label)).toEqual([
        { kind: 'legs', legs: [HOME_LEG] },
      ]);
    },
  );
});

describe('names of one team', () => {
  it('that contradict the label are refused with all that the book said of it', () => {
    expect(decode(flipped(LINE_UPDATE))).toEqual([
      {
        kind: 'refused',
        code: 'malformed',
        detail: 'line_update: home and away are not those of the label',
        scope: { sport: 'NFL', source: 'pinnacle', label: BILLS.label },
      },
    ]);
  });
});

describe('what a refusal makes uncertain', () => {
  it.each([
    [
      '{"action":"clear_sport","data":{"sport":"NFL"}}',
      { sport: 'NFL', source: null, label: null },
    ],
    [
      '{"action":"clear_book","data":{"sportsbook":"DraftKings"}}',
      { sport: null, source: 'draftkings', label: null },
    ],
    ['{"action":"clear_all"}', { sport: null, source: null, label: null }],
    ['{"action":"clear_all","data":7}', { sport: null, source: null, label: null }],
    ['{"action":', { sport: null, source: null, label: null }],
    ['{"action":"error","message":"slow down"}', null],
  ])('%s', (text, scope) => {
    expect(decode(text)).toMatchObject([{ kind: 'refused', scope }]);
  });
});

describe('the messages of a frame', () => {
  it('are those of its array, wherever brackets and quotes stand', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (messages) => {
        const read = [...messagesOf(JSON.stringify(messages))].map((text): unknown =>
          JSON.parse(text),
        );
        expect(read).toEqual(JSON.parse(JSON.stringify(messages)));
      }),
      runs(100),
    );
  });

  it.each(['ping', '{"a":[1,2]}', '[{"a":1},', ''])('%s is one', (text) => {
    expect([...messagesOf(text)]).toEqual([text]);
  });

  it('that are cut in the middle of a string stay one', () => {
    expect([...messagesOf('[{"a":"b, c]')]).toEqual(['{"a":"b, c']);
  });
});
