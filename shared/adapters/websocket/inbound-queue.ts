import type { EpochMs } from '../../domain/market/market.ts';

/** What may be done with a frame that there is no time for. */
export type FrameWorth =
  /** It is used, whatever it takes. */
  | { readonly kind: 'keep' }
  /** It may be let go, and then everything that comes of the same subscription until there is time again. */
  | { readonly kind: 'drop'; readonly subscription: number }
  /** Only the newest of its key matters. */
  | { readonly kind: 'newest'; readonly key: string };

export type InboundLimits = {
  /** Frames that wait at most, but for those that must be kept. */
  readonly maxFrames: number;
  /** Their characters at most. */
  readonly maxLength: number;
  /** Frames that are used before the event loop has its turn. */
  readonly framesPerTurn: number;
};

export type InboundOptions = {
  readonly limits: InboundLimits;
  readonly worthOf: (text: string) => FrameWorth;
  readonly use: (text: string, receivedMs: EpochMs) => void;
  /** So many frames of a subscription were let go since it was last said. */
  readonly onLost: (subscription: number, frames: number) => void;
  /** Everything that waited was used: there is time for these subscriptions again. */
  readonly onCaughtUp: (subscriptions: readonly number[]) => void;
  /** There is no room even for what must be kept: nothing more is to be read until there is. */
  readonly onFull: (isFull: boolean) => void;
};

type Waiting = { readonly text: string; readonly receivedMs: EpochMs; readonly worth: FrameWorth };

/**
 * Stands between a socket and whoever uses its frames. While there is time each frame is used as it comes; a burst is
 * used a few frames a turn, so that timers and other sockets are heard; and when frames come faster than they are used
 * for long, what can be had again is let go (deltas: their books are asked for anew), of summaries the newest is kept,
 * and what must be kept fills the queue until the socket is read no more. Order is that of arrival.
 */
export class InboundQueue {
  readonly #options: InboundOptions;
  #waiting: Waiting[] = [];
  #next = 0;
  #length = 0;
  #left: number;
  #turn: NodeJS.Immediate | null = null;
  #isFull = false;
  /** Subscriptions of which frames were let go since there was time, and how many that was not said of yet. */
  readonly #lost = new Map<number, number>();
  #lostFrames = 0;
  #mostWaiting = 0;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#left = options.limits.framesPerTurn;
  }

  /** Frames that wait now, that waited at most, and that were let go. */
  get counts(): { readonly waiting: number; readonly mostWaiting: number; readonly lost: number } {
    return { waiting: this.#size, mostWaiting: this.#mostWaiting, lost: this.#lostFrames };
  }

  push(text: string, receivedMs: EpochMs): void {
    this.#planTurn();
    if (this.#size === 0 && this.#left > 0) {
      this.#left -= 1;
      this.#options.use(text, receivedMs);
      return;
    }
    const worth = this.#options.worthOf(text);
    if (worth.kind === 'drop' && this.#lost.has(worth.subscription)) {
      this.#lose(worth.subscription);
      return;
    }
    this.#waiting.push({ text, receivedMs, worth });
    this.#length += text.length;
    this.#mostWaiting = Math.max(this.#mostWaiting, this.#size);
    if (this.#isOver(1)) this.#makeRoom();
  }

  /** The connection is gone: what must be kept is used now, the rest forgotten. */
  end(): void {
    const kept = this.#waiting.slice(this.#next).filter(({ worth }) => worth.kind === 'keep');
    this.clear();
    for (const { text, receivedMs } of kept) this.#options.use(text, receivedMs);
  }

  /** Forgets everything. */
  clear(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#left = this.#options.limits.framesPerTurn;
    this.#replace([]);
    this.#lost.clear();
    this.#isFull = false;
  }

  get #size(): number {
    return this.#waiting.length - this.#next;
  }

  #planTurn(): void {
    this.#turn ??= setImmediate(() => this.#onTurn());
  }

  #onTurn(): void {
    this.#turn = null;
    this.#left = this.#options.limits.framesPerTurn;
    while (this.#left > 0) {
      const waiting = this.#waiting[this.#next];
      if (waiting === undefined) break;
      this.#left -= 1;
      this.#next += 1;
      this.#length -= waiting.text.length;
      this.#options.use(waiting.text, waiting.receivedMs);
    }
    if (this.#next > 1_024 && this.#next * 2 > this.#waiting.length)
      this.#replace(this.#waiting.slice(this.#next));
    if (this.#isFull && !this.#isOver(0.5)) {
      this.#isFull = false;
      this.#options.onFull(false);
    }
    if (this.#size > 0) this.#planTurn();
    else this.#catchUp();
  }

  #catchUp(): void {
    if (this.#next > 0) this.#replace([]);
    if (this.#lost.size === 0) return;
    this.#tellLost();
    const subscriptions = [...this.#lost.keys()];
    this.#lost.clear();
    this.#options.onCaughtUp(subscriptions);
  }

  #isOver(share: number): boolean {
    const { maxFrames, maxLength } = this.#options.limits;
    return this.#size > maxFrames * share || this.#length > maxLength * share;
  }

  /** Lets go what can be had again; when that is not enough, nothing more is read. */
  #makeRoom(): void {
    const kept: Waiting[] = [];
    const newest = new Map<string, number>();
    for (const waiting of this.#waiting.slice(this.#next)) {
      const { worth } = waiting;
      if (worth.kind === 'drop') {
        this.#lose(worth.subscription);
        continue;
      }
      const older = worth.kind === 'newest' ? newest.get(worth.key) : undefined;
      if (worth.kind === 'newest') newest.set(worth.key, older ?? kept.length);
      if (older === undefined) kept.push(waiting);
      else kept[older] = waiting;
    }
    this.#replace(kept);
    this.#tellLost();
    if (this.#isFull || !this.#isOver(1)) return;
    this.#isFull = true;
    this.#options.onFull(true);
  }

  #lose(subscription: number): void {
    this.#lostFrames += 1;
    this.#lost.set(subscription, (this.#lost.get(subscription) ?? 0) + 1);
  }

  #tellLost(): void {
    for (const [subscription, frames] of this.#lost) {
      if (frames === 0) continue;
      this.#lost.set(subscription, 0);
      this.#options.onLost(subscription, frames);
    }
  }

  #replace(waiting: Waiting[]): void {
    this.#waiting = waiting;
    this.#next = 0;
    this.#length = 0;
    for (const { text } of waiting) this.#length += text.length;
  }
}
