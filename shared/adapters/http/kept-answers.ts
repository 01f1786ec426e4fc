import type { EpochMs } from '../../domain/market/market.ts';

export type ReadOutcome = 'hit' | 'shared' | 'miss';

export type KeptAnswersOptions<Answer> = {
  readonly nowMs: () => EpochMs;
  /** Characters of all answers that are kept; the longest unused go first. */
  readonly maxChars: number;
  /** How many characters an answer takes, or null when it is not to be kept, such as an error. */
  readonly charsOf: (answer: Answer) => number | null;
  /** Told of each read: whether it was answered without a request of its own. */
  readonly onRead?: (outcome: ReadOutcome) => void;
};

type Kept<Answer> = {
  readonly answer: Answer;
  readonly chars: number;
  readonly sinceMs: EpochMs;
  readonly ttlMs: number;
};

/**
 * Answers to reads of what rarely changes, given again for a while. One that is on its way is shared by all who ask for
 * the same.
 */
export class KeptAnswers<Answer> {
  readonly #options: KeptAnswersOptions<Answer>;
  readonly #kept = new Map<string, Kept<Answer>>();
  readonly #underWay = new Map<string, Promise<Answer>>();
  #chars = 0;
  #clearings = 0;

  constructor(options: KeptAnswersOptions<Answer>) {
    this.#options = options;
  }

  /** The answer to `key`, asked for by `ask` unless one of the last `ttlMs` is kept or on its way. */
  read(key: string, ttlMs: number, ask: () => Promise<Answer>): Promise<Answer> {
    const { nowMs, onRead } = this.#options;
    const kept = this.#fresh(key, nowMs());
    if (kept !== null) {
      onRead?.('hit');
      return Promise.resolve(kept.answer);
    }
    const underWay = this.#underWay.get(key);
    onRead?.(underWay === undefined ? 'miss' : 'shared');
    return underWay ?? this.#ask(key, ttlMs, ask);
  }

  /** Forgets everything, also what is on its way. */
  clear(): void {
    this.#kept.clear();
    this.#underWay.clear();
    this.#clearings += 1;
    this.#chars = 0;
  }

  async #ask(key: string, ttlMs: number, ask: () => Promise<Answer>): Promise<Answer> {
    const clearings = this.#clearings;
    const asked = ask();
    this.#underWay.set(key, asked);
    try {
      const answer = await asked;
      const chars = this.#options.charsOf(answer);
      if (chars !== null && clearings === this.#clearings)
        this.#keep(key, { answer, chars, sinceMs: this.#options.nowMs(), ttlMs });
      return answer;
    } finally {
      if (this.#underWay.get(key) === asked) this.#underWay.delete(key);
    }
  }

  /** Moves what is used to the end, so that the first is the longest unused. */
  #fresh(key: string, nowMs: EpochMs): Kept<Answer> | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    this.#kept.delete(key);
    const ageMs = nowMs - kept.sinceMs;
    // Of the time to come is what was kept before the clock was set back.
    if (ageMs < 0 || ageMs >= kept.ttlMs) {
      this.#chars -= kept.chars;
      return null;
    }
    this.#kept.set(key, kept);
    return kept;
  }

  #keep(key: string, entry: Kept<Answer>): void {
    const { maxChars } = this.#options;
    if (entry.chars > maxChars) return;
    this.#chars += entry.chars - (this.#kept.get(key)?.chars ?? 0);
    this.#kept.set(key, entry);
    for (const [oldest, { chars }] of this.#kept) {
      if (this.#chars <= maxChars) return;
      this.#kept.delete(oldest);
      this.#chars -= chars;
    }
  }
}
