import type { DecisionRecord } from '../domain/decisions/decision-record.ts';

/** A decision with its place in its market's chain of hashes. */
export type ChainedDecision = {
  readonly record: DecisionRecord;
  readonly previousSha256: string;
  readonly sha256: string;
};

/** Append-only. A decision id that is already there is not appended twice. */
export interface DecisionLog {
  append(record: DecisionRecord): Promise<ChainedDecision>;
  all(): Promise<readonly ChainedDecision[]>;
}
