import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStudy } from '../../scripts/commands/study.ts';
import { writeEveryStudy } from '../support/odds-files.ts';
import { inTemporaryFolder } from '../support/replay-fixture.ts';

const at = { environment: {}, note: () => undefined, nowMs: () => 0 };

describe('fairline study on made-up games', () => {
  it('devig: every set and method, and the progress', async () => {
    await inTemporaryFolder(async (data) => {
      writeEveryStudy(data);
      const notes: string[] = [];
      const { json, text } = await runStudy(
        'devig',
        { data, resamples: '2000' },
        { ...at, note: (note) => notes.push(note) },
      );
      expect(json).toMatchObject({
        study: 'devig',
        seed: 1,
        resamples: 2_000,
        sets: expect.arrayContaining([
          expect.objectContaining({ id: 'nfl', events: 24, kept: 'power' }),
          expect.objectContaining({ id: 'epl', events: 24, kept: 'shin' }),
          expect.objectContaining({ id: 'five-leagues', events: 120 }),
        ]),
      });
      expect(notes[0]).toBe('NFL: 24 events, 2000 resamples');
      expect(text).toContain('NFL: 24 events on 24 days');
      expect(text).toMatch(/balanced-book +24/);
      expect(text).not.toMatch(/before 2006 \d/);
      expect(json).toMatchObject({ shadow: { matches: 120, days: 24, kept: 'shin' } });
      expect(text).toContain('Shadow bets before the close: 120 soccer matches on 24 days');
      expect(text).toMatch(/more than 0 ¢ after fees\n {2}method +n +CLV +profit/);
      expect(text).toMatch(/more than 5 ¢ after fees \(strategy\.minEdgeDollars\)\n/);
      for (const row of text.slice(text.indexOf('Shadow bets')).split('\n'))
        if (/\d \(/.test(row) && !row.includes('less proportional'))
          expect(row.length).toBeLessThanOrEqual(100);
    });
  });

  it('arbitration: the same bytes in all orders, on the terminal', async () => {
    await inTemporaryFolder(async (data) => {
      writeEveryStudy(data);
      const { text } = await runStudy('arbitration', { data, resamples: '2000', orders: '3' }, at);
      expect(text).toContain(
        '3 orders of arrival made the same bytes, without Kalshi’s quotes too',
      );
      expect(text).toContain('90 s (configured)');
      const tables = text
        .split('\n')
        .filter((row) => /^ {2}(limit|age|source|pair|90 s)/.test(row));
      expect(tables.length).toBeGreaterThan(5);
      for (const row of tables) expect(row.length).toBeLessThanOrEqual(100);
    });
  });

  it('writes nothing without --out', async () => {
    await inTemporaryFolder(async (data) => {
      writeEveryStudy(data);
      const { text } = await runStudy('arbitration', { data, resamples: '2000', orders: '1' }, at);
      expect(text).not.toContain('wrote');
      expect(existsSync(join(data, 'arbitration-study.html'))).toBe(false);
    });
  });
});

describe('the pages of the studies', () => {
  it('devig: what each method would have bought, with its plot', async () => {
    await inTemporaryFolder(async (data) => {
      writeEveryStudy(data);
      const out = join(data, 'out');
      await runStudy('devig', { data, resamples: '2000', out }, at);
      const page = readFileSync(join(out, 'devig-study.html'), 'utf8');
      expect(page).toContain('id="shadow-clv"');
      expect(page).toContain('Bought where it promises more than 0 ¢ after fees');
      expect(page).toContain('CLV (exchange)');
      expect(page).not.toMatch(/\[object|NaN|undefined|<script|https?:\/\/(?!www\.w3\.org)/);
    });
  });

  it('stand alone, with every set, its plots and its figures', async () => {
    await inTemporaryFolder(async (data) => {
      writeEveryStudy(data);
      const out = join(data, 'out');
      const { text } = await runStudy(
        'arbitration',
        { data, resamples: '2000', orders: '1', out },
        at,
      );
      expect(text).toContain(`wrote ${join(out, 'arbitration-study.html')}`);
      const page = readFileSync(join(out, 'arbitration-study.html'), 'utf8');
      expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
      for (const id of ['freshness', 'drift', 'against-blend', 'apart'])
        expect(page).toContain(`id="${id}"`);
      const record: unknown = JSON.parse(readFileSync(join(out, 'arbitration-study.json'), 'utf8'));
      expect(record).toMatchObject({ study: 'arbitration', orders: { orders: 1, different: 1 } });
    });
  });
});
