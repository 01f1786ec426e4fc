import { fillKey, type Fill } from '../../../shared/domain/execution/fill.ts';
import type { SimFill } from '../../../shared/simulator/exchange/sim-order.ts';

export type FillCounts = {
  /** Told by the stream the first time. */
  readonly streamed: number;
  /** Missed by the stream and found by REST. */
  readonly repaired: number;
  /** Told again, and not booked again. */
  readonly repeated: number;
};

/** Our fills, booked once each by (trade id, order id), whatever told of them. */
export class OurFills {
  readonly #booked = new Map<string, Fill>();
  readonly #counts = { streamed: 0, repaired: 0, repeated: 0 };
  readonly #contradictions: string[] = [];
  /** Defect: what is told again is booked again. */
  readonly #booksTwice: boolean;

  constructor({ booksTwice }: { readonly booksTwice: boolean }) {
    this.#booksTwice = booksTwice;
  }

  get counts(): FillCounts {
    return this.#counts;
  }

  get size(): number {
    return this.#booked.size;
  }

  book(fill: Fill, how: 'streamed' | 'repaired'): void {
    const key = fillKey(fill);
    const booked = this.#booked.get(key);
    if (booked === undefined) {
      this.#booked.set(key, fill);
      this.#counts[how] += 1;
      return;
    }
    this.#counts.repeated += 1;
    if (this.#booksTwice) this.#booked.set(`${key}|again`, fill);
    if (textOf(booked) !== textOf(fill)) this.#contradictions.push(`${key} was told in two ways`);
  }

  /** Each way in which the books differ from what the exchange knows; nothing when every fill is there once. */
  differencesFrom(truth: readonly SimFill[]): readonly string[] {
    const known = new Map(
      truth.map((fill) => [fillKey({ ...fill, exchangeOrderId: fill.orderId }), fill]),
    );
    const booked = [...this.#booked].flatMap(([key, fill]) => {
      const real = known.get(key);
      if (real === undefined) return [`${key} was booked and never happened`];
      return textOf(fill) === textOf({ ...real, bookSide: real.side })
        ? []
        : [`${key} was booked otherwise than it happened`];
    });
    const missing = [...known.keys()].filter((key) => !this.#booked.has(key));
    return [...this.#contradictions, ...booked, ...missing.map((key) => `${key} was not booked`)];
  }
}

/** What is booked of a fill. */
function textOf({
  market,
  bookSide,
  price,
  count,
  fee,
  role,
}: Pick<Fill, 'market' | 'bookSide' | 'price' | 'count' | 'fee' | 'role'>): string {
  return JSON.stringify([market, bookSide, price, count, fee, role]);
}
