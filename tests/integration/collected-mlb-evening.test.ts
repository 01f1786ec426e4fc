import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runReplay } from '../../local/replay/run-replay.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { runSummarySchema } from '../../shared/contracts/summary.ts';
import { importKalshiMlb } from '../../shared/replay/import/kalshi-mlb.ts';
import { inTemporaryFolder } from '../support/replay-fixture.ts';

// The collected prices are no part of this repository; without them there is nothing to test here.
const COLLECTED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const isThere = existsSync(join(COLLECTED, 'kalshi-mlb'));

function replay(dir: string) {
  return runReplay({
    dir,
    source: 'kalshi-mlb',
    resultsDir: null,
    halfSpreadCents: null,
    config: DEFAULT_CONFIG,
    configFingerprint: '0'.repeat(64),
    onProgress: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
}

describe('the collected MLB evening', () => {
  it.skipIf(!isThere)('is imported whole but for its totals (needs ../shared/data)', async () => {
    await inTemporaryFolder(async (folder) => {
      const summary = await importKalshiMlb({
        pricesDir: join(COLLECTED, 'kalshi-mlb'),
        resultsDir: join(COLLECTED, 'mlb-winprob'),
        outDir: join(folder, 'mlb'),
      });
      expect(summary).toMatchObject({
        markets: 6,
        bars: 1_221,
        forecasts: 6,
        gamesRated: 2_421,
        models: ['home-rate-mlb@2021'],
        examples: [],
      });
      expect(summary.refused).toEqual({
        total_market: 6,
        minute_of_total: 1_158,
        season_game_unresolved: 7,
      });
      expect(summary.manifest.assumptions.join('\n')).toContain('1305 of 2421, 53.90 %');
    });
  });

  it.skipIf(!isThere)(
    'is played on its quotes to the same end, byte for byte (needs ../shared/data)',
    async () => {
      const [first, second] = [await replay(COLLECTED), await replay(COLLECTED)];
      const { record } = first;
      const summary = runSummarySchema.parse(first.summary);
      expect(summary).toMatchObject({
        recording: { markets: 6, records: 1_239 },
        halfSpreadCents: null,
        halfSpreads: [],
        ticks: 1_227,
        orders: 4,
        fills: 4,
        positions: { opened: 2, closed: 2 },
        exitsByRule: { stop_loss: 1, profit_target: 1 },
        fees: '0.624100',
        pnl: '-1.384100',
        modelVsMarket: { fairKind: 'model', forecasts: 6 },
        ledger: { imbalanceMicros: 0 },
      });
      expect(summary.invariants.violated).toBe(0);
      expect(summary.invariants.checked).toBeGreaterThan(100);
      const { fair, market } = summary.modelVsMarket!;
      expect([fair.logLoss, market.logLoss, fair.brier, market.brier].map(fourDigits)).toEqual([
        '0.6701',
        '0.5811',
        '0.2385',
        '0.1953',
      ]);
      expect(record.comparison?.logLossDifference95).toBeNull();
      expect(record.description).toContain('6 games are too few to say anything');
      expect(second.decisions).toEqual(first.decisions);
      expect(second.record).toEqual(first.record);
    },
  );
});

function fourDigits(value: number): string {
  return value.toFixed(4);
}
