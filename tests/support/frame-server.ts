import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

type Script = (client: WebSocket, request: IncomingMessage) => void;

export type ServedFrames = {
  readonly url: string;
  /** Breaks every connection without a word. */
  readonly drop: () => void;
};

/** A server of frames, closed with the test: the n-th connection is served by the n-th script, later ones by the last. */
export async function frameServer(...scripts: readonly Script[]): Promise<ServedFrames> {
  return serve(scripts, false);
}

/** The same, offering permessage-deflate for every frame. */
export async function compressedFrameServer(...scripts: readonly Script[]): Promise<ServedFrames> {
  return serve(scripts, { threshold: 0 });
}

async function serve(
  scripts: readonly Script[],
  perMessageDeflate: false | { readonly threshold: number },
): Promise<ServedFrames> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate });
  let connections = 0;
  server.on('connection', (client, request) => {
    const script = scripts[Math.min(connections, scripts.length - 1)];
    connections += 1;
    script?.(client, request);
  });
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const drop = (): void => {
    for (const client of server.clients) client.terminate();
  };
  onTestFinished(async () => {
    drop();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `ws://127.0.0.1:${address.port}/trade-api/ws/v2`, drop };
}
