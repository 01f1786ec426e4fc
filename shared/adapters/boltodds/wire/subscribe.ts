import * as z from 'zod';

/**
 * What is asked of the feed. An absent filter means all; a value that is not exactly one of the feed's own is ignored
 * without a word (BoltOdds docs, "Subscribing").
 */
export type BoltFilters = {
  readonly sports?: readonly string[];
  readonly sportsbooks?: readonly string[];
  readonly markets?: readonly string[];
  readonly games?: readonly string[];
};

/** The command that subscribes; sent again, it replaces the subscription. Filters at the top level would be ignored. */
export function encodeSubscribe(filters: BoltFilters): string {
  return JSON.stringify({ action: 'subscribe', filters });
}

const names = z.array(z.string().max(300)).max(10_000);
const command = z.object({
  action: z.literal('subscribe'),
  filters: z
    .object({
      sports: names.exactOptional(),
      sportsbooks: names.exactOptional(),
      markets: names.exactOptional(),
      games: names.exactOptional(),
    })
    .optional(),
});

/** The feed's reading of a client's frame; null for anything but a subscribe. */
export function decodeSubscribe(text: string): BoltFilters | null {
  const parsed = command.safeParse(jsonOf(text));
  return parsed.success ? (parsed.data.filters ?? {}) : null;
}

const acknowledgement = z.object({ action: z.literal('socket_connected') });

/** Whether a frame is the feed's first word, before which it takes no subscription. It may stand in an array. */
export function isAcknowledgement(text: string): boolean {
  const value = jsonOf(text);
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  return messages.some((message) => acknowledgement.safeParse(message).success);
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
