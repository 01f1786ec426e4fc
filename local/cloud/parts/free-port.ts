import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 on which nobody listens now. Whoever takes it later may come second: start again with another
 * one then.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('The machine gave no port.'));
        return;
      }
      server.close(() => resolve(address.port));
    });
  });
}
