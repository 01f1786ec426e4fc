import { WebSocket } from 'ws';
import type { RequestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { NotNow } from './check.ts';
import { fieldsOf, isFields } from './probed-exchange.ts';

export type Frame = Readonly<Record<string, unknown>>;
export type Closing = { readonly code: number; readonly reason: string };

const OPEN_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 5_000;
/** More than this is no longer a look. */
const MOST_FRAMES = 20_000;

/** One connection to the stream with every frame as it came. */
export class ProbedStream {
  readonly frames: Frame[] = [];
  readonly closed: Promise<Closing>;
  readonly #socket: WebSocket;
  readonly #looks = new Set<() => void>();
  #commands = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data) || this.frames.length >= MOST_FRAMES) return;
      this.frames.push(fieldsOf(data.toString('utf8')));
      for (const look of this.#looks) look();
    });
    socket.on('error', () => socket.terminate());
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
  }

  /** Throws `NotNow` with the status when the exchange does not let us in. */
  static open(wsUrl: string, signer: RequestSigner, nowMs: EpochMs): Promise<ProbedStream> {
    const headers = signer({ method: 'GET', path: new URL(wsUrl).pathname, nowMs });
    const socket = new WebSocket(wsUrl, {
      headers: { ...headers },
      handshakeTimeout: OPEN_WITHIN_MS,
    });
    return new Promise((resolve, reject) => {
      socket.once('unexpected-response', (_request, response) => {
        reject(new NotNow(`the stream refused us: HTTP ${response.statusCode ?? 0}`));
        response.destroy();
      });
      socket.once('error', (error) => reject(new NotNow(`no stream: ${error.message}`)));
      socket.once('open', () => resolve(new ProbedStream(socket)));
    });
  }

  /** Sends a command and waits for the frames that answer it: as many as asked for. */
  async command(cmd: string, params: object, answers = 1): Promise<readonly Frame[]> {
    this.#commands += 1;
    const id = this.#commands;
    this.#socket.send(JSON.stringify({ id, cmd, params }));
    const ours = () => this.frames.filter((frame) => frame['id'] === id);
    await this.until(() => ours().length >= answers, `an answer to ${cmd}`);
    return ours();
  }

  /** The first frame that is one of these, from those that have come on. */
  async frame(isIt: (frame: Frame) => boolean, what: string): Promise<Frame> {
    await this.until(() => this.frames.some(isIt), what);
    const found = this.frames.find(isIt);
    if (found === undefined) throw new NotNow(`the stream did not send ${what}`);
    return found;
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(deadline);
        this.#looks.delete(look);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#looks.delete(look);
        reject(new NotNow(`the stream did not send ${what} within ${ANSWER_WITHIN_MS} ms`));
      }, ANSWER_WITHIN_MS);
      this.#looks.add(look);
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** The message of a frame; empty when it has none. */
export function messageOf(frame: Frame): Readonly<Record<string, unknown>> {
  return isFields(frame['msg']) ? frame['msg'] : {};
}
