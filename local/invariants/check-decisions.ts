import { createHash } from 'node:crypto';
import { CHAIN_START } from '../../shared/adapters/memory/memory-decision-log.ts';
import { decidePositionExit, type ExitInputs } from '../../shared/application/evaluate-exits.ts';
import { entryOutcome } from '../../shared/application/place-entry.ts';
import { entryRules, type TradingConfig } from '../../shared/application/trading-config.ts';
import { canonicalJson } from '../../shared/domain/decisions/canonical-json.ts';
import { fromCanonical, toCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import type { DecisionRecord } from '../../shared/domain/decisions/decision-record.ts';
import { decideOrder, type EntryInputs } from '../../shared/domain/strategies/decide-order.ts';
import type { ChainedDecision } from '../../shared/ports/decision-log.ts';
import type { InvariantTally } from './invariant-tally.ts';

/** Verifies the chain of each market and decides every record again from its own stored inputs, to the byte. */
export function checkDecisions(
  tally: InvariantTally,
  decisions: readonly ChainedDecision[],
  config: TradingConfig,
): void {
  const heads = new Map<string, string>();
  for (const { record, previousSha256, sha256 } of decisions) {
    const expected = heads.get(record.market) ?? CHAIN_START;
    const digest = createHash('sha256')
      .update(previousSha256)
      .update(canonicalJson(record))
      .digest('hex');
    tally.check(
      26,
      previousSha256 === expected && sha256 === digest,
      () => `the chain of ${record.market} breaks at ${record.decisionId}`,
    );
    heads.set(record.market, sha256);
    tally.check(
      26,
      decidesAgain(record, config),
      () => `${record.decisionId} decides otherwise when it is decided again`,
    );
  }
}

function decidesAgain(record: DecisionRecord, config: TradingConfig): boolean {
  if (record.kind === 'entry') {
    const inputs = fromCanonical(record.inputs['entry'] ?? null) as EntryInputs;
    const outcome = entryOutcome(decideOrder(inputs, entryRules(config)));
    return canonicalJson(outcome) === canonicalJson(record.outcome['entry'] ?? null);
  }
  const inputs = fromCanonical(record.inputs['exit'] ?? null) as ExitInputs;
  const { decision } = decidePositionExit(
    inputs,
    config.strategy.exits,
    config.execution.bookMaxAgeMs,
  );
  return canonicalJson(toCanonical(decision)) === canonicalJson(record.outcome['exit'] ?? null);
}
