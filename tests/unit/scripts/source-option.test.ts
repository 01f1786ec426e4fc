import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runImport } from '../../../scripts/commands/import.ts';
import { planRun } from '../../../scripts/start-options.ts';
import { UsageError } from '../../../scripts/usage-error.ts';
import {
  FIXTURE_MLB,
  FIXTURE_PRICES,
  FIXTURE_RESULTS,
  inTemporaryFolder,
} from '../../support/replay-fixture.ts';

describe('--source of a replay', () => {
  it('is one of the collected sets, or left to the folder', () => {
    expect(planRun({ replay: FIXTURE_MLB, source: 'kalshi-mlb' }, [])).toMatchObject({
      source: 'kalshi-mlb',
      halfSpreadCents: null,
    });
    expect(planRun({ replay: FIXTURE_MLB }, [])).toMatchObject({ source: null });
  });

  it('is refused as typed, and without a replay', () => {
    expect(() => planRun({ replay: FIXTURE_MLB, source: 'kalshi-mbl' }, [])).toThrow(
      /--source is "kalshi-mbl".*kalshi-nba, kalshi-mlb.*Did you mean kalshi-mlb\?/s,
    );
    for (const virtual of [true, false])
      expect(() => planRun({ source: 'kalshi-mlb', virtual }, [])).toThrow(UsageError);
  });
});

describe('fairline import --source kalshi-mlb', () => {
  const dir = join(FIXTURE_MLB, 'prices');

  it('makes a recording of the set that is there, and says that few games tell nothing', async () => {
    await inTemporaryFolder(async (folder) => {
      const notes: string[] = [];
      const out = join(folder, 'mlb');
      const { json, text } = await runImport({ dir, out }, (note) => notes.push(note));
      expect(existsSync(join(out, 'manifest.json'))).toBe(true);
      expect(notes).toEqual([
        'read 4 markets',
        'read 22 quoted minutes',
        'read 5 results',
        'put 28 events in order',
        'wrote 28 events',
        'reading the recording back',
      ]);
      expect(json).toMatchObject({
        markets: 2,
        bars: 22,
        modelVsMarket: [{ moment: 'middle of the quotes at first pitch', forecasts: 2 }],
      });
      expect(text).toMatch(/^2 markets, 22 quoted minutes, 2 forecasts from 5 results in \d/);
      expect(text).toContain('total_market 4, minute_of_total 7');
      expect(text).toContain(
        'home-rate-mlb@2030 against the middle of the quotes at first pitch, 2 markets: 2 games are too few to tell them apart',
      );
      expect(text).not.toContain('undecided');
    });
  });

  it('finds a set below the folder, the NBA first, and says that the other is there', async () => {
    await inTemporaryFolder(async (folder) => {
      cpSync(FIXTURE_PRICES, join(folder, 'kalshi-nba'), { recursive: true });
      cpSync(FIXTURE_RESULTS, join(folder, 'nba'), { recursive: true });
      cpSync(dir, join(folder, 'kalshi-mlb'), { recursive: true });
      cpSync(join(FIXTURE_MLB, 'mlb-winprob'), join(folder, 'mlb-winprob'), { recursive: true });
      const notes: string[] = [];
      const note = (text: string) => notes.push(text);
      const nba = await runImport({ dir: folder, out: join(folder, 'a') }, note);
      expect(nba.text).toContain('112 traded minutes');
      expect(notes[0]).toBe(`${folder} holds kalshi-mlb as well; --source kalshi-mlb imports it`);
      const options = { dir: folder, source: 'kalshi-mlb', out: join(folder, 'b') };
      const mlb = await runImport(options, note);
      expect(mlb.text).toContain('22 quoted minutes');
      expect(notes.filter((text) => text.includes('as well'))).toHaveLength(1);
    });
  });

  it('names what the folder of results lacks', async () => {
    const importing = runImport({ dir, results: FIXTURE_RESULTS, out: 'x' }, () => undefined);
    await expect(importing).rejects.toThrow(/no espn_mlb_YYYY_win_probability\.csv/);
  });
});
