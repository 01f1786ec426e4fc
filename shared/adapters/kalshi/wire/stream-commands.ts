import * as z from 'zod';
import { STREAM_CHANNELS, type StreamChannelName } from './stream-channels.ts';
import { nameField } from './wire-fields.ts';
import { checkWire, readJson } from './wire-text.ts';

/** The commands of the WebSocket and the exchange's replies to them (docs.kalshi.com, "WebSocket Connection"). */

const UPDATE_ACTIONS = ['add_markets', 'delete_markets', 'get_snapshot'] as const;

export type StreamCommand =
  | {
      readonly cmd: 'subscribe';
      readonly id: number;
      readonly channels: readonly StreamChannelName[];
      /** Null means all markets, which books do not allow. */
      readonly markets: readonly string[] | null;
      readonly useYesPrice: boolean;
      /** Markets by the exchange's other name for them: `ticker` only. */
      readonly marketIds?: readonly string[];
      /** The summary of each market at once: `ticker` only. */
      readonly sendInitialSnapshot?: boolean;
      /** Replies of this subscription leave out its list of markets. */
      readonly skipTickerAck?: boolean;
    }
  | {
      readonly cmd: 'update_subscription';
      readonly id: number;
      readonly subscription: number;
      readonly action: (typeof UPDATE_ACTIONS)[number];
      readonly markets: readonly string[];
    }
  | {
      readonly cmd: 'unsubscribe';
      readonly id: number;
      readonly subscriptions: readonly number[];
    }
  | { readonly cmd: 'list_subscriptions'; readonly id: number };

/** A command as the text frame that a client sends. */
export function encodeCommand(command: StreamCommand): string {
  const { id, cmd } = command;
  switch (command.cmd) {
    case 'subscribe':
      return JSON.stringify({
        id,
        cmd,
        params: {
          channels: command.channels,
          ...(command.markets !== null && { market_tickers: command.markets }),
          // Its default is announced to change, so it is said where it matters.
          ...(command.channels.includes('orderbook_delta') && {
            use_yes_price: command.useYesPrice,
          }),
          ...(command.marketIds !== undefined && { market_ids: command.marketIds }),
          ...(command.sendInitialSnapshot === true && { send_initial_snapshot: true }),
          ...(command.skipTickerAck === true && { skip_ticker_ack: true }),
        },
      });
    case 'update_subscription':
      return JSON.stringify({
        id,
        cmd,
        params: {
          sids: [command.subscription],
          action: command.action,
          market_tickers: command.markets,
        },
      });
    case 'unsubscribe':
      return JSON.stringify({ id, cmd, params: { sids: command.subscriptions } });
    case 'list_subscriptions':
      return JSON.stringify({ id, cmd });
  }
}

/** An error of a command: the exchange's number and text for it. */
export type CommandRefusal = {
  readonly kind: 'refused';
  readonly id: number;
  readonly code: number;
  readonly message: string;
};

/** Numbers and what they mean are the exchange's; the texts are ours, and no client may depend on them. */
export const COMMAND_ERRORS = {
  1: 'Unable to process message',
  2: 'Params required',
  3: 'Channels required',
  4: 'Subscription IDs required',
  5: 'Unknown command',
  7: 'Unknown subscription ID',
  8: 'Unknown channel name',
  9: 'Authentication required',
  10: 'Channel error',
  11: 'Invalid parameter',
  12: 'Exactly one subscription ID is required',
  13: 'Unsupported action',
  14: 'Market ticker required',
  15: 'Action required',
  18: 'Command timeout',
  25: 'Subscription buffer overflow',
  26: 'Too many markets in subscription',
  27: 'Too many requests',
} as const;
export type CommandErrorCode = keyof typeof COMMAND_ERRORS;

/** More subscriptions than the exchange allows in one session. */
const MAX_MARKETS = 500_000;
const MAX_COMMAND_BYTES = 4_000_000;

const anyCommand = z.object({
  id: z.number().int().min(0).optional(),
  cmd: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
});
const markets = z.array(nameField).max(MAX_MARKETS);
const marketFields = z.object({
  market_ticker: nameField.optional(),
  market_tickers: markets.optional(),
  market_id: nameField.optional(),
  market_ids: markets.optional(),
  use_yes_price: z.boolean().optional(),
  send_initial_snapshot: z.boolean().optional(),
  skip_ticker_ack: z.boolean().optional(),
});
const sids = z.array(z.number().int().min(0)).min(1);

/** The exchange's reading of a client's frame, with its refusals. Which subscriptions exist is the caller's to know. */
export function decodeCommand(
  text: string,
): { readonly kind: 'command'; readonly command: StreamCommand } | CommandRefusal {
  const json = readJson(text, MAX_COMMAND_BYTES);
  const checked = json.kind === 'json' ? checkWire(anyCommand, json.value, 'command') : json;
  if (checked.kind === 'refused') return commandRefusal(0, 1);
  const { id = 0, cmd, params } = checked.value;
  switch (cmd) {
    case 'list_subscriptions':
      return { kind: 'command', command: { cmd, id } };
    case 'subscribe':
      return params === undefined ? commandRefusal(id, 2) : subscribe(id, params);
    case 'unsubscribe': {
      if (params === undefined) return commandRefusal(id, 2);
      const list = sids.safeParse(params['sids']);
      return list.success
        ? { kind: 'command', command: { cmd, id, subscriptions: list.data } }
        : commandRefusal(id, 4);
    }
    case 'update_subscription':
      return params === undefined ? commandRefusal(id, 2) : update(id, params);
    default:
      return commandRefusal(id, 5);
  }
}

export function commandRefusal(id: number, code: CommandErrorCode): CommandRefusal {
  return { kind: 'refused', id, code, message: COMMAND_ERRORS[code] };
}

/** The exchange's side: an error frame. */
export function encodeCommandError({ id, code, message }: CommandRefusal): string {
  return JSON.stringify({ id, type: 'error', msg: { code, msg: message } });
}

type Decoded = ReturnType<typeof decodeCommand>;
type Params = Readonly<Record<string, unknown>>;

function subscribe(id: number, params: Params): Decoded {
  const list = z.array(z.string()).min(1).safeParse(params['channels']);
  if (!list.success) return commandRefusal(id, 3);
  const fields = marketFields.safeParse(params);
  if (!fields.success) return commandRefusal(id, 11);
  const channels: StreamChannelName[] = [];
  for (const name of new Set(list.data)) {
    const channel = STREAM_CHANNELS.find((known) => known === name);
    if (channel === undefined) return commandRefusal(id, 8);
    channels.push(channel);
  }
  const { data } = fields;
  const wanted = oneOrMany(data.market_ticker, data.market_tickers);
  const ids = oneOrMany(data.market_id, data.market_ids);
  if (wanted === 'both' || ids === 'both') return commandRefusal(id, 11);
  const isTickerOnly = channels.every((channel) => channel === 'ticker');
  if (ids !== null && (!isTickerOnly || wanted !== null)) return commandRefusal(id, 11);
  if (channels.includes('orderbook_delta') && (wanted === null || wanted.length === 0))
    return commandRefusal(id, 14);
  return {
    kind: 'command',
    command: {
      cmd: 'subscribe',
      id,
      channels,
      markets: wanted,
      useYesPrice: data.use_yes_price ?? false,
      ...(ids !== null && { marketIds: ids }),
      ...(data.send_initial_snapshot === true && { sendInitialSnapshot: true }),
      ...(data.skip_ticker_ack === true && { skipTickerAck: true }),
    },
  };
}

/** One or several, but not told both ways; null when neither was told. */
function oneOrMany(
  one: string | undefined,
  many: readonly string[] | undefined,
): readonly string[] | null | 'both' {
  if (one !== undefined && many !== undefined) return 'both';
  return many ?? (one === undefined ? null : [one]);
}

function update(id: number, params: Params): Decoded {
  const list = sids.safeParse(params['sids']);
  if (!list.success) return commandRefusal(id, 4);
  const [subscription, ...others] = list.data;
  if (subscription === undefined || others.length > 0) return commandRefusal(id, 12);
  if (typeof params['action'] !== 'string') return commandRefusal(id, 15);
  const action = UPDATE_ACTIONS.find((known) => known === params['action']);
  if (action === undefined) return commandRefusal(id, 13);
  const fields = marketFields.safeParse(params);
  if (!fields.success) return commandRefusal(id, 11);
  const wanted = oneOrMany(fields.data.market_ticker, fields.data.market_tickers);
  if (wanted === 'both') return commandRefusal(id, 11);
  if (wanted === null || wanted.length === 0) return commandRefusal(id, 14);
  return {
    kind: 'command',
    command: { cmd: 'update_subscription', id, subscription, action, markets: wanted },
  };
}
