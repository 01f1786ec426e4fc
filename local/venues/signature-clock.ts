import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { FaultTerms, InjectedFault, InjectedFaults } from './injected-faults.ts';

/** The clock that the times of signatures are compared with. It may be made to run off. */
export class SignatureClock implements Clock {
  readonly #clock: Clock;
  readonly #faults: InjectedFaults;
  #skew: { readonly injected: InjectedFault; readonly ms: number } | null = null;

  constructor({ clock, faults }: { readonly clock: Clock; readonly faults: InjectedFaults }) {
    this.#clock = clock;
    this.#faults = faults;
  }

  /** The clock is off by so many milliseconds, ahead if positive, in place of what it was off by before. */
  skew(ms: number, terms: Pick<FaultTerms, 'untilMs'>): InjectedFault {
    if (this.#skew !== null) this.#faults.clear(this.#skew.injected.id);
    const everyTime = { ...terms, count: null, probability: 1 };
    const injected = this.#faults.add('clock_skew', { kind: 'clock_skew', skewMs: ms }, everyTime);
    this.#skew = { injected, ms };
    return injected;
  }

  nowMs(): EpochMs {
    const nowMs = this.#clock.nowMs();
    if (this.#skew === null) return nowMs;
    if (!this.#faults.isActive(this.#skew.injected)) {
      this.#skew = null;
      return nowMs;
    }
    this.#faults.fire(this.#skew.injected, 'signature');
    return nowMs + this.#skew.ms;
  }
}
