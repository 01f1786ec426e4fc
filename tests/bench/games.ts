import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import { aLeg, delta, mappingOf, snapshot } from '../support/feeder-events.ts';
import { aMarket, NOON } from '../support/trade-builders.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile, rounded } from './measure.ts';

const GAMES = 50;
const WAVES = 300;
const WARM_UP = 30;
/** Conflation lets a market through again after this. */
const WAVE_EVERY_MS = 2_000;
const BOOKS = 7;

/**
 * Everything moves at once: a score, both odds and both books of 50 games, through the feeder's session to the encoded
 * ticks of their 100 markets. One core, nothing else in the way.
 */
export function benchGames(): BenchRow[] {
  const session = new FeederSession(1);
  const markets = Array.from({ length: GAMES }, (_, game) =>
    (['home', 'away'] as const).map((side) => ({
      ticker: `KXNFLGAME-${game}-${side}`,
      side,
      gameId: `game-${game}`,
    })),
  ).flat();
  for (const { ticker, side, gameId } of markets)
    session.addMarket(aMarket({ ticker }), { ...mappingOf(ticker, side), gameId });
  session.onSubscribed(
    BOOKS,
    markets.map(({ ticker }) => ticker),
  );
  let sequence = 0;
  const next = (make: (sequence: number) => MarketDataEvent): MarketDataEvent => {
    sequence += 1;
    return make(sequence);
  };
  for (const { ticker } of markets)
    session.onStreamEvent(
      next((n) => snapshot(n, ticker)),
      NOON,
    );
  const times: number[] = [];
  for (let wave = -WARM_UP; wave < WAVES; wave += 1) {
    const nowMs = NOON + (wave + WARM_UP + 1) * WAVE_EVERY_MS;
    const startedMs = performance.now();
    const told = new Set<string>();
    const send = (commands: readonly FeederCommand[]): void => {
      for (const command of commands) {
        if (command.kind !== 'publish_tick') continue;
        tickCodec.encode(command.tick);
        told.add(command.tick.market.ticker);
      }
    };
    for (let game = 0; game < GAMES; game += 1) {
      const gameId = `game-${game}`;
      send(session.onGameState(stateOf(gameId, wave + WARM_UP, nowMs), nowMs));
      const legs = (['home', 'away'] as const).map((side) => ({
        ...aLeg(wave + WARM_UP + 1, { side, odds: 1.8 + (wave & 7) / 100, timeMs: nowMs }),
        gameId,
      }));
      send(session.onOdds({ kind: 'legs', legs }, nowMs));
    }
    for (const { ticker } of markets)
      send(
        session.onStreamEvent(
          next((n) =>
            delta(n, ticker, { at: 5_000, by: wave % 2 === 0 ? 100 : -100, timeMs: nowMs }),
          ),
          nowMs,
        ),
      );
    const elapsedMs = performance.now() - startedMs;
    invariant(told.size === markets.length, 'every market has a tick');
    if (wave >= 0) times.push(elapsedMs);
  }
  const note = `a score, two odds and two book changes each; ${WAVES} times, to the encoded ticks of ${markets.length} markets`;
  return [
    row('games: 50 at once, p50', quantile(times, 0.5), note),
    row('games: 50 at once, p95', quantile(times, 0.95), 'the same'),
  ];
}

function stateOf(gameId: string, points: number, nowMs: number) {
  return {
    source: 'espn' as const,
    gameId,
    phase: 'live',
    startTimeMs: NOON - 1_000,
    homeScore: points,
    awayScore: 0,
    period: 1,
    clockSeconds: 900,
    sourceTimeMs: nowMs,
    receivedMs: nowMs,
  } as const;
}

function row(name: string, value: number, note: string): BenchRow {
  return { name, value: rounded(value), unit: 'ms', aim: { atMost: 2_000 }, note };
}
