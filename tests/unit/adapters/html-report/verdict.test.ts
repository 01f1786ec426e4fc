import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../../shared/adapters/html-report/verdict.ts';
import {
  brokenSummary,
  replayOutcome,
  runRecord,
  virtualSummary,
} from '../../../fixtures/run-outcome.ts';

const { record, summary } = replayOutcome();

function forecastWith(fair: number, interval: readonly [number, number] | null): string {
  const comparison = record.comparison!;
  const changed = {
    ...comparison,
    fair: { ...comparison.fair, logLoss: fair },
    logLossDifference95: interval,
  };
  return verdictOf({ ...record, comparison: changed }, summary).forecast ?? '';
}

describe('the verdict', () => {
  it('is as sure of the model as the sample allows', () => {
    expect(forecastWith(0.6321, [0.02, 0.08])).toMatch(
      /^The model loses to the market: .* no edge/,
    );
    expect(forecastWith(0.6, [-0.01, 0.05])).toContain(
      'loses to the market, though the difference could be chance',
    );
    expect(forecastWith(0.6, [-0.01, 0.05])).not.toContain('no edge');
    expect(forecastWith(0.5, [-0.1, -0.05])).toContain('The model beats the market:');
    expect(forecastWith(0.6, null)).toContain('cannot be told apart on so few outcomes');
  });

  it('has the tone of the result, and of nothing else when an invariant was broken', () => {
    const run = runRecord();
    const whole = virtualSummary(run);
    expect(verdictOf(run, whole).tone).toBe(whole.pnlMicros > 0 ? 'gain' : 'loss');
    expect(verdictOf(run, brokenSummary(run)).tone).toBe('broken');
    const unbalanced = { ...whole, ledger: { imbalanceMicros: 20_000 } };
    expect(verdictOf(run, unbalanced).tone).toBe('broken');
    expect(verdictOf(run, unbalanced).health).toContain('out of balance by $0.02');
  });

  it('says what other half-spreads would have made, in a replay only', () => {
    expect(verdictOf(record, summary).spread).toMatch(/at 0¢, .* at 1¢, .* at 2¢/);
    expect(verdictOf(runRecord(), virtualSummary(runRecord())).spread).toBeNull();
  });
});
