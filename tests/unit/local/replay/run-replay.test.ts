import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runReplay } from '../../../../local/replay/run-replay.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import type { ReplayRequest } from '../../../../shared/contracts/run-request.ts';
import { runSummarySchema } from '../../../../shared/contracts/summary.ts';
import { RecordingRefusal } from '../../../../shared/replay/recording-refusal.ts';
import {
  FIXTURE_MLB,
  FIXTURE_PRICES,
  FIXTURE_RESULTS,
  inTemporaryFolder,
  marketEvent,
  quote,
  resultEvent,
  writeSmallRecording,
} from '../../../support/replay-fixture.ts';

function replay(request: Partial<ReplayRequest> & Pick<ReplayRequest, 'dir'>) {
  return runReplay({
    resultsDir: null,
    halfSpreadCents: null,
    config: DEFAULT_CONFIG,
    configFingerprint: '0'.repeat(64),
    onProgress: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...request,
  });
}

/** A folder with both collected sets under their usual names. */
function both(folder: string): string {
  const names = [
    [FIXTURE_PRICES, 'kalshi-nba'],
    [FIXTURE_RESULTS, 'nba'],
    [join(FIXTURE_MLB, 'prices'), 'kalshi-mlb'],
    [join(FIXTURE_MLB, 'mlb-winprob'), 'mlb-winprob'],
  ] as const;
  for (const [from, name] of names) cpSync(from, join(folder, name), { recursive: true });
  return folder;
}

afterEach(() => vi.unstubAllEnvs());

describe('a replay of a folder with both collected sets', () => {
  it('plays the NBA and says that baseball is there', async () => {
    await inTemporaryFolder(async (folder) => {
      const notes: string[] = [];
      const dir = both(folder);
      const { record, summary } = await replay({ dir, onNote: (text) => notes.push(text) });
      expect(record.title).toBe('Kalshi NBA winner markets');
      expect(record.halfSpreads.map(({ cents }) => cents)).toEqual([0, 1, 2]);
      expect(summary).toMatchObject({ halfSpreadCents: 1 });
      expect(notes).toEqual([
        `${folder} holds kalshi-nba and kalshi-mlb; this is kalshi-nba, --source kalshi-mlb plays the other.`,
      ]);
    });
  });

  it('plays baseball when asked, on quotes, with nothing assumed of the spread, and leaves nothing behind', async () => {
    await inTemporaryFolder(async (folder) => {
      const temporary = join(folder, 'temporary');
      mkdirSync(temporary);
      vi.stubEnv('TMPDIR', temporary);
      const notes: string[] = [];
      const { record, summary } = await replay({
        dir: both(folder),
        source: 'kalshi-mlb',
        onNote: (text) => notes.push(text),
      });
      expect(runSummarySchema.parse(summary)).toEqual(summary);
      expect(notes).toEqual([]);
      expect(record).toMatchObject({ title: 'Kalshi MLB moneylines', halfSpreads: [] });
      expect(record.description).toMatch(
        /^2 real markets and 22 minutes with their bid and ask, priced before each game by home-rate-mlb@2030 and by nothing else\. 2 games are too few to say anything/,
      );
      expect(record.comparison).toMatchObject({
        moment: 'at first pitch, the model against the middle of the quotes',
        market: { label: 'Middle of the quotes' },
        logLossDifference95: null,
      });
      expect(summary).toMatchObject({ halfSpreadCents: null, halfSpreads: [] });
      expect(summary.invariants.violated).toBe(0);
      expect(summary.ledger.imbalanceMicros).toBe(0);
      const said = record.assumptions.join('\n');
      expect(said).toMatch(/no spread is assumed\. Makers never fill/);
      expect(said).toMatch(/That depth is assumed/);
      expect(said).toMatch(/quotes at the end of the next recorded minute/);
      expect(said).toMatch(/not to make money/);
      expect(readdirSync(temporary)).toEqual([]);
    });
  });

  it('gives the same bytes twice', async () => {
    await inTemporaryFolder(async (folder) => {
      const request = { dir: both(folder), source: 'kalshi-mlb' } as const;
      const [one, two] = [await replay(request), await replay(request)];
      expect(two.decisions).toEqual(one.decisions);
      expect(one.decisions.length).toBeGreaterThan(0);
      expect(two.record).toEqual(one.record);
    });
  });
});

describe('a replay is refused, and says what to do,', () => {
  const cases: readonly [
    string,
    (folder: string) => Partial<ReplayRequest>,
    RecordingRefusal['code'],
    RegExp,
  ][] = [
    [
      'a half-spread on quotes',
      (folder) => ({ dir: both(folder), source: 'kalshi-mlb', halfSpreadCents: 0 }),
      'has_quotes',
      /--half-spread 0 would be added to them; .* Leave out --half-spread\.$/,
    ],
    [
      'a set that is not there',
      () => ({ dir: FIXTURE_PRICES, source: 'kalshi-mlb' }),
      'other_source',
      /holds no kalshi-mlb; .*or leave out --source\.$/,
    ],
    [
      'a recording of another set',
      (folder) => {
        const dir = join(folder, 'recording');
        const events = [marketEvent(), quote(1, 49, 51), resultEvent('yes', 2)];
        writeSmallRecording(dir, events, 5, 'quote_bars');
        return { dir, source: 'kalshi-mlb' };
      },
      'other_source',
      /recording of tests; --source kalshi-mlb was asked for/,
    ],
    [
      'a folder with nothing in it',
      (folder) => {
        mkdirSync(join(folder, 'empty'));
        return { dir: join(folder, 'empty') };
      },
      'missing_manifest',
      /there is no such file/,
    ],
  ];
  it.each(cases)('%s', async (_, request, code, says) => {
    await inTemporaryFolder(async (folder) => {
      const replaying = replay({ dir: folder, ...request(folder) });
      await expect(replaying).rejects.toThrow(RecordingRefusal);
      await expect(replaying).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
    });
  });

  it('but not a recording without forecasts: nothing prices there', async () => {
    await inTemporaryFolder(async (folder) => {
      const dir = join(folder, 'recording');
      const events = [marketEvent(), quote(1, 49, 51), resultEvent('yes', 2)];
      writeSmallRecording(dir, events, 5, 'quote_bars');
      const { record, summary } = await replay({ dir });
      expect(record.description).toMatch(/priced by nothing\./);
      expect([summary.orders, summary.fingerprints.model]).toEqual([0, null]);
    });
  });
});
