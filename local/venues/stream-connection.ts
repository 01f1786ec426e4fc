import { WebSocket } from 'ws';
import {
  commandRefusal,
  decodeCommand,
  encodeCommandError,
  encodeSubscriptionList,
  type StreamChannelName,
  type StreamCommand,
} from '../../shared/adapters/kalshi/wire/stream-commands.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { FaultedWire } from './faulted-wire.ts';
import type { FrameFaults } from './frame-faults.ts';

export type StreamConnectionParts = {
  readonly socket: WebSocket;
  readonly exchange: SimExchange;
  readonly account: string;
  readonly nowMs: () => EpochMs;
  readonly maxBufferedBytes: number;
  readonly onGone: () => void;
  /** What spoils its frames; null when nothing does. */
  readonly faults?: FrameFaults | null;
};

/** A client that has answered none of so many pings is gone. */
const MAX_MISSED_PINGS = 3;

/** One client of the exchange's stream: its commands, its subscriptions, and what it has not read yet. */
export class StreamConnection {
  readonly #parts: StreamConnectionParts;
  readonly #subscriptions = new Map<number, StreamChannelName>();
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
      }) ?? null;
    socket.on('message', (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) this.#send(UNREADABLE);
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
  readonly #send = (frame: string): void => {
    if (this.#wire === null) this.#write(frame);
    else this.#wire.send(frame);
  };

  readonly #write = (frame: string): void => {
    const { socket, maxBufferedBytes } = this.#parts;
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxBufferedBytes) this.drop();
    else socket.send(frame);
  };

  #onText(text: string): void {
    const decoded = decodeCommand(text);
    if (decoded.kind === 'refused') this.#send(encodeCommandError(decoded));
    else this.#execute(decoded.command);
  }

  #execute(command: StreamCommand): void {
    const { exchange, account, nowMs } = this.#parts;
    const refuse = (code: 7 | 13): void =>
      this.#send(encodeCommandError(commandRefusal(command.id, code)));
    switch (command.cmd) {
      case 'subscribe': {
        const { channels, markets, useYesPrice, id: commandId } = command;
        const params = { account, channels, markets, useYesPrice, commandId };
        for (const { sid, channel } of exchange.subscribe(this.#send, params, nowMs()))
          this.#subscriptions.set(sid, channel);
        return;
      }
      case 'update_subscription': {
        const { subscription, markets, id } = command;
        const channel = this.#subscriptions.get(subscription);
        if (channel === undefined) refuse(7);
        else if (command.action === 'add_markets')
          exchange.addMarkets(subscription, markets, nowMs(), id);
        else if (command.action === 'delete_markets')
          exchange.deleteMarkets(subscription, markets, nowMs(), id);
        else if (channel === 'orderbook_delta')
          exchange.getSnapshot(subscription, markets, nowMs(), id);
        else refuse(13);
        return;
      }
      case 'unsubscribe': {
        const sids = [...new Set(command.subscriptions)];
        if (sids.some((sid) => !this.#subscriptions.has(sid))) {
          refuse(7);
          return;
        }
        for (const sid of sids) this.#subscriptions.delete(sid);
        exchange.unsubscribe(sids, nowMs(), command.id);
        return;
      }
      case 'list_subscriptions':
        this.#send(
          encodeSubscriptionList(
            command.id,
            [...this.#subscriptions].map(([sid, channel]) => ({ channel, sid })),
          ),
        );
    }
  }
}

const UNREADABLE = encodeCommandError(commandRefusal(0, 1));
