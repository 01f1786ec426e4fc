import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { EpochMs, GameOutcome } from '../../../domain/market/market.ts';
import type { BoltGame } from './frames.ts';

/** The odds of one outcome as the feed writes them: American text, or null when the book has suspended it. */
export type BoltQuote = { readonly side: GameOutcome; readonly odds: string | null };

/** A message as the feed's side means it. */
export type BoltMessage =
  | { readonly action: 'ping' | 'socket_connected' }
  | { readonly action: 'subscription_updated' | 'error'; readonly message: string }
  | {
      readonly action: 'initial_state' | 'game_added' | 'game_update' | 'line_update';
      readonly sentMs: EpochMs;
      readonly sportsbook: string;
      readonly game: BoltGame;
      readonly quotes: readonly BoltQuote[];
    }
  | {
      readonly action: 'game_removed';
      readonly sentMs: EpochMs;
      readonly sportsbook: string;
      readonly game: BoltGame;
    };

/** The bare text frame that the feed sends besides `{"action":"ping"}`. */
export const TEXT_PING = 'ping';

/** The feed's side: one message as a frame of one object, several as a frame of one array. */
export function encodeFrame(messages: readonly [BoltMessage, ...BoltMessage[]]): string {
  const objects = messages.map(encodeMessage);
  return JSON.stringify(objects.length === 1 ? objects[0] : objects);
}

function encodeMessage(message: BoltMessage): object {
  switch (message.action) {
    case 'ping':
    case 'socket_connected':
      return { action: message.action };
    case 'subscription_updated':
    case 'error':
      return { action: message.action, message: message.message };
    case 'game_removed':
      return envelope(message, gameFields(message));
    case 'initial_state':
    case 'game_added':
    case 'game_update':
    case 'line_update':
      return envelope(message, { ...gameFields(message), outcomes: outcomes(message) });
  }
}

function envelope(
  { action, sentMs }: { readonly action: string; readonly sentMs: EpochMs },
  data: object,
): object {
  return { action, timestamp: formatRfc3339(sentMs), data };
}

function gameFields(message: {
  readonly sportsbook: string;
  readonly game: BoltGame;
}): Readonly<Record<string, unknown>> {
  const { sport, label, homeTeam, awayTeam, universalId, when } = message.game;
  return {
    sport,
    sportsbook: message.sportsbook,
    game: label,
    home_team: homeTeam,
    away_team: awayTeam,
    info: { id: universalId, when },
  };
}

function outcomes(message: {
  readonly game: BoltGame;
  readonly quotes: readonly BoltQuote[];
}): Readonly<Record<string, object>> {
  return Object.fromEntries(
    message.quotes.map(({ side, odds }) => {
      const { homeTeam, awayTeam } = message.game;
      const target = side === 'draw' ? 'Draw' : side === 'home' ? homeTeam : awayTeam;
      const outcome = {
        odds: odds ?? '',
        link: null,
        outcome_name: 'Moneyline',
        outcome_line: null,
        outcome_over_under: null,
        outcome_target: target,
      };
      return [`${target} Moneyline`, outcome];
    }),
  );
}
