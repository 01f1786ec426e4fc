import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modelVsMarket } from '../../shared/domain/reports/model-vs-market.ts';
import { importKalshiNba } from '../../shared/replay/import/kalshi-nba.ts';
import { PregameForecasts } from '../../shared/replay/pregame-forecasts.ts';
import { readRecording } from '../../shared/replay/segments.ts';
import { inTemporaryFolder } from '../support/replay-fixture.ts';

// The collected prices are no part of this repository; without them there is nothing to test here.
const COLLECTED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const where = existsSync(join(COLLECTED, 'kalshi-nba')) ? it : it.skip;

function fourDigits(value: number): string {
  return value.toFixed(4);
}

describe('the collected NBA season', () => {
  where('is imported whole, and the market beats both models', async () => {
    await inTemporaryFolder(async (folder) => {
      const outDir = join(folder, 'nba');
      const summary = await importKalshiNba({
        pricesDir: join(COLLECTED, 'kalshi-nba'),
        resultsDir: join(COLLECTED, 'nba'),
        outDir,
      });
      expect(summary).toMatchObject({
        markets: 434,
        bars: 316_682,
        gamesRated: 4_314,
        refused: {},
      });
      const pregame = new PregameForecasts();
      await readRecording(outDir, (event) => pregame.onEvent(event));
      const scores = [...pregame.byModel()].map(([label, pairs]) => {
        const scored = modelVsMarket(pairs)!;
        return [
          label,
          scored.n,
          fourDigits(scored.model.brier),
          fourDigits(scored.model.logLoss),
          fourDigits(scored.market.brier),
          fourDigits(scored.market.logLoss),
        ];
      });
      expect(scores).toEqual([
        ['elo-nba-538@1.0.0', 434, '0.2154', '0.6200', '0.2055', '0.5948'],
        ['elo-nba-house@1.0.0', 434, '0.2151', '0.6178', '0.2055', '0.5948'],
      ]);
    });
  });
});
