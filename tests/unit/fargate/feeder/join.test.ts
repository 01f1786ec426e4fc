import { describe, expect, it } from 'vitest';
import { Join } from '../../../../fargate/feeder/join.ts';
import type { MarketTick } from '../../../../shared/domain/market/market-tick.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';
import { A, aLeg, aSession, B, mappingOf, ticksOf } from '../../../support/feeder-events.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const legs = (...given: readonly LineLeg[]): OddsEvent => ({ kind: 'legs', legs: given });
const home = aLeg(5);
const away = aLeg(5, { side: 'away', odds: 2.1 });

const polledAt = (timeMs: number): OddsEvent =>
  legs({ ...aLeg(timeMs, { timeMs }), feed: 'odds_api', receivedMs: timeMs });

/** The legs that a tick carries after some events, in a fixed order. */
function legsAfter(events: readonly OddsEvent[]): readonly LineLeg[] {
  const session = aSession();
  let tick: MarketTick | undefined;
  for (const [index, event] of events.entries())
    tick = ticksOf(session.onOdds(event, NOON + index * 1_000))[0] ?? tick;
  return (tick?.legs ?? []).toSorted((a, b) => (a.side < b.side ? -1 : 1));
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe('odds', () => {
  it('are joined to every market of their game, at once', () => {
    const session = aSession();
    const ticks = ticksOf(session.onOdds(legs(home, away), NOON));
    expect(ticks.map(({ market }) => market.ticker)).toEqual([A, B]);
    for (const tick of ticks) expect(tick.legs).toEqual([home, away]);
  });

  it('are never overwritten by an older sequence, whenever it comes', () => {
    const updates = [3, 4, 5].map((sequence) => legs(aLeg(sequence, { odds: 1 + sequence / 10 })));
    for (const order of permutations(updates))
      expect(legsAfter(order)).toEqual([aLeg(5, { odds: 1.5 })]);
  });

  it('of one sequence are those with the later source time', () => {
    const late = aLeg(5, { odds: 1.8, timeMs: NOON + 100 });
    for (const order of permutations([legs(home), legs(late)]))
      expect(legsAfter(order)).toEqual([late]);
  });

  it('of one sequence and time that say different things are the cautious one, in any order', () => {
    const suspended = aLeg(5, { odds: null });
    for (const order of permutations([legs(home), legs(suspended)]))
      expect(legsAfter(order)).toEqual([suspended]);
  });

  it('that say nothing new publish nothing', () => {
    const session = aSession();
    session.onOdds(legs(home), NOON);
    expect(session.onOdds(legs(home), NOON + 60_000)).toEqual([]);
    expect(session.onOdds(legs(aLeg(4)), NOON + 60_000)).toEqual([]);
    expect(session.onOdds({ kind: 'alive', receivedMs: NOON }, NOON + 60_000)).toEqual([]);
  });

  it('of games that we do not trade publish nothing', () => {
    expect(aSession().onOdds(legs({ ...home, gameId: 'another' }), NOON)).toEqual([]);
  });

  it('that were removed are gone, and a whole state takes the missing side away', () => {
    const feed = 'boltodds' as const;
    const source = 'pinnacle';
    const gameId = 'game-1';
    expect(
      legsAfter([legs(home, away), { kind: 'removed', feed, source, gameId, sequence: 9 }]),
    ).toEqual([]);
    const replaced = aLeg(6);
    const state: OddsEvent = {
      kind: 'replace',
      feed,
      source,
      gameId,
      sequence: 6,
      legs: [replaced],
    };
    expect(legsAfter([legs(home, away), state])).toEqual([replaced]);
  });

  it('of another source stay when one is removed', () => {
    const other = { ...home, source: 'draftkings' };
    const removed: OddsEvent = {
      kind: 'removed',
      feed: 'boltodds',
      source: 'pinnacle',
      gameId: 'game-1',
      sequence: 9,
    };
    expect(legsAfter([legs(home), legs(other), removed])).toEqual([other]);
  });

  it('of a feed that knows less do not count again because the other took its word back, or was lost', () => {
    const polled = [aLeg(1_000), aLeg(1_000, { side: 'away', odds: 2.1 })].map((leg) => ({
      ...leg,
      feed: 'odds_api' as const,
    }));
    const pushed = legs(aLeg(2_000, { odds: 1.5 }), aLeg(2_000, { side: 'away', odds: 2.6 }));
    const source = { feed: 'boltodds', source: 'pinnacle', gameId: 'game-1' } as const;
    const removed: OddsEvent = { kind: 'removed', ...source, sequence: 2_000 };
    // In whatever order they come: what was said first is known to be over.
    for (const order of permutations([legs(...polled), pushed, removed]))
      expect(legsAfter(order)).toEqual([]);

    const session = aSession();
    session.onOdds(pushed, NOON);
    session.onOdds(legs(...polled), NOON);
    expect(ticksOf(session.onSourceLost('boltodds', NOON + 1_000))).toMatchObject([
      { legs: [] },
      { legs: [] },
    ]);
    const later = polled.map((leg) => ({ ...leg, sequence: 3_000, sourceTimeMs: NOON + 3_000 }));
    expect(ticksOf(session.onOdds(legs(...later), NOON + 3_000))).toMatchObject([
      { legs: later },
      { legs: later },
    ]);
  });

  it('of a feed that knows less are over once the other has said later that there are none, and at once', () => {
    const polled = { ...aLeg(1), feed: 'odds_api' as const };
    const source = { feed: 'boltodds', source: 'pinnacle', gameId: 'game-1' } as const;
    const said = (timeMs: number) => ({ ...source, sequence: timeMs * 1_000 });
    const session = aSession();
    session.onOdds(legs(polled), NOON);
    const before = { kind: 'replace', ...said(polled.sourceTimeMs), legs: [] } as const;
    expect(ticksOf(session.onOdds(before, NOON + 1_000))).toEqual([]);
    const after = { kind: 'removed', ...said(polled.sourceTimeMs + 1) } as const;
    expect(ticksOf(session.onOdds(after, NOON + 2_000))).toMatchObject([
      { legs: [] },
      { legs: [] },
    ]);
    expect(ticksOf(session.onOdds({ ...after, source: 'betmgm' }, NOON + 4_000))).toEqual([]);

    const another = aSession();
    another.onOdds(legs(polled), NOON);
    // The first word that the other has of it at all.
    expect(ticksOf(another.onOdds(after, NOON + 1_000))).toMatchObject([
      { legs: [] },
      { legs: [] },
    ]);
  });

  it('of a feed that knows less count again after what the other took back by a clock that was ahead', () => {
    const source = { feed: 'boltodds', source: 'pinnacle', gameId: 'game-1' } as const;
    const ahead = { ...source, sequence: (NOON + 3_600_000) * 1_000 };
    for (const event of [
      { kind: 'removed', ...ahead },
      { kind: 'replace', ...ahead, legs: [] },
    ] as const) {
      const session = aSession();
      session.onOdds(polledAt(NOON), NOON);
      expect(ticksOf(session.onOdds(event, NOON + 1_000))[0]?.legs).toEqual([]);
      // What was said after it came is no older than it, whatever its clock says.
      const [tick] = ticksOf(session.onOdds(polledAt(NOON + 2_000), NOON + 3_000));
      expect(tick?.legs).toMatchObject([{ feed: 'odds_api', sourceTimeMs: NOON + 2_000 }]);
    }
  });

  it('count again with the next word of a feed whose clock was far ahead once', () => {
    const timeMs = NOON + 2_000;
    const honest = { ...aLeg(timeMs * 1_000, { timeMs }), receivedMs: timeMs + 10 };
    const aheadMs = NOON + 3_600_000;
    const ahead = { ...aLeg(aheadMs * 1_000, { timeMs: aheadMs, odds: 3 }), receivedMs: NOON };
    const source = { feed: 'boltodds', source: 'pinnacle', gameId: 'game-1' } as const;
    const removed = { kind: 'removed', ...source, sequence: ahead.sequence } as const;
    expect(legsAfter([legs(ahead)])).toEqual([ahead]);
    expect(legsAfter([legs(ahead), legs(honest)])).toEqual([honest]);
    expect(legsAfter([removed, legs(honest)])).toEqual([honest]);
    expect(legsAfter([legs(ahead), removed])).toEqual([]);
    expect(legsAfter([legs(honest), legs(ahead)])).toEqual([honest]);
    // A minute is what a clock may be off: there its own order decides.
    const soonMs = timeMs + 60_000;
    const soon = { ...aLeg(soonMs * 1_000, { timeMs: soonMs, odds: 3 }), receivedMs: timeMs };
    expect(legsAfter([legs(soon), legs(honest)])).toEqual([soon]);
  });

  it('that are newer survive a whole state that comes late', () => {
    const old: OddsEvent = {
      kind: 'replace',
      feed: 'boltodds',
      source: 'pinnacle',
      gameId: 'game-1',
      sequence: 1,
      legs: [aLeg(1)],
    };
    expect(legsAfter([old, legs(home, away), old])).toEqual([away, home]);
  });
});

describe('a tick', () => {
  it('carries mapping, forecast and line of its own game', () => {
    const session = aSession();
    const forecast = {
      model: { name: 'elo-test', version: '1.0.0' },
      gameId: 'game-1',
      homeProbability: probability(0.6),
      uncertainty: 0.08,
      asOfMs: NOON - 1,
    };
    session.putForecast(forecast);
    session.putForecast({ ...forecast, gameId: 'another' });
    const ticks = ticksOf(session.onOdds(legs(home), NOON));
    expect(ticks).toMatchObject([
      { forecast, mapping: { market: A, yesSide: 'home' } },
      { forecast, mapping: { market: B, yesSide: 'away' } },
    ]);
  });
});

describe('a feed of odds that was lost', () => {
  const forecast = {
    model: { name: 'elo-test', version: '1.0.0' },
    gameId: 'game-1',
    homeProbability: probability(0.6),
    uncertainty: 0.08,
    asOfMs: NOON - 1,
  };

  it('takes its legs with it, and the forecast too until it says something again', () => {
    const session = aSession();
    session.putForecast(forecast);
    session.onOdds(legs(home, away), NOON);
    const lost = ticksOf(session.onSourceLost('boltodds', NOON + 1_000));
    expect(lost).toMatchObject([
      { legs: [], forecast: null },
      { legs: [], forecast: null },
    ]);
    const back = ticksOf(session.onOdds(legs(aLeg(6)), NOON + 2_000));
    expect(back).toMatchObject([
      { legs: [{ sequence: 6 }], forecast },
      { legs: [{ sequence: 6 }], forecast },
    ]);
  });

  it('takes the forecast of a game of which it never said a word', () => {
    const session = aSession();
    session.putForecast(forecast);
    expect(ticksOf(session.onSourceLost('boltodds', NOON))).toMatchObject([
      { forecast: null },
      { forecast: null },
    ]);
  });

  it('says nothing of a game that its books have taken off, and lets no model speak of it', () => {
    const session = aSession();
    session.putForecast(forecast);
    session.onOdds(legs(home, away), NOON);
    const removed = {
      feed: 'boltodds',
      source: 'pinnacle',
      gameId: 'game-1',
      sequence: 9,
    } as const;
    const withdrawn = [
      { legs: [], forecast: null },
      { legs: [], forecast: null },
    ];
    expect(ticksOf(session.onOdds({ kind: 'removed', ...removed }, NOON + 1_000))).toMatchObject(
      withdrawn,
    );
    session.onOdds(legs(aLeg(10)), NOON + 2_000);
    const empty = { kind: 'replace', ...removed, sequence: 11, legs: [] } as const;
    expect(ticksOf(session.onOdds(empty, NOON + 3_000))).toMatchObject(withdrawn);
    // Another feed still shows what the book said before.
    const polled = { ...aLeg(1), feed: 'odds_api' as const, sourceTimeMs: home.sourceTimeMs - 1 };
    expect(ticksOf(session.onOdds(legs(polled), NOON + 4_000))).toMatchObject(withdrawn);
  });
});

it('a scoreboard that was lost takes along that a game had not begun, and nothing else of it', () => {
  for (const [phase, left] of [
    ['pregame', null],
    ['live', { phase: 'live' }],
    ['stopped', { phase: 'stopped' }],
  ] as const) {
    const session = aSession();
    session.onGameState(aGameState({ gameId: 'game-1', phase, sourceTimeMs: NOON }), NOON);
    session.onSourceLost('espn', NOON + 1);
    const [tick] = ticksOf(session.onOdds(legs(home), NOON + 2_000));
    if (left === null) expect(tick?.game).toBeNull();
    else expect(tick?.game).toMatchObject(left);
  }
});

it('of two states of one source and time the cautious one counts, in any order', () => {
  const [live, stopped] = (['live', 'stopped'] as const).map((phase) =>
    aGameState({ gameId: 'game-1', phase, sourceTimeMs: NOON }),
  );
  for (const order of permutations([live!, stopped!])) {
    const session = aSession();
    for (const state of order) session.onGameState(state, NOON);
    expect(ticksOf(session.onOdds(legs(home), NOON + 2_000))[0]?.game).toEqual(stopped);
  }
});

it('forgets games that are over: a season is no more than a few days of it', () => {
  const join = new Join();
  const market = aMarket({ ticker: A });
  join.addMarket(market, mappingOf(A));
  const day = 24 * 3_600_000;
  for (let n = 0; n < 180; n += 1)
    for (let game = 0; game < 10; game += 1) {
      const timeMs = NOON + n * day;
      const gameId = n === 0 && game === 0 ? 'game-1' : `game of ${n} ${game}`;
      join.putOdds(legs({ ...aLeg(n, { timeMs }), gameId, receivedMs: timeMs }), timeMs);
      join.putGameState(aGameState({ gameId, phase: 'final', receivedMs: timeMs }));
    }
  expect(join.gamesKnown).toBeLessThan(50);
  // One that is followed is remembered, with the word that it is over.
  expect(join.followedGame('game-1', NOON)).toMatchObject({ state: { phase: 'final' } });
  join.removeMarket(A);
  expect([...join.followedGames(NOON)]).toEqual([]);
});
