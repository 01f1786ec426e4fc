import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Join } from '../../../../fargate/feeder/join.ts';
import type { GameOutcome } from '../../../../shared/domain/market/market.ts';
import { legKey } from '../../../../shared/domain/odds/assembly.ts';
import {
  ODDS_FEEDS,
  type LineLeg,
  type OddsFeedName,
} from '../../../../shared/domain/odds/line.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';
import { anyDelivery, delivered } from '../../../support/line-arbitraries.ts';
import { leg, LOOK } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';

const RUNS = runs(150);
const SIDES: readonly GameOutcome[] = ['home', 'away', 'draw'];
const GAME = 'game';

type Word = Exclude<OddsEvent, { kind: 'alive' }>;
/** What each feed says on its connection that was lost, and on the one after it; none was lost where that is null. */
type Said = Readonly<
  Record<OddsFeedName, { readonly before: readonly Word[] | null; readonly after: readonly Word[] }>
>;
type Step =
  { readonly kind: 'word'; readonly word: Word } | { readonly kind: 'lost'; feed: OddsFeedName };

/** Few books and times, so that words of two feeds meet: some within one millisecond. Clocks are honest. */
const wordOf = (feed: OddsFeedName): fc.Arbitrary<Word> =>
  fc
    .record({
      kind: fc.constantFrom('legs', 'legs', 'replace', 'removed'),
      source: fc.constantFrom('pinnacle', 'pinnacle', 'draftkings'),
      micros: fc.integer({ min: 0, max: 6 }).map((n) => (LOOK - 10) * 1_000 + n * 700),
      sides: fc.subarray([...SIDES], { minLength: 1 }),
      odds: fc.constantFrom(1.5, 2.1, null),
      tookMs: fc.constantFrom(0, 3, 40),
    })
    .map(({ kind, source, micros, sides, odds, tookMs }) => {
      const base = { feed, source, gameId: GAME, sequence: micros };
      const sourceTimeMs = Math.floor(micros / 1_000);
      const times = { ageMs: LOOK - sourceTimeMs, receivedMs: sourceTimeMs + tookMs };
      const legs = sides.map((side) => leg(side, { ...base, ...times, odds }));
      switch (kind) {
        case 'legs':
          return { kind, legs };
        case 'removed':
          return { kind, ...base };
        case 'replace':
          return { kind, ...base, legs };
      }
    });

const saidBy = (feed: OddsFeedName) =>
  fc.record({
    before: fc.option(fc.array(wordOf(feed), { maxLength: 4 })),
    after: fc.array(wordOf(feed), { maxLength: 4 }),
  });

const anySaid: fc.Arbitrary<Said> = fc.record({
  boltodds: saidBy('boltodds'),
  odds_api: saidBy('odds_api'),
});

const heard = (words: readonly Word[], delivery: readonly number[]): readonly Step[] =>
  words.length === 0 ? [] : delivered(words, delivery).map((word) => ({ kind: 'word', word }));

/**
 * Each feed's words in any order within a connection, some of them again, and both feeds in any order to each other.
 */
function stepsOf(said: Said, delivery: readonly number[]): readonly Step[] {
  const lanes = ODDS_FEEDS.map((feed): Step[] => {
    const { before, after } = said[feed];
    return [
      ...(before === null ? [] : [...heard(before, delivery), { kind: 'lost', feed } as const]),
      ...heard(after, delivery),
    ];
  });
  const steps: Step[] = [];
  for (let turn = 0; lanes.some((lane) => lane.length > 0); turn += 1) {
    const at = (delivery[turn % delivery.length] ?? 0) + turn;
    const step =
      (lanes[at % lanes.length] ?? []).shift() ?? lanes.find(({ length }) => length)?.shift();
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

const legsOf = (join: Join): ReadonlySet<LineLeg> => new Set(join.gameView(GAME, LOOK).legs);

/** What counts after all steps. A step that changes it says so, or nobody would hear of it. */
function legsAfter(steps: readonly Step[]): ReadonlySet<LineLeg> {
  const join = new Join();
  let known = legsOf(join);
  for (const [nth, step] of steps.entries()) {
    const changed =
      step.kind === 'lost' ? join.dropFeed(step.feed) : join.putOdds(step.word, LOOK + nth);
    const now = legsOf(join);
    const isOther = now.size !== known.size || [...now].some((one) => !known.has(one));
    if (isOther) expect(changed).toContain(GAME);
    known = now;
  }
  return known;
}

/** When each leg was spoken of, in microseconds: one that is said, and one that is said to be gone. */
function spokenOf(
  words: readonly Word[],
): readonly { key: string; micros: number; leg: LineLeg | null }[] {
  return words.flatMap((word) => {
    const legs = word.kind === 'removed' ? [] : word.legs;
    const said = legs.map((one) => ({ key: legKey(one), micros: one.sequence, leg: one }));
    if (word.kind === 'legs') return said;
    const gone = SIDES.filter((side) => !legs.some((one) => one.side === side));
    return [
      ...said,
      ...gone.map((side) => ({ key: legKey({ ...word, side }), micros: word.sequence, leg: null })),
    ];
  });
}

/**
 * The same, of the set of what was said: the last word of each, unless it is that it is gone, or a feed ahead spoke
 * later.
 */
function expectedOf(said: Said): ReadonlySet<string> {
  const counting = new Set<string>();
  for (const [rank, feed] of ODDS_FEEDS.entries())
    for (const source of ['pinnacle', 'draftkings'])
      for (const side of SIDES) {
        const of = (words: readonly Word[], by: OddsFeedName) =>
          spokenOf(words).filter(({ key }) => key === legKey({ feed: by, source, side }));
        const words = of(said[feed].after, feed);
        const lastMicros = Math.max(...words.map(({ micros }) => micros));
        const last = words.filter(({ micros }) => micros === lastMicros);
        const [first] = last;
        if (first === undefined || last.some((word) => word.leg === null)) continue;
        const isOvertaken = ODDS_FEEDS.slice(0, rank).some((ahead) =>
          of([...(said[ahead].before ?? []), ...said[ahead].after], ahead).some(
            ({ micros }) => Math.floor(micros / 1_000) > Math.floor(lastMicros / 1_000),
          ),
        );
        if (!isOvertaken) counting.add(`${first.key} ${lastMicros}`);
      }
  return counting;
}

it('which legs count is a function of what two feeds said and lost, whenever it came and however often', () => {
  let [overtaken, removed] = [0, 0];
  fc.assert(
    fc.property(anySaid, anyDelivery, anyDelivery, (said, delivery, another) => {
      const legs = legsAfter(stepsOf(said, delivery));
      expect(legsAfter(stepsOf(said, another))).toEqual(legs);
      const expected = expectedOf(said);
      expect(new Set([...legs].map((one) => `${legKey(one)} ${one.sequence}`))).toEqual(expected);
      const alone = expectedOf({ ...said, boltodds: { before: null, after: [] } });
      overtaken += [...alone].filter((one) => !expected.has(one)).length;
      removed += spokenOf(said.boltodds.after).filter((word) => word.leg === null).length;
    }),
    RUNS,
  );
  expect(overtaken).toBeGreaterThan(RUNS.numRuns / 20);
  expect(removed).toBeGreaterThan(RUNS.numRuns / 20);
});
