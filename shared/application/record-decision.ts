import { canonicalJson } from '../domain/decisions/canonical-json.ts';
import type { DecisionRecord } from '../domain/decisions/decision-record.ts';
import type { TradingDeps } from './trading-deps.ts';

/**
 * Records a decision, and says whether what is recorded under its id is this very decision. The first decision of a
 * message is the one that counts: delivered again it may come out otherwise, as room, causes and time have moved, and
 * no order may stand on a record that says something else.
 */
export async function recordDecision(
  deps: Pick<TradingDeps, 'decisions' | 'points'>,
  record: DecisionRecord,
): Promise<'recorded' | 'decided_otherwise_before'> {
  const kept = await deps.decisions.append(record);
  deps.points.reached('after_decision_recorded');
  return canonicalJson(kept.record.outcome) === canonicalJson(record.outcome)
    ? 'recorded'
    : 'decided_otherwise_before';
}
