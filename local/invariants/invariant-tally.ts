import type { InvariantRecord } from '../../shared/contracts/run-record.ts';
import { INVARIANT_NUMBERS, INVARIANTS, type InvariantNumber } from './invariant-list.ts';

type Count = { checked: number; violated: number; first: string | null };

/** Counts checks and violations by number and keeps the first violation of each. */
export class InvariantTally {
  readonly #counts = new Map<InvariantNumber, Count>(
    INVARIANT_NUMBERS.map((number) => [number, { checked: 0, violated: 0, first: null }]),
  );
  readonly #where: () => string;

  /** `where` says at which seed and step the run stands; it is asked only on a violation. */
  constructor(where: () => string) {
    this.#where = where;
  }

  check(number: InvariantNumber, holds: boolean, detail: () => string): void {
    const count = this.#counts.get(number);
    if (count === undefined) return;
    count.checked += 1;
    if (holds) return;
    count.violated += 1;
    count.first ??= `SIM FAIL inv=${String(number).padStart(2, '0')} ${this.#where()}: ${detail()}`;
  }

  get checked(): number {
    return this.#sum((count) => count.checked);
  }

  get violated(): number {
    return this.#sum((count) => count.violated);
  }

  records(): readonly InvariantRecord[] {
    return [...this.#counts].map(([number, { checked, violated, first }]) => ({
      number,
      statement: INVARIANTS[number],
      checked,
      violated,
      firstViolation: first,
    }));
  }

  #sum(of: (count: Count) => number): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += of(count);
    return sum;
  }
}
