import {
  drained,
  FULL_BUCKET,
  takeTokens,
  type TokenBucket,
} from '../../domain/rate/token-bucket.ts';
import type { TokenAsk, TokenBudget, TokenGrant } from '../../ports/token-budget.ts';

/** The budget of an account that one process alone uses. */
export class MemoryTokenBudget implements TokenBudget {
  readonly #buckets = new Map<string, TokenBucket>();

  take(ask: TokenAsk): Promise<TokenGrant> {
    const taken = takeTokens(this.#bucket(ask.bucket), ask);
    if (taken.kind !== 'granted') return Promise.resolve(taken);
    this.#buckets.set(ask.bucket, taken.bucket);
    return Promise.resolve({ kind: 'granted', tokens: taken.tokens });
  }

  drain({ bucket, limit, nowMs }: Parameters<TokenBudget['drain']>[0]): Promise<void> {
    this.#buckets.set(bucket, drained(this.#bucket(bucket), limit, nowMs));
    return Promise.resolve();
  }

  #bucket(name: string): TokenBucket {
    return this.#buckets.get(name) ?? FULL_BUCKET;
  }
}
