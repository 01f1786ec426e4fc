import * as z from 'zod';
import type { MarketTicker } from '../../domain/market/market.ts';
import { name, whole } from './leaves.ts';

/** What the feeder that leads is asked to do, by an operator or another process. */
export type CommandMessage =
  /** Read now which markets there are. */
  | { readonly kind: 'refresh_directory' }
  /** The books of these markets are distrusted: suspect until the exchange has sent them again. */
  | { readonly kind: 'resnapshot'; readonly markets: readonly MarketTicker[] }
  /** End in order and give the lease back; whoever waits for it leads next. */
  | { readonly kind: 'drain' }
  /** Write to the log, and tell as an event, how it is. */
  | { readonly kind: 'status' }
  /** The kill switch: every order of the account is cancelled, and only exits go until a person resumes. */
  | { readonly kind: 'cancel_everything' }
  /** What the kill switch stopped, and what was raised for a person to look at, goes on. */
  | { readonly kind: 'resume' }
  /** A fuse that blew holds again: its strategy may trade on its shard. */
  | { readonly kind: 'reset_fuse'; readonly strategy: string; readonly exchangeIndex: number };

const SECOND_MS = 1_000;

/**
 * A command that is older does nothing any more. What it was meant for has passed: a feeder that comes up after an
 * outage must not end because its predecessor was asked to. The kill switch is the exception: whoever asked for it meant the
 * account, and nothing has been cancelled until a feeder has done it, be it the one that comes up the next day.
 */
export const COMMAND_MAX_AGE_MS: Readonly<Record<CommandMessage['kind'], number>> = {
  refresh_directory: 300 * SECOND_MS,
  resnapshot: 60 * SECOND_MS,
  drain: 60 * SECOND_MS,
  status: 60 * SECOND_MS,
  cancel_everything: 86_400 * SECOND_MS,
  resume: 300 * SECOND_MS,
  reset_fuse: 300 * SECOND_MS,
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
  cancel_everything: z.strictObject({ kind: z.literal('cancel_everything') }),
  resume: z.strictObject({ kind: z.literal('resume') }),
  reset_fuse: z.strictObject({
    kind: z.literal('reset_fuse'),
    strategy: name,
    exchangeIndex: whole,
  }),
} satisfies {
  readonly [K in CommandMessage['kind']]: z.ZodType<Extract<CommandMessage, { kind: K }>>;
};

export const commandSchema: z.ZodType<CommandMessage> = z.discriminatedUnion('kind', [
  COMMANDS.refresh_directory,
  COMMANDS.resnapshot,
  COMMANDS.drain,
  COMMANDS.status,
  COMMANDS.cancel_everything,
  COMMANDS.resume,
  COMMANDS.reset_fuse,
]);
