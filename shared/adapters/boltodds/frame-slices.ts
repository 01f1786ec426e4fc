import type { EpochMs } from '../../domain/market/market.ts';
import { messagesOf } from './wire/split-frame.ts';

export type FrameSlicesOptions = {
  /** One message of a frame. */
  readonly use: (message: string, receivedMs: EpochMs) => void;
  /** Messages wait: nothing more is to be read until none does. */
  readonly onWaiting: (isWaiting: boolean) => void;
  /** For so long messages are used before the event loop has its turn. */
  readonly sliceMs: number;
  readonly monotonicMs: () => number;
};

/**
 * Uses the messages of frames in order, for a few milliseconds at a time: the burst after subscribing is tens of
 * megabytes, and the exchange's books must be heard meanwhile. A small frame is used at once when nothing waits.
 */
export class FrameSlices {
  readonly #options: FrameSlicesOptions;
  #frames: { readonly messages: Generator<string, void>; readonly receivedMs: EpochMs }[] = [];
  #turn: NodeJS.Immediate | null = null;

  constructor(options: FrameSlicesOptions) {
    this.#options = options;
  }

  push(frame: string, receivedMs: EpochMs): void {
    this.#frames.push({ messages: messagesOf(frame), receivedMs });
    if (this.#turn === null) this.#slice();
  }

  /** Forgets what waits. */
  clear(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#frames = [];
  }

  #slice(): void {
    const { use, sliceMs, monotonicMs } = this.#options;
    const wasWaiting = this.#turn !== null;
    this.#turn = null;
    const untilMs = monotonicMs() + sliceMs;
    for (;;) {
      const frame = this.#frames[0];
      if (frame === undefined) break;
      if (monotonicMs() >= untilMs) {
        this.#turn = setImmediate(() => this.#slice());
        if (!wasWaiting) this.#options.onWaiting(true);
        return;
      }
      const { done, value } = frame.messages.next();
      if (done === true) this.#frames.shift();
      else use(value, frame.receivedMs);
    }
    if (wasWaiting) this.#options.onWaiting(false);
  }
}
