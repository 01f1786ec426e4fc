import { describe, expect, it } from 'vitest';
import { runSummarySchema } from '../../../shared/contracts/summary.ts';
import { replayOutcome, runRecord, virtualSummary } from '../../fixtures/run-outcome.ts';

const summary = virtualSummary(runRecord());
const issuesOf = (value: unknown): readonly string[] =>
  runSummarySchema.safeParse(value).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('summary.json', () => {
  it('is accepted as a run writes it, in both modes', () => {
    expect(issuesOf(JSON.parse(JSON.stringify(summary)))).toEqual([]);
    expect(issuesOf(replayOutcome().summary)).toEqual([]);
  });

  it.each([
    ['dollars that are not the integer beside them', { ...summary, pnl: '0.000000' }, 'pnl'],
    ['fees that are not the integer beside them', { ...summary, feesMicros: 1 }, 'fees'],
    ['states that do not add up', { ...summary, ordersByState: { filled: 1 } }, 'ordersByState'],
    [
      'violations that do not add up',
      { ...summary, invariants: { ...summary.invariants, violated: 1 } },
      'invariants.violated',
    ],
    [
      'a replay whose own half-spread tells another result',
      { ...replayOutcome().summary, halfSpreadCents: 2 },
      'halfSpreads',
    ],
  ])('refuses %s', (_, value, path) => {
    expect(issuesOf(value)).toContain(path);
  });

  it('refuses a fraction where a count stands, and a field that nobody knows', () => {
    expect(issuesOf({ ...summary, ticks: 1.5 })).toEqual(['ticks']);
    expect(issuesOf({ ...summary, extra: 1 })).toHaveLength(1);
  });
});
