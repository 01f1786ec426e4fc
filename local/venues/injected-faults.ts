import type { EpochMs } from '../../shared/domain/market/market.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Rng } from '../../shared/simulator/rng.ts';

/** How often a fault comes, and until when. */
export type FaultTerms = {
  /** It comes so often and no more; null for no end. */
  readonly count: number | null;
  /** At each occasion that it fits. */
  readonly probability: number;
  /** Exclusive; null for no end. */
  readonly untilMs: EpochMs | null;
};

export type FaultState = 'active' | 'spent' | 'expired' | 'cleared';

/** What was injected and what became of it. */
export type FaultRecord = {
  readonly id: number;
  readonly name: string;
  /** The fault as it was asked for. */
  readonly details: object;
  readonly terms: FaultTerms;
  readonly state: FaultState;
  readonly injectedAtMs: EpochMs;
  readonly fired: number;
  /** Null before the first time. */
  readonly lastFiredAtMs: EpochMs | null;
};

/** One time at which a fault came: what explains a reconnect. */
export type Firing = {
  readonly faultId: number;
  readonly name: string;
  readonly atMs: EpochMs;
  /** The request, the frame or the connection that it met. */
  readonly at: string;
};

/** A fault in the hands of whoever carries it out. */
export type InjectedFault = { readonly id: number };

type Entry = {
  record: FaultRecord;
  readonly rng: Rng;
};

/** Faults and firings beyond these are forgotten, the oldest first; active faults never are. */
const MOST_RECORDS = 10_000;
const MOST_FIRINGS = 100_000;
const UNTIL_ALL_HAVE_COME: Pick<FaultTerms, 'untilMs' | 'probability'> = {
  untilMs: null,
  probability: 1,
};

/**
 * The book of everything that was injected into a venue: which faults are active, and each time that one came. Chances
 * are drawn from a stream of each fault's own, so that one fault does not move another.
 */
export class InjectedFaults {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #entries = new Map<number, Entry>();
  readonly #firings: Firing[] = [];
  #forgotten = 0;
  #ids = 0;
  #fired = 0;

  constructor({ clock, rng }: { readonly clock: Clock; readonly rng: Rng }) {
    this.#clock = clock;
    this.#rng = rng;
  }

  /** How often any fault has come. */
  get fired(): number {
    return this.#fired;
  }

  /** Firings that were forgotten because there were too many. */
  get forgotten(): number {
    return this.#forgotten;
  }

  add(name: string, details: object, terms: FaultTerms): InjectedFault {
    invariant(
      terms.count === null || (Number.isSafeInteger(terms.count) && terms.count >= 0),
      () => `a fault comes a whole number of times, not ${terms.count}`,
    );
    invariant(
      terms.probability >= 0 && terms.probability <= 1,
      () => `a probability is from 0 to 1, not ${terms.probability}`,
    );
    this.#ids += 1;
    const id = this.#ids;
    this.#entries.set(id, {
      rng: this.#rng.fork(`fault ${id}`),
      record: {
        id,
        name,
        details,
        terms,
        state: terms.count === 0 ? 'spent' : 'active',
        injectedAtMs: this.#clock.nowMs(),
        fired: 0,
        lastFiredAtMs: null,
      },
    });
    this.#forgetFinished();
    return { id };
  }

  /** Remembers something that was done at once and is over, such as an early close. */
  addDone(name: string, details: object, at: string): InjectedFault {
    const fault = this.add(name, details, { ...UNTIL_ALL_HAVE_COME, count: 1 });
    this.fire(fault, at);
    return fault;
  }

  /** Whether a fault may still come. */
  isActive(fault: InjectedFault): boolean {
    const entry = this.#entries.get(fault.id);
    if (entry === undefined) return false;
    const { state, terms } = entry.record;
    if (state !== 'active') return false;
    if (terms.untilMs === null || this.#clock.nowMs() < terms.untilMs) return true;
    entry.record = { ...entry.record, state: 'expired' };
    return false;
  }

  /** Whether a fault comes at this occasion; takes one draw of an active fault. Say `fire` when it did come. */
  isDue(fault: InjectedFault): boolean {
    if (!this.isActive(fault)) return false;
    const entry = this.#entries.get(fault.id);
    return entry !== undefined && entry.rng.chance(entry.record.terms.probability);
  }

  /** Books one coming of a fault, at what it met. */
  fire(fault: InjectedFault, at: string): void {
    const entry = this.#entries.get(fault.id);
    invariant(entry !== undefined, () => `fault ${fault.id} was injected`);
    const atMs = this.#clock.nowMs();
    const { record } = entry;
    const fired = record.fired + 1;
    const isSpent = record.terms.count !== null && fired >= record.terms.count;
    entry.record = {
      ...record,
      fired,
      lastFiredAtMs: atMs,
      state: isSpent && record.state === 'active' ? 'spent' : record.state,
    };
    this.#fired += 1;
    this.#firings.push({ faultId: record.id, name: record.name, atMs, at });
    if (this.#firings.length < 2 * MOST_FIRINGS) return;
    this.#forgotten += MOST_FIRINGS;
    this.#firings.splice(0, MOST_FIRINGS);
  }

  /** Ends a fault; false when there is none of that number or it was over. */
  clear(id: number): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || !this.isActive(entry.record)) return false;
    entry.record = { ...entry.record, state: 'cleared' };
    return true;
  }

  /** Ends all; says how many. */
  clearAll(): number {
    return [...this.#entries.keys()].filter((id) => this.clear(id)).length;
  }

  /** Every fault in the order of injection. */
  records(): readonly FaultRecord[] {
    return [...this.#entries.values()].map((entry) => {
      this.isActive(entry.record);
      return entry.record;
    });
  }

  /** One fault; undefined when there is none of that number. */
  record(id: number): FaultRecord | undefined {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.isActive(entry.record);
    return entry?.record;
  }

  /** What came, in order of time. */
  firings(): readonly Firing[] {
    return this.#firings;
  }

  #forgetFinished(): void {
    if (this.#entries.size <= MOST_RECORDS) return;
    for (const [id, { record }] of this.#entries) {
      if (this.isActive(record)) continue;
      this.#entries.delete(id);
      return;
    }
  }
}
