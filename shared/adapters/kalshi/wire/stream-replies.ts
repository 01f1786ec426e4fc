import * as z from 'zod';
import { COMMAND_ERRORS } from './stream-commands.ts';
import { readJson } from './wire-text.ts';

/** What the exchange says about commands and subscriptions (docs.kalshi.com, "WebSocket Connection"). */

/** A reply that answers a command: which one, and for `subscribed` the channel and its number. */
export type StreamReply =
  | {
      readonly kind: 'subscribed';
      readonly id: number;
      readonly channel: string;
      readonly subscription: number;
    }
  /** A change of a subscription was carried out, or the subscription ended by our wish. */
  | { readonly kind: 'done'; readonly id: number; readonly subscription: number | null }
  | { readonly kind: 'refused'; readonly id: number }
  | { readonly kind: 'other' };

const replyFields = z.object({
  id: z.number().int().min(0).optional().catch(undefined),
  type: z.string(),
  sid: z.number().int().min(0).optional().catch(undefined),
  msg: z.unknown().optional(),
});
const subscribedMessage = z.object({ channel: z.string().max(100), sid: z.number().int().min(0) });

/** What a frame says about a command of ours. Frames of data are `other`. */
export function decodeReply(text: string, maxBytes: number): StreamReply {
  const json = readJson(text, maxBytes);
  const reply = json.kind === 'json' ? replyFields.safeParse(json.value) : null;
  if (reply === null || !reply.success) return { kind: 'other' };
  const { id = 0, type, msg, sid: subscription = null } = reply.data;
  if (type === 'error') return { kind: 'refused', id };
  if (type === 'ok' || type === 'unsubscribed') return { kind: 'done', id, subscription };
  const subscribed = type === 'subscribed' ? subscribedMessage.safeParse(msg) : null;
  if (subscribed === null || !subscribed.success) return { kind: 'other' };
  const { channel, sid } = subscribed.data;
  return { kind: 'subscribed', id, channel, subscription: sid };
}

/** The exchange's side: a subscription ends by itself, with the last of its numbers where it has numbers. */
export function encodeSubscriptionEnd(end: {
  readonly subscription: number;
  readonly sequence: number | null;
  readonly code: 10 | 25;
}): string {
  return JSON.stringify({
    type: 'error',
    sid: end.subscription,
    ...(end.sequence !== null && { seq: end.sequence }),
    msg: { code: end.code, msg: COMMAND_ERRORS[end.code] },
  });
}

/** The exchange's side: the answer to `list_subscriptions`. */
export function encodeSubscriptionList(
  id: number,
  subscriptions: readonly { readonly channel: string; readonly sid: number }[],
): string {
  return JSON.stringify({ id, type: 'ok', msg: subscriptions });
}
