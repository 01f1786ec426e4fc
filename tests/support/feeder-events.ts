import type { GameMapping } from '../../shared/domain/market/market.ts';
import type { BookSide } from '../../shared/domain/execution/intent.ts';
import type { GameSide } from '../../shared/domain/market/market.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { LineLeg } from '../../shared/domain/odds/line.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { FeederCommand } from '../../fargate/feeder/session.ts';
import { FeederSession } from '../../fargate/feeder/session.ts';
import { aMarket, NOON } from './trade-builders.ts';

export const A = aMarket().ticker;
export const B = 'KXNFLGAME-26NOV22-BUF';
export const BOOKS = 7;

export const mappingOf = (market: string, yesSide: GameSide = 'home'): GameMapping => ({
  market,
  gameId: 'game-1',
  league: 'nfl',
  yesSide,
  startTimeMs: NOON + 7_200_000,
  evidence: ['made for tests'],
});

/** A feeder of two markets of one game, subscribed to both books. */
export function aSession(epoch = 3): FeederSession {
  const session = new FeederSession(epoch);
  session.addMarket(aMarket(), mappingOf(A));
  session.addMarket(aMarket({ ticker: B }), mappingOf(B, 'away'));
  session.onSubscribed(BOOKS, [A, B]);
  return session;
}

/** A session in which both books have had their snapshots: numbers 1 and 2 are used. */
export function aSyncedSession(nowMs = NOON): FeederSession {
  const session = aSession();
  session.onStreamEvent(snapshot(1, A), nowMs);
  session.onStreamEvent(snapshot(2, B), nowMs);
  return session;
}

export function snapshot(
  sequence: number,
  market: string,
  change: { readonly bid?: number; readonly ask?: number; readonly timeMs?: number | null } = {},
): MarketDataEvent {
  const { bid = 5_000, ask = 5_200, timeMs = NOON } = change;
  return {
    kind: 'book_snapshot',
    sequence: { subscription: BOOKS, sequence },
    snapshot: {
      market,
      bids: [
        { price: price(bid), count: contracts(10_000) },
        { price: price(bid - 100), count: contracts(10_000) },
      ],
      asks: [{ price: price(ask), count: contracts(10_000) }],
      exchangeTimeMs: timeMs,
    },
  };
}

/** A change of depth below the best bid, unless another level is named. */
export function delta(
  sequence: number,
  market: string,
  change: {
    readonly side?: BookSide;
    readonly at?: number;
    readonly by?: number;
    readonly timeMs?: number;
  } = {},
): MarketDataEvent {
  const { side = 'bid', at = 4_900, by = 100, timeMs = NOON + sequence } = change;
  return {
    kind: 'book_delta',
    sequence: { subscription: BOOKS, sequence },
    delta: {
      market,
      side,
      price: price(at),
      change: by,
      exchangeTimeMs: timeMs,
      clientOrderId: null,
    },
  };
}

export function aLeg(
  sequence: number,
  change: {
    readonly side?: GameSide;
    readonly odds?: number | null;
    readonly timeMs?: number;
  } = {},
): LineLeg {
  const { side = 'home', odds = 1.9, timeMs = NOON + sequence } = change;
  return {
    feed: 'boltodds',
    source: 'pinnacle',
    gameId: 'game-1',
    side,
    quote:
      odds === null
        ? { kind: 'suspended' }
        : { kind: 'quoted', decimalOdds: odds, raw: String(odds) },
    sequence,
    sourceTimeMs: timeMs,
    receivedMs: Math.max(timeMs, NOON + 10_000),
  };
}

export function ticksOf(commands: readonly FeederCommand[]) {
  return commands.flatMap((command) => (command.kind === 'publish_tick' ? [command.tick] : []));
}

export function requestsOf(commands: readonly FeederCommand[]) {
  return commands.flatMap((command) =>
    command.kind === 'request_snapshots' ? [command.markets.toSorted()] : [],
  );
}
