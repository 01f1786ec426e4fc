import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { AnsweringVenue, VenueAnswer } from '../../shared/simulator/venue-answer.ts';
import { listen, stopListening } from './listen.ts';

export type AnswerServer = {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** Reads nothing longer: a question is an address. */
const MAX_URL_LENGTH = 8_192;

/**
 * A vendor that answers questions, on a socket: packed by gzip where the client takes that, late, dropped or not at all
 * where the vendor means it. Throws `PortUnavailable`.
 */
export async function startAnswerServer(options: {
  readonly venue: AnsweringVenue;
  readonly timers: Timers;
  /** 0 takes a free one. */
  readonly port: number;
  readonly what: string;
}): Promise<AnswerServer> {
  const { venue, timers } = options;
  const late = new Set<TimerHandle>();
  const server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    const { url = '/' } = request;
    if (request.method !== 'GET' || url.length > MAX_URL_LENGTH) {
      response.writeHead(405).end();
      return;
    }
    const { pathname, searchParams } = new URL(url, 'http://venue');
    const answer = venue.answer({
      path: pathname,
      query: searchParams,
      headers: { authorization: request.headers.authorization },
    });
    if (answer.kind !== 'answer' || answer.delayMs === 0) {
      carryOut(answer, request, response);
      return;
    }
    const handle = timers.after(answer.delayMs, 'a late answer', () => {
      late.delete(handle);
      carryOut(answer, request, response);
    });
    late.add(handle);
  });
  const address = await listen(server, options.port, options.what);
  return {
    url: `http://${address}`,
    close: async () => {
      for (const handle of late) timers.cancel(handle);
      await stopListening(server);
    },
  };
}

function carryOut(answer: VenueAnswer, request: IncomingMessage, response: ServerResponse): void {
  switch (answer.kind) {
    case 'silence':
      return;
    case 'drop':
      if (answer.after === 'nothing') request.socket.destroy();
      else {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[{"half": ', () => request.socket.destroy());
      }
      return;
    case 'answer': {
      const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding']));
      const body = isPacked ? gzipSync(answer.body) : Buffer.from(answer.body);
      const encoding = isPacked ? { 'content-encoding': 'gzip' } : {};
      response.writeHead(answer.status, {
        ...answer.headers,
        ...encoding,
        'content-length': body.length,
      });
      response.end(body);
    }
  }
}
