import { decodeFrame, type BoltGame } from '../adapters/boltodds/wire/frames.ts';
import { decodeStreamFrame } from '../adapters/kalshi/wire/stream-frames.ts';
import {
  feederLineSchema,
  recordedGameSchema,
  type FeederLine,
  type FeedName,
  type RecordedFrame,
} from '../contracts/feeder-frames.ts';
import type { GameState } from '../domain/market/game-state.ts';
import type { EpochMs, GameId, GameMapping, Market } from '../domain/market/market.ts';
import type { MarketDataEvent } from '../ports/market-data.ts';
import type { OddsEvent } from '../ports/odds-feed.ts';
import { RecordingRefusal } from './recording-refusal.ts';

/** What decides between frames and ticks: the feeder's session, without knowing the feeder. */
export interface FrameSession<Command> {
  addMarket(market: Market, mapping: GameMapping | null): void;
  onDisconnect(): void;
  removeMarkets(markets: readonly string[]): void;
  onSubscriptionMarkets(subscription: number, markets: readonly string[], nowMs: EpochMs): void;
  onLost(subscription: number, nowMs: EpochMs): void;
  onSubscribed(subscription: number, markets: readonly string[]): void;
  setHeld(markets: Iterable<string>, near: Iterable<string>): void;
  onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly Command[];
  onOdds(event: OddsEvent, nowMs: EpochMs): readonly Command[];
  onGameState(state: GameState, nowMs: EpochMs): readonly Command[];
  onMarkets(markets: readonly Market[], askedAtMs: EpochMs, nowMs: EpochMs): readonly Command[];
  resnapshot(markets: readonly string[], nowMs: EpochMs): readonly Command[];
  onSourceLost(source: FeedName, nowMs: EpochMs): readonly Command[];
  onTimer(nowMs: EpochMs): readonly Command[];
}

export type FramePlay<Command> = {
  readonly frames: Iterable<RecordedFrame>;
  readonly newSession: (epoch: number, gameMaxAgeMs: number) => FrameSession<Command>;
  /** Which game a message of odds is about, in recordings of before what was made of them was recorded too. */
  readonly gameIdOf: (game: BoltGame) => GameId | null;
  /** What the feeder accepted of each feed. */
  readonly maxFrameBytes: { readonly kalshi: number; readonly odds: number };
  readonly onCommands: (commands: readonly Command[], atMs: EpochMs) => void;
};

/**
 * Feeds a recording through sessions as the feeder did, each frame at the time at which it was received: the same
 * frames give the same commands, ticks to the byte. Returns how many frames of feeds were played. A line of the
 * feeder's own that cannot be read throws a RecordingRefusal; a feed's frame that cannot is refused as it was then.
 */
export function playFrames<Command>(play: FramePlay<Command>): number {
  const { frames, gameIdOf, maxFrameBytes, newSession, onCommands } = play;
  let session: FrameSession<Command> | null = null;
  let played = 0;
  for (const { source, payload, receivedMs, sequence } of frames) {
    if (source === 'feeder') {
      const line = feederLine(payload, sequence);
      if (line.kind === 'epoch') session = newSession(line.epoch, line.gameMaxAgeMs);
      else if (session !== null) onCommands(follow(session, line, receivedMs), receivedMs);
      continue;
    }
    if (session === null) continue;
    played += 1;
    switch (source) {
      case 'kalshi': {
        const event = decodeStreamFrame(payload, {
          maxBytes: maxFrameBytes.kalshi,
          useYesPrice: true,
        });
        if (event.kind !== 'refused')
          onCommands(session.onStreamEvent(event, receivedMs), receivedMs);
        break;
      }
      case 'odds':
        for (const event of decodeFrame(payload, {
          maxBytes: maxFrameBytes.odds,
          receivedMs,
          gameIdOf,
        }))
          if (event.kind !== 'refused') onCommands(session.onOdds(event, receivedMs), receivedMs);
        break;
      // What was made of these stands in lines of the feeder's own.
      case 'boltodds':
      case 'odds_api':
        break;
      case 'espn':
      case 'livescores':
      case 'balldontlie':
      case 'scoreboard':
        onCommands(session.onGameState(gameOf(payload, sequence), receivedMs), receivedMs);
        break;
    }
  }
  return played;
}

function follow<Command>(
  session: FrameSession<Command>,
  line: Exclude<FeederLine, { kind: 'epoch' }>,
  atMs: EpochMs,
): readonly Command[] {
  switch (line.kind) {
    case 'market':
      session.addMarket(line.market, line.mapping);
      return [];
    case 'connection':
      session.onDisconnect();
      return [];
    case 'subscribed':
      session.onSubscribed(line.subscription, line.markets);
      return [];
    case 'subscription_markets':
      session.onSubscriptionMarkets(line.subscription, line.markets, atMs);
      return [];
    case 'lost':
      session.onLost(line.subscription, atMs);
      return [];
    case 'unfollowed':
      session.removeMarkets(line.markets);
      return [];
    case 'held':
      session.setHeld(line.markets, line.near);
      return [];
    case 'markets_read':
      return session.onMarkets(line.markets, line.askedAtMs, atMs);
    case 'resnapshot':
      return session.resnapshot(line.markets, atMs);
    case 'odds_told':
      return session.onOdds(line.event, atMs);
    case 'source_lost':
      return session.onSourceLost(line.source, atMs);
    case 'timer':
      return session.onTimer(atMs);
  }
}

function feederLine(payload: string, sequence: number): FeederLine {
  const read = feederLineSchema.safeParse(jsonOf(payload));
  return read.success ? read.data : refuse(sequence, 'of the feeder');
}

function gameOf(payload: string, sequence: number): GameState {
  const read = recordedGameSchema.safeParse(jsonOf(payload));
  return read.success ? read.data : refuse(sequence, 'of the scoreboard');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refuse(sequence: number, of: string): never {
  throw new RecordingRefusal({
    code: 'foreign_line',
    file: `frame ${sequence}`,
    found: `the payload ${of} is not what a feeder writes`,
    allowed: 'a recording is played by the version that wrote it, or a later one',
    todo: 'Play it with that version.',
  });
}
