import type { Timers } from '../../ports/timers.ts';
import {
  ReconnectingSocket,
  type Backoff,
  type SocketHandlers,
} from '../websocket/reconnecting-socket.ts';
import type { PushedSource } from './pushed-source.ts';

/** How a socket of the feed is kept, whatever it brings. */
export type BoltSocketOptions = {
  /** Without the key. */
  readonly wsUrl: string;
  /** Goes into the address, and so never into a message of ours. */
  readonly token: string;
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maxFrameBytes: number;
  readonly backoff?: Backoff;
  readonly connectTimeoutMs?: number;
};

const BACKOFF: Backoff = { leastMs: 1_000, baseMs: 2_000, mostMs: 60_000 };
const CONNECT_TIMEOUT_MS = 10_000;

/** A socket of BoltOdds that comes back by itself: the key in its address, and its breaker before each attempt. */
export function boltSocket(
  options: BoltSocketOptions,
  { source, silentAfterMs }: { readonly source: PushedSource; readonly silentAfterMs: number },
  handlers: Omit<SocketHandlers, 'target'>,
): ReconnectingSocket {
  const { wsUrl, token, timers, random, maxFrameBytes } = options;
  const url = new URL(wsUrl);
  url.searchParams.set('key', token);
  return new ReconnectingSocket(
    {
      timers,
      random,
      maxFrameBytes,
      backoff: options.backoff ?? BACKOFF,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      silentAfterMs,
      refusedRetryMs: 0,
      holdMs: () => source.holdMs(timers.nowMs()),
    },
    { ...handlers, target: () => ({ url: url.href, headers: {} }) },
  );
}
