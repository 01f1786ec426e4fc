import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** A port that cannot be listened on; the message says what to do. */
export class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
}

/** Listens on this machine only, on a free port when `port` is 0. Returns `127.0.0.1:<port>`. */
export async function listen(server: Server, port: number, what: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      reject(new PortUnavailable(messageOf(error, port, what)));
    server.once('error', failed);
    server.listen({ host: HOST, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return `${HOST}:${(server.address() as AddressInfo).port}`;
}

/** Stops listening and drops every connection; resolves when all are gone. */
export async function stopListening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function messageOf(error: NodeJS.ErrnoException, port: number, what: string): string {
  if (error.code === 'EADDRINUSE')
    return `${what}: port ${port} of ${HOST} is in use; stop what listens there, or choose another port (0 takes a free one)`;
  if (error.code === 'EACCES')
    return `${what}: port ${port} may not be listened on by this user; choose one above 1023 (0 takes a free one)`;
  return `${what}: port ${port} of ${HOST} cannot be listened on (${error.code ?? error.message})`;
}
