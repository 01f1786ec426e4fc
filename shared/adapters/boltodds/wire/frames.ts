import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { parseRfc3339Micros } from '../../../contracts/rfc3339.ts';
import type { EpochMs, GameId } from '../../../domain/market/market.ts';
import type { OddsEvent } from '../../../ports/odds-feed.ts';
import { contradictsItself, decodeLegs, gameData, oddsData } from './moneyline.ts';
import { ALL, malformed, refuse, scopeOf, textOf, type BoltRefusal } from './refusal.ts';

/** A game as a message names it: what a mapping to our games can be looked up by. */
export type BoltGame = {
  readonly sport: string;
  /** The feed's own label and subscription key: `Home vs Away, YYYY-MM-DD, NN`. */
  readonly label: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly universalId: string | null;
  /** Start as a wall clock without a zone; see `parseBoltWhen`. */
  readonly when: string | null;
};

export type BoltFrameOptions = {
  readonly maxBytes: number;
  readonly receivedMs: EpochMs;
  /**
   * Our game, or null when the game is not mapped. The feed repeats games with home and away exchanged: a mapping must
   * answer null unless home and away stand as in ours.
   */
  readonly gameIdOf: (game: BoltGame) => GameId | null;
  /** Told of each `initial_state`, of whatever game: the feed is telling the whole state. */
  readonly onInitialState?: () => void;
};

/** The feed also lists exchanges as books; pricing Kalshi from Kalshi would be a circle. */
export const EXCLUDED_BOOKS: ReadonlySet<string> = new Set(['kalshi', 'polymarket']);
const ALIVE_ACTIONS: ReadonlySet<string> = new Set([
  'ping',
  'socket_connected',
  'subscription_updated',
]);

const envelope = z.object({
  action: z.string().min(1).max(100),
  timestamp: z.unknown().optional(),
  message: z.unknown().optional(),
  data: z.unknown().optional(),
});

type Decoded = readonly (OddsEvent | BoltRefusal)[];

/**
 * One text frame of BoltOdds (public docs, "Odds WebSocket"): the text `ping`, one object, or an array of objects. Only
 * the outcomes of the full-game moneyline become legs, a draw among them where the league has one; empty odds are a
 * suspended leg. A message that cannot be used is refused, and what the feed has said since is then uncertain: the
 * caller drops that scope and resyncs. Every message that was understood gives at least one event, `alive` when nothing
 * of ours was in it. Never throws.
 *
 * The feed has no sequence numbers: a leg's `sequence` is the message's own time in microseconds.
 */
export function decodeFrame(text: string, options: BoltFrameOptions): Decoded {
  if (text === 'ping') return [alive(options)];
  if (isOversized(text, options.maxBytes))
    return [refuse('oversized', `more than the ${options.maxBytes} bytes that are accepted`, ALL)];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [refuse('not_json', `${text.length} characters that are not JSON`, ALL)];
  }
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  return messages.flatMap((message) => decodeMessage(message, options));
}

function decodeMessage(value: unknown, options: BoltFrameOptions): Decoded {
  const message = envelope.safeParse(value);
  if (!message.success) return [refuse('malformed', 'a message is an object with an action', ALL)];
  const { action, timestamp, data } = message.data;
  if (ALIVE_ACTIONS.has(action)) return [alive(options)];
  switch (action) {
    case 'initial_state':
    case 'game_added':
    case 'game_update':
    case 'line_update':
      return decodeOdds(action, timestamp, data, options);
    case 'game_removed':
      return decodeRemoved(timestamp, data, options);
    case 'error':
      return [refuse('feed_error', textOf(message.data.message), null)];
    default:
      return [refuse('unknown_type', action, scopeOf(data))];
  }
}

type Source = { readonly feed: 'boltodds'; readonly source: string; readonly gameId: GameId };

function decodeOdds(
  action: 'initial_state' | 'game_added' | 'game_update' | 'line_update',
  timestamp: unknown,
  data: unknown,
  options: BoltFrameOptions,
): Decoded {
  const checked = oddsData.safeParse(data);
  if (!checked.success) return [malformed(action, checked.error, scopeOf(data))];
  const micros = microsOf(timestamp);
  if (micros === null)
    return [refuse('malformed', `${action} timestamp ${textOf(timestamp)}`, scopeOf(data))];
  if (contradictsItself(checked.data))
    return [
      refuse('malformed', `${action}: home and away are not those of the label`, scopeOf(data)),
    ];
  const source = sourceOf(checked.data, options);
  if (action === 'initial_state') options.onInitialState?.();
  if (source === null) return [alive(options)];
  const isWhole = action !== 'line_update';
  const base = {
    ...source,
    sequence: micros,
    sourceTimeMs: Math.floor(micros / 1_000),
    receivedMs: options.receivedMs,
  };
  const { legs, refusals } = decodeLegs(checked.data, base, isWhole);
  if (isWhole) return [...refusals, { kind: 'replace', ...source, sequence: micros, legs }];
  return [...refusals, legs.length > 0 ? { kind: 'legs', legs } : alive(options)];
}

function decodeRemoved(timestamp: unknown, data: unknown, options: BoltFrameOptions): Decoded {
  const checked = gameData.safeParse(data);
  if (!checked.success) return [malformed('game_removed', checked.error, scopeOf(data))];
  const sequence = microsOf(timestamp);
  if (sequence === null)
    return [refuse('malformed', `game_removed timestamp ${textOf(timestamp)}`, scopeOf(data))];
  const source = sourceOf(checked.data, options);
  return [source === null ? alive(options) : { kind: 'removed', ...source, sequence }];
}

/** A message's own time in microseconds, which orders what a source says; null when it cannot be read. */
function microsOf(timestamp: unknown): number | null {
  const micros =
    typeof timestamp === 'string' ? parseRfc3339Micros(timestamp, 'utc_when_absent') : null;
  return typeof micros === 'number' ? micros : null;
}

/** The book and our game; null when the book is an exchange or the game is not mapped. */
function sourceOf(data: z.output<typeof gameData>, options: BoltFrameOptions): Source | null {
  const source = data.sportsbook.toLowerCase();
  if (EXCLUDED_BOOKS.has(source)) return null;
  const gameId = options.gameIdOf({
    sport: data.sport,
    label: data.game,
    homeTeam: data.home_team,
    awayTeam: data.away_team,
    universalId: data.info?.id ?? null,
    when: data.info?.when ?? null,
  });
  return gameId === null ? null : { feed: 'boltodds', source, gameId };
}

function alive({ receivedMs }: BoltFrameOptions): OddsEvent {
  return { kind: 'alive', receivedMs };
}

/** True when the UTF-8 form is longer than the limit; counts only when the UTF-16 length leaves it open. */
function isOversized(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && Buffer.byteLength(text, 'utf8') > maxBytes;
}
