import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/decisions/canonical-json.ts';
import type { DecisionRecord } from '../../domain/decisions/decision-record.ts';
import type { ChainedDecision, DecisionLog } from '../../ports/decision-log.ts';

/** What the first decision of a market is chained to. */
export const CHAIN_START = '0'.repeat(64);

/** Decisions in memory, chained by hash within each market. */
export class MemoryDecisionLog implements DecisionLog {
  readonly #decisions: ChainedDecision[] = [];
  readonly #byId = new Map<string, ChainedDecision>();
  readonly #heads = new Map<string, string>();

  append(record: DecisionRecord): Promise<ChainedDecision> {
    const known = this.#byId.get(record.decisionId);
    if (known !== undefined) return Promise.resolve(known);
    const previousSha256 = this.#heads.get(record.market) ?? CHAIN_START;
    const sha256 = createHash('sha256')
      .update(previousSha256)
      .update(canonicalJson(record))
      .digest('hex');
    const chained = { record, previousSha256, sha256 };
    this.#decisions.push(chained);
    this.#byId.set(record.decisionId, chained);
    this.#heads.set(record.market, sha256);
    return Promise.resolve(chained);
  }

  /** Whether a decision is recorded, at once: for checkers. */
  has(decisionId: string): boolean {
    return this.#byId.has(decisionId);
  }

  /** One decision, at once: for checkers. */
  peek(decisionId: string): ChainedDecision | null {
    return this.#byId.get(decisionId) ?? null;
  }

  all(): Promise<readonly ChainedDecision[]> {
    return Promise.resolve(this.#decisions);
  }
}
