import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ControlledVenue, ControlReply } from './control-actions.ts';
import { control } from './control-routes.ts';
import { listen, stopListening } from './listen.ts';

export type ControlServer = {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly close: () => Promise<void>;
};

const MAX_BODY_BYTES = 100_000;

/**
 * The control API of a simulated exchange over HTTP, for programs of this machine only: what a browser sends for a page
 * is refused. 0 takes a free port. Throws `PortUnavailable`.
 */
export async function startControlServer(options: {
  readonly venue: ControlledVenue;
  readonly port: number;
}): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void take(options.venue, request, response);
  });
  const address = await listen(server, options.port, 'control API');
  return { url: `http://${address}`, close: () => stopListening(server) };
}

const TOO_LONG: ControlReply = {
  status: 413,
  body: { error: `The body is too long. It may have ${MAX_BODY_BYTES} bytes.` },
};
const OF_A_PAGE: ControlReply = {
  status: 403,
  body: { error: 'This is not for pages of a browser. Send it from a program, without an origin.' },
};

async function take(
  venue: ControlledVenue,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readText(request);
  send(response, body === null ? TOO_LONG : answer(venue, request, body));
}

function answer(
  venue: ControlledVenue,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: string,
): ControlReply {
  if (headers.origin !== undefined || !isOwnHost(headers.host)) return OF_A_PAGE;
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  try {
    return control(venue, { method, path, body });
  } catch (error) {
    process.stderr.write(`control API: ${error instanceof Error ? error.stack : 'error'}\n`);
    return { status: 500, body: { error: 'An error of the control API; its output says more.' } };
  }
}

/** A page that has its name point here would bring its own. */
function isOwnHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');
}

function send(response: ServerResponse, { status, body }: ControlReply): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The whole body; null when it is too long or its sender has gone. */
async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}
