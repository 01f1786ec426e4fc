import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { MarketTicker } from '../../shared/domain/market/market.ts';
import type { FrameStep } from './frame-steps.ts';
import { ReplayDesk } from './replay-desk.ts';

/** A feeder's recording is minutes or hours long: its marks are looked at as often as in a live run. */
const LOOK_EVERY_MS = 10_000;

export type FrameRunOptions = {
  readonly dir: string;
  readonly config: DomainConfig;
  readonly configFingerprint: string;
  /** Called at each look at the marks with the share that is played; what it returns is awaited. */
  readonly onLook: (run: FrameRun, share: number) => Promise<void>;
};

/** A feeder's recording through the same use cases, over a venue that fills takers from the recorded books. */
export class FrameRun extends ReplayDesk {
  readonly #paid = new Set<MarketTicker>();
  #share = 0;

  constructor({ onLook, ...options }: FrameRunOptions) {
    super({
      ...options,
      venue: {},
      lookEveryMs: LOOK_EVERY_MS,
      onLook: async () => {
        await nextTurn();
        await onLook(this, this.#share);
      },
    });
  }

  async run(steps: readonly FrameStep[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      this.#share = index / steps.length;
      await this.#onStep(step);
    }
    await this.end();
  }

  async #onStep(step: FrameStep): Promise<void> {
    const { atMs } = step;
    switch (step.kind) {
      case 'market':
        this.venue.onBookMarket(step.market, atMs);
        return this.onMarket(step.market, step.mapping, atMs);
      case 'tick': {
        const { tick, upcoming } = step;
        this.venue.onTick(tick, upcoming, atMs);
        // What we took of the recorded book is not offered to us again.
        const view = this.venue.book(tick.market.ticker);
        return this.onTick({ ...tick, book: { ...tick.book, view } }, atMs);
      }
      case 'result': {
        // A result may be told again, as determined and as settled.
        if (this.#paid.has(step.market)) return this.onOther(atMs);
        this.#paid.add(step.market);
        this.venue.onResult(step);
        return this.onResult(step, atMs);
      }
    }
  }
}
