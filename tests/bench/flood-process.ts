import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen, stopListening } from '../../local/venues/listen.ts';
import { decodeCommand } from '../../shared/adapters/kalshi/wire/stream-commands.ts';
import {
  encodeStreamFrame,
  encodeSubscribed,
} from '../../shared/adapters/kalshi/wire/stream-encode.ts';
import type { Level } from '../../shared/domain/market/book-view.ts';
import type { BookDelta } from '../../shared/domain/market/order-book.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { price } from '../../shared/domain/money/price.ts';

// The sending end of a flood: speaks the exchange's stream and sends numbered deltas at a rate, for a time. Told
// `{perSecond, seconds}` by its parent, it answers with how many it sent.

const STEP_MS = 5;
const DEPTH = 5;
const SIZE = contracts(1_000_000);

let sid = 0;
let books: {
  readonly socket: WebSocket;
  readonly sid: number;
  readonly markets: readonly string[];
} | null = null;
let sequence = 0;

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  const ping = setInterval(() => socket.ping('heartbeat'), 10_000);
  socket.on('close', () => clearInterval(ping));
  socket.on('message', (data) => {
    invariant(Buffer.isBuffer(data), 'commands are text');
    const decoded = decodeCommand(data.toString('utf8'));
    if (decoded.kind === 'refused' || decoded.command.cmd !== 'subscribe') return;
    const { id, channels, markets } = decoded.command;
    for (const channel of channels) {
      sid += 1;
      socket.send(encodeSubscribed({ id, channel, subscription: sid }));
      if (channel !== 'orderbook_delta' || markets === null) continue;
      books = { socket, sid, markets };
      sequence = 0;
      for (const market of markets) socket.send(snapshotOf(market));
    }
  });
});

function encoded(event: Parameters<typeof encodeStreamFrame>[0]): string {
  return encodeStreamFrame(event, {
    subscription: books?.sid ?? 0,
    useYesPrice: true,
    exchangeIndex: 0,
  });
}

function nextSequence() {
  sequence += 1;
  return { subscription: books?.sid ?? 0, sequence };
}

function levelsFrom(first: number, step: number): readonly Level[] {
  return Array.from({ length: DEPTH }, (_, n) => ({ price: price(first + n * step), count: SIZE }));
}

function snapshotOf(market: string): string {
  return encoded({
    kind: 'book_snapshot',
    sequence: nextSequence(),
    snapshot: {
      market,
      bids: levelsFrom(4_900, -100),
      asks: levelsFrom(5_100, 100),
      exchangeTimeMs: null,
    },
  });
}

/** Levels breathe: what one delta takes, a later one of the same level gives back. */
function deltaOf(markets: readonly string[], n: number): BookDelta {
  const round = Math.floor(n / markets.length);
  const level = Math.floor(round / 2) % DEPTH;
  const isBid = Math.floor(round / (2 * DEPTH)) % 2 === 0;
  return {
    market: markets[n % markets.length] ?? '',
    side: isBid ? 'bid' : 'ask',
    price: price(isBid ? 4_900 - level * 100 : 5_100 + level * 100),
    change: round % 2 === 0 ? 500 : -500,
    exchangeTimeMs: Date.now(),
    clientOrderId: null,
  };
}

process.on('message', (order: { readonly perSecond: number; readonly seconds: number }) => {
  invariant(books !== null, 'somebody has subscribed');
  const { socket, markets } = books;
  const startedMs = performance.now();
  let sent = 0;
  let mostBuffered = 0;
  const step = (): void => {
    const elapsedMs = performance.now() - startedMs;
    const due = Math.min(
      Math.floor((elapsedMs / 1_000) * order.perSecond),
      order.perSecond * order.seconds,
    );
    for (; sent < due; sent += 1)
      socket.send(
        encoded({ kind: 'book_delta', sequence: nextSequence(), delta: deltaOf(markets, sent) }),
      );
    mostBuffered = Math.max(mostBuffered, socket.bufferedAmount);
    if (sent < order.perSecond * order.seconds) setTimeout(step, STEP_MS);
    else process.send?.({ sent, lastSequence: sequence, elapsedMs, mostBuffered });
  };
  step();
});
process.once('SIGTERM', () => {
  sockets.close();
  for (const socket of sockets.clients) socket.terminate();
  void stopListening(server).then(() => process.exit(0));
});
process.send?.({ wsUrl: `ws://${await listen(server, 0, 'flood')}/trade-api/ws/v2` });
