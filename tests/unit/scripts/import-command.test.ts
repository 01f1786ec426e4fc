import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runImport, type ImportOptions } from '../../../scripts/commands/import.ts';
import { UsageError } from '../../../scripts/usage-error.ts';
import {
  FIXTURE_PRICES,
  FIXTURE_RESULTS,
  inTemporaryFolder,
} from '../../support/replay-fixture.ts';

describe('fairline import', () => {
  it('makes a recording, tells its progress, and scores both models against the market', async () => {
    await inTemporaryFolder(async (folder) => {
      const notes: string[] = [];
      const out = join(folder, 'nba');
      const options = { dir: FIXTURE_PRICES, results: FIXTURE_RESULTS, out };
      const { json, text } = await runImport(options, (note) => notes.push(note));
      expect(existsSync(join(out, 'manifest.json'))).toBe(true);
      expect(notes).toEqual([
        'read 7 results',
        'read 2 markets',
        'put 122 events in order',
        'wrote 122 events',
        'reading the recording back',
      ]);
      expect(json).toMatchObject({
        dir: out,
        markets: 2,
        bars: 112,
        refused: { unplayed: 1 },
        segments: 1,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        modelVsMarket: [
          {
            label: 'elo-nba-538@1.0.0',
            forecasts: 2,
            market: { brier: expect.closeTo(0.1281, 4) },
          },
          { label: 'elo-nba-house@1.0.0', forecasts: 2 },
        ],
      });
      expect(text).toMatch(/^2 markets, 112 traded minutes, 6 forecasts from 7 results in \d/);
      expect(text).toContain('left out  unplayed 1');
      expect(text).toMatch(
        /2 markets: 2 games are too few to tell them apart\n {10}Brier {4}0\.1215 against 0\.1281\n/,
      );
    });
  });

  it.each<[string, ImportOptions, RegExp]>([
    ['no --out', { dir: FIXTURE_PRICES, results: FIXTURE_RESULTS }, /--out is missing/],
    [
      'a source it does not know',
      { dir: FIXTURE_PRICES, out: 'x', source: 'csv' },
      /--source is "csv"/,
    ],
    ['no folder of prices', { dir: '/nowhere/at/all', out: 'x' }, /prices is \/nowhere\/at\/all/],
    ['no folder of results', { dir: FIXTURE_PRICES, out: 'x' }, /results is .*nba/],
  ])('refuses %s before it reads anything', async (_, options, says) => {
    const importing = runImport(options, () => undefined);
    await expect(importing).rejects.toThrow(UsageError);
    await expect(importing).rejects.toThrow(says);
  });
});
