import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { LineWatch } from '../../../../fargate/feeder/line-watch.ts';
import { FeederSession } from '../../../../fargate/feeder/session.ts';
import { StateChanges } from '../../../../fargate/feeder/state-changes.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../../shared/contracts/domain-config.ts';
import type { GameMapping } from '../../../../shared/domain/market/market.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import { aLeg, ticksOf } from '../../../support/feeder-events.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const DAY = 24 * 3_600_000;
const DAYS = 60;
const GAMES = 10;
const { pricing } = toDomainConfig(DEFAULT_CONFIG);

const MAPPING: GameMapping = {
  market: '',
  gameId: 'game-1',
  league: 'nfl',
  yesSide: 'home',
  startTimeMs: NOON + 7_200_000,
  evidence: ['teams', 'start'],
};

/** What an epoch keeps of markets and games, as the feeder tells it. */
function anEpoch() {
  return {
    session: new FeederSession(1),
    changes: new StateChanges(1),
    lines: new LineWatch(1, { ...pricing, books: ['pinnacle'] }),
  };
}

/**
 * A game of a day: listed in the morning, quoted, played, over, and off the list at night. Everything that was said.
 */
function playGame(
  { session, changes, lines }: ReturnType<typeof anEpoch>,
  day: number,
  nth: number,
): readonly object[] {
  const atMs = NOON + day * DAY;
  const gameId = `nfl game ${nth} of day ${day}`;
  const market = aMarket({ ticker: `KXNFLGAME-${day}-${nth}` });
  const mapping = { ...MAPPING, market: market.ticker, gameId, startTimeMs: atMs + 3_600_000 };
  session.addMarket(market, mapping);
  const listed = changes.listed(market, mapping, atMs);
  const forecast = {
    model: { name: 'elo', version: '1' },
    gameId,
    homeProbability: probability(0.5),
    uncertainty: 0.1,
    asOfMs: atMs,
  };
  session.putForecast(forecast);
  const odds = [aLeg(1, { timeMs: atMs }), aLeg(1, { timeMs: atMs, side: 'away' })].map((leg) => ({
    ...leg,
    gameId,
  }));
  const [tick] = ticksOf(session.onOdds({ kind: 'legs', legs: odds }, atMs));
  const told = tick === undefined ? null : changes.ofTick(tick);
  const news = lines.onSecond(session.games(atMs), atMs);
  const states = (['pregame', 'live', 'final'] as const).map((phase, step) =>
    aGameState({ gameId, phase, sourceTimeMs: atMs + step, receivedMs: atMs + step }),
  );
  for (const state of states) {
    changes.game(state);
    session.onGameState(state, atMs);
  }
  session.setHeld([market.ticker]);
  session.onTimer(atMs + 60_000);
  session.setHeld([]);
  session.removeMarkets([market.ticker]);
  changes.forget([market.ticker]);
  lines.onSecond(session.games(atMs + DAY / 2), atMs + DAY / 2);
  const said = [market, mapping, forecast, ...odds, ...states, ...news.events, listed];
  return [...said, ...(told === null ? [] : [told])];
}

it('a feeder that runs for sixty days holds no more than what was said in the last few of them', async () => {
  const epoch = anEpoch();
  const said: { readonly day: number; readonly ref: WeakRef<object> }[] = [];
  for (let day = 0; day < DAYS; day += 1)
    for (let nth = 0; nth < GAMES; nth += 1)
      for (const one of playGame(epoch, day, nth)) said.push({ day, ref: new WeakRef(one) });
  // What a WeakRef was made of stays until the end of the task that made it.
  await setTimeout(0);
  collectGarbage();
  const held = said.filter(({ ref }) => ref.deref() !== undefined);
  expect(said.length).toBeGreaterThan(DAYS * GAMES * 8);
  expect(held.length).toBeGreaterThan(0);
  // The last days are remembered on purpose. The engine itself may hold a few that it met last in some piece of code;
  // one thing that is kept of each game would be hundreds.
  expect(held.filter(({ day }) => day < DAYS - 4).length).toBeLessThan(DAYS);
  // The epoch is used until here, or nothing would be left of it.
  expect(epoch.session.gaps).toBe(0);
  expect(epoch.lines.isDue('none', 0)).toBe(true);
  expect(epoch.changes.game(aGameState({ gameId: 'new' }))).not.toBeNull();
});

it('a market that was forgotten and comes back is told of under new numbers', () => {
  const { session, changes } = anEpoch();
  const market = aMarket({ ticker: 'KXNFLGAME-1' });
  const mapping = { ...MAPPING, market: market.ticker };
  const ids: string[] = [];
  const stamps: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    session.addMarket(market, mapping);
    ids.push(changes.listed(market, mapping, NOON).eventId);
    for (const said of [1, 2]) {
      const timeMs = NOON + n * 10_000 + said * 1_000;
      const legs = [aLeg(timeMs, { timeMs })];
      for (const tick of ticksOf(session.onOdds({ kind: 'legs', legs }, timeMs)))
        stamps.push(tick.stamp.n);
    }
    session.removeMarkets([market.ticker]);
    changes.forget([market.ticker]);
  }
  expect(new Set(ids).size).toBe(3);
  expect(stamps).toEqual([1, 2, 3, 4, 5, 6]);
});

it('a scoreboard whose clock was ahead once is told of again from the next word on', () => {
  const changes = new StateChanges(1);
  const at = (receivedMs: number, aheadMs: number, homeScore: number) =>
    changes.game(aGameState({ homeScore, sourceTimeMs: receivedMs + aheadMs, receivedMs }));
  expect(at(NOON, 5 * 3_600_000, 0)).not.toBeNull();
  expect(at(NOON + 15_000, 0, 7)).toMatchObject({ state: { homeScore: 7 } });
  // What was said before comes late.
  expect(at(NOON + 10_000, 0, 3)).toBeNull();
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this engine lets nobody collect garbage');
  collect();
}
