import * as z from 'zod';
import type { MarketTicker } from '../../domain/market/market.ts';
import { name } from './leaves.ts';

/** What the feeder that leads is asked to do, by an operator or another process. */
export type CommandMessage =
  /** Read now which markets there are. */
  | { readonly kind: 'refresh_directory' }
  /** The books of these markets are distrusted: suspect until the exchange has sent them again. */
  | { readonly kind: 'resnapshot'; readonly markets: readonly MarketTicker[] }
  /** End in order and give the lease back; whoever waits for it leads next. */
  | { readonly kind: 'drain' }
  /** Write to the log, and tell as an event, how it is. */
  | { readonly kind: 'status' };

const SECOND_MS = 1_000;

/**
 * A command that is older does nothing any more. What it was meant for has passed: a feeder that comes up after an
 * outage must not end because its predecessor was asked to.
 */
export const COMMAND_MAX_AGE_MS: Readonly<Record<CommandMessage['kind'], number>> = {
  refresh_directory: 300 * SECOND_MS,
  resnapshot: 60 * SECOND_MS,
  drain: 60 * SECOND_MS,
  status: 60 * SECOND_MS,
};

const MAX_MARKETS = 100;

const COMMANDS = {
  refresh_directory: z.strictObject({ kind: z.literal('refresh_directory') }),
  resnapshot: z.strictObject({
    kind: z.literal('resnapshot'),
    markets: z.array(name).min(1).max(MAX_MARKETS),
  }),
  drain: z.strictObject({ kind: z.literal('drain') }),
  status: z.strictObject({ kind: z.literal('status') }),
} satisfies {
  readonly [K in CommandMessage['kind']]: z.ZodType<Extract<CommandMessage, { kind: K }>>;
};

export const commandSchema: z.ZodType<CommandMessage> = z.discriminatedUnion('kind', [
  COMMANDS.refresh_directory,
  COMMANDS.resnapshot,
  COMMANDS.drain,
  COMMANDS.status,
]);
