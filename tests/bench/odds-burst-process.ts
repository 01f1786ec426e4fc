import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen, stopListening } from '../../local/venues/listen.ts';
import { encodeFrame } from '../../shared/adapters/boltodds/wire/encode.ts';
import { encodeStreamFrame } from '../../shared/adapters/kalshi/wire/stream-encode.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import { burstFrame, BURSTS } from './burst-frame.ts';

// The sending end of a burst: book deltas every few milliseconds on one socket, and on the other the odds feed, which
// sends the frame that its parent asks for by name. Both ends of a process of their own.

const EVERY_MS = 2;
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const frames = new Map(BURSTS.map((burst) => [burst.name, burstFrame(burst)]));
let odds: WebSocket | null = null;
let sequence = 0;

sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
  if (request.url?.startsWith('/books') === true) sendBooks(socket);
  else {
    odds = socket;
    socket.send(encodeFrame([{ action: 'socket_connected' }]));
  }
});

function sendBooks(socket: WebSocket): void {
  const event = (by: number) =>
    encodeStreamFrame(
      {
        kind: 'book_delta',
        sequence: { subscription: 1, sequence },
        delta: {
          market: 'KXNFLGAME-26NOV22BUFMIA-BUF',
          side: 'bid',
          price: price(4_900),
          change: by,
          exchangeTimeMs: Date.now(),
          clientOrderId: null,
        },
      },
      { subscription: 1, useYesPrice: true, exchangeIndex: 0 },
    );
  sequence = 1;
  socket.send(
    encodeStreamFrame(
      {
        kind: 'book_snapshot',
        sequence: { subscription: 1, sequence },
        snapshot: {
          market: 'KXNFLGAME-26NOV22BUFMIA-BUF',
          bids: [{ price: price(4_900), count: contracts(10_000) }],
          asks: [{ price: price(5_200), count: contracts(10_000) }],
          exchangeTimeMs: Date.now(),
        },
      },
      { subscription: 1, useYesPrice: true, exchangeIndex: 0 },
    ),
  );
  const timer = setInterval(() => {
    sequence += 1;
    socket.send(event(sequence % 2 === 0 ? 100 : -100));
  }, EVERY_MS);
  socket.on('close', () => clearInterval(timer));
}

process.on('message', (asked: { readonly burst?: string }) => {
  const frame = frames.get(asked.burst ?? '');
  if (frame !== undefined) odds?.send(frame);
});
process.on('SIGTERM', () => {
  for (const socket of sockets.clients) socket.terminate();
  void stopListening(server).then(() => process.exit(0));
});

process.send?.({ host: await listen(server, 0, 'burst') });
