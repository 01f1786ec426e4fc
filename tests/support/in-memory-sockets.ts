import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop in which nothing was carried, after which nobody has anything more to say. */
const QUIET_TURNS = 3;
/** More turns than this without rest is a conversation that feeds itself. */
const MOST_TURNS = 100_000;

/**
 * Sockets without a network: two ends that carry bytes within this process, in order, a turn of the event loop later.
 * It knows when everything that was said has been heard, and so a virtual clock can wait for it.
 */
export class InMemorySockets {
  #carried = 0;
  #settledAt = 0;
  readonly #open = new Set<InMemorySocket>();

  /** Both ends of a new connection, open from the start. */
  pair(): { readonly client: Socket; readonly server: Socket } {
    const note = (): void => {
      this.#carried += 1;
    };
    const client = new InMemorySocket(note);
    const server = new InMemorySocket(note);
    client.join(server);
    server.join(client);
    for (const end of [client, server]) {
      this.#open.add(end);
      end.once('close', () => {
        note();
        this.#open.delete(end);
      });
    }
    note();
    return { client, server };
  }

  /** Ends that are not closed: two a connection. */
  get open(): number {
    return this.#open.size;
  }

  /** Whether something was said, or a connection made or ended, since `settle` last resolved. */
  get isBusy(): boolean {
    return this.#carried !== this.#settledAt;
  }

  /** Resolves when nothing is under way any more: every byte was read and nobody answers. */
  async settle(): Promise<void> {
    let seen = -1;
    let quiet = 0;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      await setImmediate();
      quiet = this.#carried === seen ? quiet + 1 : 0;
      seen = this.#carried;
      if (quiet < QUIET_TURNS) continue;
      this.#settledAt = seen;
      return;
    }
    throw new Error(`sockets are still busy after ${MOST_TURNS} turns`);
  }
}

/** One end. What is written waits for the other end to read; a destroyed end is a broken connection for the other. */
class InMemorySocket extends Socket {
  readonly #note: () => void;
  #other: InMemorySocket | null = null;
  /** Tells the writer of the other end that there is room again. */
  #resume: (() => void) | null = null;

  constructor(note: () => void) {
    super({ allowHalfOpen: true });
    this.#note = note;
  }

  join(other: InMemorySocket): void {
    this.#other = other;
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  override _write(
    chunk: Buffer | string,
    encoding: BufferEncoding,
    done: (error?: Error) => void,
  ): void {
    this.#carry(bytesOf({ chunk, encoding }), done);
  }

  override _writev(chunks: readonly Written[], done: (error?: Error) => void): void {
    this.#carry(Buffer.concat(chunks.map(bytesOf)), done);
  }

  override _final(done: () => void): void {
    this.#note();
    setImmediateSoon(() => this.#other?.push(null));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#note();
    const other = this.#other;
    // The other end hears of it later, as it would over a network.
    setImmediateSoon(() => {
      this.#note();
      if (other !== null && !other.destroyed) other.push(null);
    });
    this.#resume?.();
    this.#resume = null;
    done(error);
    // A socket of the network says it when its handle is gone; there is none here.
    process.nextTick(() => this.emit('close', error !== null));
  }

  #carry(bytes: Buffer, done: (error?: Error) => void): void {
    this.#note();
    const other = this.#other;
    if (other === null || other.destroyed) done(brokenPipe());
    else setImmediateSoon(() => other.#receive(bytes, done));
  }

  #receive(chunk: Buffer, done: (error?: Error) => void): void {
    this.#note();
    if (this.destroyed) done(brokenPipe());
    else if (this.push(chunk)) done();
    else this.#resume = done;
  }
}

type Written = { readonly chunk: Buffer | string; readonly encoding: BufferEncoding };

function bytesOf({ chunk, encoding }: Written): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
}

function brokenPipe(): Error {
  return Object.assign(new Error('the other end is gone'), { code: 'EPIPE' });
}

function setImmediateSoon(task: () => void): void {
  globalThis.setImmediate(task);
}
