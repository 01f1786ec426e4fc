import { expect, it } from 'vitest';
import * as fc from 'fast-check';
import { decodeGames } from '../../../shared/adapters/balldontlie/wire/games.ts';
import { statusOf } from '../../../shared/adapters/balldontlie/wire/status.ts';
import { redactor } from '../../../shared/adapters/http/redact.ts';
import { ToldBooks } from '../../../shared/adapters/odds-api/told-books.ts';
import { decodeOdds, type QuotedEvent } from '../../../shared/adapters/odds-api/wire/answers.ts';
import { encodeOdds } from '../../../shared/adapters/odds-api/wire/encode.ts';
import { quotedLegs } from '../../../shared/adapters/odds-api/wire/quotes.ts';
import { outcomesOf } from '../../../shared/domain/market/leagues.ts';
import { runs } from '../../support/property-settings.ts';

const LAST_SECOND = 4_000_000_000;
const seconds = fc.integer({ min: 0, max: LAST_SECOND }).map((second) => second * 1_000);
const american = fc.oneof(
  fc.integer({ min: 100, max: 20_000 }),
  fc.integer({ min: -20_000, max: -100 }),
);
const sentBook = fc.record({
  bookmaker: fc.constantFrom('pinnacle', 'draftkings', 'williamhill_us', 'kalshi'),
  updatedMs: seconds,
  home: american,
  away: american,
});
const sentGame = fc.record({
  commenceMs: seconds,
  books: fc.uniqueArray(sentBook, { selector: ({ bookmaker }) => bookmaker, maxLength: 4 }),
});

/** An answer whose names are the vendor's and whose values are anything. */
const strange = fc.record(
  {
    id: fc.jsonValue(),
    sport_key: fc.constant('americanfootball_nfl'),
    commence_time: fc.oneof(fc.jsonValue(), fc.constant('2026-11-22T18:00:00Z')),
    home_team: fc.oneof(fc.jsonValue(), fc.constant('A')),
    away_team: fc.oneof(fc.jsonValue(), fc.constant('B')),
    bookmakers: fc.oneof(
      fc.jsonValue(),
      fc.array(
        fc.record({
          key: fc.constant('pinnacle'),
          markets: fc.array(
            fc.record({
              key: fc.constant('h2h'),
              last_update: fc.constant('2026-11-22T15:00:00Z'),
              outcomes: fc.array(
                fc.record({
                  name: fc.constantFrom('A', 'B', 'Draw'),
                  price: fc.oneof(fc.double(), fc.jsonValue()),
                }),
              ),
            }),
          ),
        }),
      ),
    ),
  },
  { requiredKeys: [] },
);

function legsOf(event: QuotedEvent) {
  const options = { gameId: 'game', league: 'nfl', format: 'american', receivedMs: 0 } as const;
  return quotedLegs(event, options).replacements;
}

it('odds come back as they were sent, in the words of our books', () => {
  fc.assert(
    fc.property(fc.array(sentGame, { maxLength: 5 }), (games) => {
      const sent = games.map(({ commenceMs, books }, at) => ({
        event: {
          eventId: `e${at}`,
          sportKey: 'americanfootball_nfl',
          home: 'A',
          away: 'B',
          commenceMs,
        },
        books: books.map(({ home, away, ...book }) => ({
          ...book,
          outcomes: [
            { name: 'A', price: home },
            { name: 'B', price: away },
          ],
        })),
      }));
      const read = decodeOdds(JSON.parse(encodeOdds(sent)));
      expect(read?.refused).toEqual([]);
      expect(read?.rows.map(legsOf)).toEqual(
        games.map(({ books }) =>
          books
            .filter(({ bookmaker }) => bookmaker !== 'kalshi')
            .map(({ home, away, updatedMs }) =>
              expect.objectContaining({
                sequence: updatedMs * 1_000,
                legs: [home, away].map((price) =>
                  expect.objectContaining({
                    quote: expect.objectContaining({ kind: 'quoted', raw: String(price) }),
                    sourceTimeMs: updatedMs,
                  }),
                ),
              }),
            ),
        ),
      );
    }),
    runs(),
  );
});

it('whatever an answer holds, nothing is thrown, each line is whole and each price is one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(strange, { maxLength: 3 })), (value) => {
      for (const replacement of decodeOdds(value)?.rows.flatMap(legsOf) ?? []) {
        expect(replacement.legs.map(({ side }) => side)).toEqual(outcomesOf('nfl'));
        for (const { quote } of replacement.legs)
          if (quote.kind === 'quoted') expect(quote.decimalOdds).toBeGreaterThanOrEqual(1.005);
      }
      const page = decodeGames({ data: Array.isArray(value) ? value : [value] }, 0);
      expect((page?.games.length ?? 0) + (page?.refused.length ?? 0)).toBe(
        Array.isArray(value) ? value.length : 1,
      );
    }),
    runs(),
  );
});

it('a game is over only when nothing that is said of it says otherwise', () => {
  const words = ['Final', '3rd Qtr', 'Halftime', 'Postponed', '7:00 pm ET', 'Rain', ''];
  const states = ['final', 'in_progress', 'scheduled', 'postponed', 'unknown', null];
  fc.assert(
    fc.property(
      fc.constantFrom(...words),
      fc.constantFrom(...states),
      fc.boolean(),
      (status, state, isPostponed) => {
        if (statusOf({ status, state, isPostponed }) !== 'final') return;
        expect(isPostponed).toBe(false);
        expect(['Final', 'Rain', '']).toContain(status);
        expect([null, 'final']).toContain(state);
      },
    ),
    runs(),
  );
});

it('a book that was told is removed once, later than all that it said', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ sequence: fc.nat(), answerMs: fc.nat(1_000), isShown: fc.boolean() })),
      (answers) => {
        const told = new ToldBooks();
        const book = { source: 'pinnacle', gameId: 'game' } as const;
        let last: number | null = null;
        for (const { sequence, answerMs, isShown } of answers) {
          const legs = { kind: 'replace', feed: 'odds_api', ...book, sequence, legs: [] } as const;
          if (isShown) told.note('nfl', 1, legs);
          const removals = told.vanished('nfl', isShown ? [book] : [], answerMs);
          expect(removals).toHaveLength(!isShown && last !== null ? 1 : 0);
          for (const removal of removals) expect(removal.sequence).toBeGreaterThan(last ?? -1);
          last = isShown ? Math.max(sequence, last ?? 0) : null;
        }
      },
    ),
    runs(),
  );
});

it('no spelling of a secret is left in a text', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, unit: 'grapheme' }).filter((text) => text.isWellFormed()),
      fc.string(),
      (secret, around) => {
        const spelling = new URL(`http://x/?k=${encodeURIComponent(secret)}`).href;
        const redacted = redactor([secret])(`${around}${secret}${around}${spelling}`);
        expect(redacted.includes(secret)).toBe(false);
        expect(redacted.includes(encodeURIComponent(secret))).toBe(false);
      },
    ),
    runs(),
  );
});
