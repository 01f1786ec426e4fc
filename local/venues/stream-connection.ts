import { WebSocket } from 'ws';
import {
  commandRefusal,
  decodeCommand,
  encodeCommandError,
  type CommandErrorCode,
  type StreamCommand,
} from '../../shared/adapters/kalshi/wire/stream-commands.ts';
import { encodeSubscriptionList } from '../../shared/adapters/kalshi/wire/stream-replies.ts';
import { MARKET_CHANNELS } from '../../shared/adapters/kalshi/wire/stream-channels.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { FaultedWire } from './faulted-wire.ts';
import type { FrameFaults } from './frame-faults.ts';

export type StreamConnectionParts = {
  readonly socket: WebSocket;
  readonly exchange: SimExchange;
  readonly account: string;
  readonly nowMs: () => EpochMs;
  /** A reader that leaves half of this unread loses its subscriptions, one that leaves all of it is dropped. */
  readonly maxBufferedBytes: number;
  readonly onGone: () => void;
  /** What spoils its frames; null when nothing does. */
  readonly faults?: FrameFaults | null;
};

/** A client that has answered none of so many pings is gone. */
const MAX_MISSED_PINGS = 3;

/** Commands that one client may send in a second (Kalshi "WebSocket Connection"). */
const MAX_COMMANDS_PER_SECOND = 10_000;

/** One client of the exchange's stream: its commands, its subscriptions, and what it has not read yet. */
export class StreamConnection {
  readonly #parts: StreamConnectionParts;
  readonly #second = { startMs: 0, commands: 0 };
  readonly #wire: FaultedWire | null;
  #missedPings = 0;

  constructor(parts: StreamConnectionParts) {
    this.#parts = parts;
    const { socket, exchange, onGone } = parts;
    this.#wire =
      parts.faults?.wire({
        send: this.#write,
        sendBinary: (bytes) => socket.send(bytes),
        drop: () => this.drop(),
        close: (code, reason) => socket.close(code, reason),
        endSubscription: (sid, code) => {
          if (exchange.subscriptionsOf(this.#send).some((open) => open.sid === sid))
            exchange.endSubscription(sid, code, parts.nowMs());
        },
      }) ?? null;
    socket.on('message', (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) this.#reply(UNREADABLE);
      else this.#onText(data.toString('utf8'));
    });
    socket.on('pong', () => {
      this.#missedPings = 0;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      exchange.disconnect(this.#send);
      this.#wire?.gone();
      onGone();
    });
  }

  ping(): void {
    if (this.#wire?.isPinging() === false) return;
    this.#missedPings += 1;
    if (this.#missedPings > MAX_MISSED_PINGS) this.drop();
    else if (this.#parts.socket.readyState === WebSocket.OPEN) this.#parts.socket.ping('heartbeat');
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.#parts.socket.terminate();
  }

  /** Told of each frame in the moment in which the exchange makes it, and so must not call back into it. */
  readonly #send = (frame: string, _nowMs?: EpochMs, last?: 'last'): 'full' | undefined => {
    const { socket, maxBufferedBytes } = this.#parts;
    if (last === undefined && socket.bufferedAmount > maxBufferedBytes / 2) return 'full';
    this.#pass(frame);
    return undefined;
  };

  /** What answers a command is not of a subscription, and goes out as long as the connection does. */
  readonly #reply = (frame: string): void => this.#pass(frame);

  #pass(frame: string): void {
    if (this.#wire === null) this.#write(frame);
    else this.#wire.send(frame);
  }

  readonly #write = (frame: string): void => {
    const { socket, maxBufferedBytes } = this.#parts;
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxBufferedBytes) this.drop();
    else socket.send(frame);
  };

  #onText(text: string): void {
    const decoded = decodeCommand(text);
    const refusal = this.#isTooMany() ? commandRefusal(0, 27) : decoded;
    if (refusal.kind === 'refused') {
      const { id } = decoded.kind === 'refused' ? decoded : decoded.command;
      this.#reply(encodeCommandError({ ...refusal, id }));
    } else this.#execute(refusal.command);
  }

  #isTooMany(): boolean {
    const nowMs = this.#parts.nowMs();
    const second = this.#second;
    if (nowMs - second.startMs >= 1_000) {
      second.startMs = nowMs;
      second.commands = 0;
    }
    second.commands += 1;
    return second.commands > MAX_COMMANDS_PER_SECOND;
  }

  #execute(command: StreamCommand): void {
    const { exchange, account, nowMs } = this.#parts;
    const refuse = (code: CommandErrorCode): void =>
      this.#reply(encodeCommandError(commandRefusal(command.id, code)));
    const standing = new Map(
      exchange.subscriptionsOf(this.#send).map(({ sid, channel }) => [sid, channel]),
    );
    switch (command.cmd) {
      case 'subscribe': {
        const { id: commandId, cmd: _cmd, ...params } = command;
        exchange.subscribe(this.#send, { account, ...params, commandId }, nowMs());
        return;
      }
      case 'update_subscription': {
        const { subscription, markets, id } = command;
        const channel = standing.get(subscription);
        if (channel === undefined) refuse(7);
        else if (command.action === 'get_snapshot') {
          if (channel === 'orderbook_delta')
            exchange.getSnapshot(subscription, markets, nowMs(), id);
          else refuse(13);
        } else if (!MARKET_CHANNELS.has(channel)) refuse(13);
        else if (command.action === 'add_markets')
          exchange.addMarkets(subscription, markets, nowMs(), id);
        else exchange.deleteMarkets(subscription, markets, nowMs(), id);
        return;
      }
      case 'unsubscribe': {
        const sids = [...new Set(command.subscriptions)];
        if (sids.some((sid) => !standing.has(sid))) refuse(7);
        else exchange.unsubscribe(sids, nowMs(), command.id);
        return;
      }
      case 'list_subscriptions':
        this.#reply(
          encodeSubscriptionList(
            command.id,
            [...standing].map(([sid, channel]) => ({ channel, sid })),
          ),
        );
    }
  }
}

const UNREADABLE = encodeCommandError(commandRefusal(0, 1));
