import { describe, expect, it } from 'vitest';
import type { FeederCommand } from '../../fargate/feeder/session.ts';
import { scoreEdges, SkipDigest, type ScoreResult } from '../../shared/application/score-edges.ts';
import type { SkipReason } from '../../shared/domain/decisions/skip-reason.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { probability } from '../../shared/domain/money/probability.ts';
import { ODDS_FEEDS, type LineLeg, type OddsFeedName } from '../../shared/domain/odds/line.ts';
import type { PricingConfig } from '../../shared/domain/pricing/price-market.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { A, aLeg, aSyncedSession, ticksOf } from '../support/feeder-events.ts';
import { aGameState } from '../support/game-builders.ts';
import { TRADING_CONFIG } from '../support/trading-desk.ts';
import { NOON } from '../support/trade-builders.ts';

const SOON = NOON + 500;
const FORECAST = {
  model: { name: 'elo-test', version: '1.0.0' },
  gameId: 'game-1',
  homeProbability: probability(0.9),
  uncertainty: 0.01,
  asOfMs: NOON - 1,
};

/** A line by which YES is worth far more than the 52 cents that are asked for it. */
const sides = (feed: OddsFeedName): readonly LineLeg[] => [
  { ...aLeg(5, { odds: 1.2, timeMs: NOON }), feed },
  { ...aLeg(5, { side: 'away', odds: 6, timeMs: NOON }), feed },
];
const legs = (...given: readonly LineLeg[]): OddsEvent => ({ kind: 'legs', legs: given });

const stateOf = (change: Partial<GameState>): GameState =>
  aGameState({ gameId: 'game-1', startTimeMs: NOON + 7_200_000, sourceTimeMs: NOON, ...change });

/** What comes of the last tick of the market, by the scoring function as it is deployed. */
async function scored(
  commands: readonly FeederCommand[],
  model: PricingConfig['model'] = 'alone_before_game',
): Promise<ScoreResult & { readonly sent: number }> {
  const tick: MarketTick | undefined = ticksOf(commands).findLast(
    ({ market }) => market.ticker === A,
  );
  if (tick === undefined) throw new Error('the market was not published');
  let sent = 0;
  const config = { ...TRADING_CONFIG, pricing: { ...TRADING_CONFIG.pricing, model } };
  const signals = {
    send: (messages: readonly unknown[]) => {
      sent += messages.length;
      return Promise.resolve();
    },
  };
  const history = { send: () => Promise.resolve() };
  const deps = { config, signals, history, skipDigest: new SkipDigest() };
  return { ...(await scoreEdges(deps, [tick], SOON)), sent };
}

/** No signal came of it, and the reason was counted. */
async function expectSkip(reason: SkipReason, ...input: Parameters<typeof scored>): Promise<void> {
  expect(await scored(...input)).toMatchObject({
    sent: 0,
    signals: [],
    skips: new Map([[reason, 1]]),
  });
}

describe.each(ODDS_FEEDS)('a market whose only line is brought by %s', (feed) => {
  it('is traded while the line is there', async () => {
    const session = aSyncedSession();
    expect(await scored(session.onOdds(legs(...sides(feed)), SOON))).toMatchObject({ sent: 1 });
  });

  it('is skipped when the feed is refused, denied, empty, used up, or gone, model or not', async () => {
    const session = aSyncedSession();
    session.putForecast(FORECAST);
    session.onOdds(legs(...sides(feed)), NOON);
    await expectSkip('line_missing', session.onSourceLost(feed, SOON));
    for (const model of ['off', 'alone_before_game'] as const) {
      const again = aSyncedSession();
      again.putForecast(FORECAST);
      // It was never let in at all.
      await expectSkip('line_missing', again.onSourceLost(feed, SOON), model);
    }
  });

  it('is skipped when the books of the game are taken off or come empty', async () => {
    const removed = { feed, source: 'pinnacle', gameId: 'game-1', sequence: 9 };
    for (const event of [
      { kind: 'removed', ...removed } as const,
      { kind: 'replace', ...removed, legs: [] } as const,
    ]) {
      const session = aSyncedSession();
      session.putForecast(FORECAST);
      session.onOdds(legs(...sides(feed)), NOON);
      await expectSkip('line_missing', session.onOdds(event, SOON));
    }
  });

  it('is skipped when one side goes, is suspended or stays away', async () => {
    const [home, away] = sides(feed);
    if (home === undefined || away === undefined) throw new Error('a line has two sides');
    const suspended: LineLeg = { ...away, sequence: 6, quote: { kind: 'suspended' } };
    const old: LineLeg = { ...away, sourceTimeMs: NOON - 91_000 };
    for (const [reason, second] of [
      ['line_suspended', suspended],
      ['line_stale_leg', old],
    ] as const)
      await expectSkip(reason, aSyncedSession().onOdds(legs(home, second), SOON));
    await expectSkip('line_waiting', aSyncedSession().onOdds(legs(home), SOON));
  });
});

it('odds of an exchange are no line, whoever brings them', async () => {
  for (const source of ['kalshi', 'polymarket'])
    for (const feed of ODDS_FEEDS) {
      const session = aSyncedSession();
      const said = sides(feed).map((leg) => ({ ...leg, source }));
      await expectSkip('line_missing', session.onOdds(legs(...said), SOON));
    }
});

it('a scoreboard that is gone leaves what it has said of games that are not played', async () => {
  for (const [phase, reason] of [
    ['stopped', 'game_stopped'],
    ['off', 'game_off'],
    ['final', 'game_final'],
  ] as const) {
    const session = aSyncedSession();
    session.onGameState(stateOf({ phase }), NOON);
    session.onSourceLost('espn', NOON + 1);
    await expectSkip(reason, session.onOdds(legs(...sides('boltodds')), SOON));
  }
});

it('a game that a scoreboard called live is not before its start again when the scoreboard is gone', async () => {
  const session = aSyncedSession();
  session.onGameState(stateOf({ phase: 'live' }), NOON);
  session.onSourceLost('espn', NOON + 1);
  await expectSkip('line_not_in_play', session.onOdds(legs(...sides('odds_api')), SOON));
});
