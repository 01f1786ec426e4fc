import type { FrameRefusal, MarketDataEvent } from '../../shared/ports/market-data.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { onTestFinished } from 'vitest';

/** The machine's timers, closed with the test; a task that fails fails it. */
export function machineTimers(): MachineTimers {
  const errors: unknown[] = [];
  const timers = new MachineTimers({ onError: (error) => errors.push(error) });
  onTestFinished(() => {
    timers.close();
    if (errors.length > 0) throw errors[0];
  });
  return timers;
}

/** Everything that a stream tells, and waiting for it. */
export class StreamLog<Event = MarketDataEvent> {
  connects = 0;
  readonly disconnects: string[] = [];
  readonly refusals: FrameRefusal[] = [];
  readonly frames: string[] = [];
  readonly events: Event[] = [];
  readonly subscribed: { readonly subscription: number; readonly markets: readonly string[] }[] =
    [];
  readonly changed: { readonly subscription: number; readonly markets: readonly string[] }[] = [];
  readonly lost: { readonly subscription: number; readonly frames: number }[] = [];
  readonly #waiting = new Set<() => void>();

  readonly handlers = {
    onConnected: (): void => this.#tell(() => (this.connects += 1)),
    onDisconnected: (reason: string): void => this.#tell(() => this.disconnects.push(reason)),
    onRefused: (refusal: FrameRefusal): void => this.#tell(() => this.refusals.push(refusal)),
    onFrame: (frame: string): void => void this.frames.push(frame),
    onSubscribed: (subscription: number, markets: readonly string[]): void =>
      this.#tell(() => this.subscribed.push({ subscription, markets })),
    onMarkets: (subscription: number, markets: readonly string[]): void =>
      this.#tell(() => this.changed.push({ subscription, markets })),
    onLost: (subscription: number, frames: number): void =>
      this.#tell(() => this.lost.push({ subscription, frames })),
    onEvent: (event: Event): void => this.#tell(() => this.events.push(event)),
  };

  /** Until a condition holds; fails after two seconds. */
  async until(condition: () => boolean, what: string, withinMs = 2_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(deadline);
        this.#waiting.delete(look);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`not within ${withinMs} ms: ${what}; told ${this.#told()}`));
      }, withinMs);
      this.#waiting.add(look);
    });
  }

  #told(): string {
    const { connects, disconnects, refusals, subscribed } = this;
    return JSON.stringify({ connects, disconnects, refusals, subscribed });
  }

  #tell(note: () => unknown): void {
    note();
    for (const look of this.#waiting) look();
  }
}
