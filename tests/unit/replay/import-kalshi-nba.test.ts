import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImportRefusal } from '../../../shared/replay/import/import-refusal.ts';
import type { ImportSummary } from '../../../shared/replay/import/import-summary.ts';
import { importKalshiNba } from '../../../shared/replay/import/kalshi-nba.ts';
import type { RecordingEvent } from '../../../shared/replay/recording.ts';
import { readRecording } from '../../../shared/replay/segments.ts';
import {
  FIXTURE_PRICES,
  FIXTURE_RESULTS,
  inTemporaryFolder,
} from '../../support/replay-fixture.ts';

const GAMES = 'prices/kalshi_nba_games.csv';
const BARS = 'prices/kalshi_nba_trade_candles_1m.csv';
const RESULTS = 'results/nba_2031.csv';

type Imported = { readonly summary: ImportSummary; readonly events: readonly RecordingEvent[] };

/** Imports a copy of the made-up season after `change` has been made to it. */
async function importChanged(
  change: (folder: string) => void = () => undefined,
): Promise<Imported> {
  return inTemporaryFolder(async (folder) => {
    cpSync(FIXTURE_PRICES, join(folder, 'prices'), { recursive: true });
    cpSync(FIXTURE_RESULTS, join(folder, 'results'), { recursive: true });
    change(folder);
    const outDir = join(folder, 'out');
    const summary = await importKalshiNba({
      pricesDir: join(folder, 'prices'),
      resultsDir: join(folder, 'results'),
      outDir,
    });
    const events: RecordingEvent[] = [];
    await readRecording(outDir, (event) => void events.push(event));
    return { summary, events };
  });
}

function forecastsOf({ events }: Pick<Imported, 'events'>): readonly RecordingEvent[] {
  return events.filter(({ kind }) => kind === 'forecast');
}

function edit(file: string, from: string | RegExp, to: string): (folder: string) => void {
  return (folder) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text.replace(from, to)).not.toBe(text);
    writeFileSync(path, text.replace(from, to));
  };
}

describe('the import of the made-up season', () => {
  it('records every market, minute, forecast and result, and counts what it leaves out', async () => {
    const { summary, events } = await importChanged();
    expect(summary).toMatchObject({
      markets: 2,
      bars: 112,
      forecasts: 6,
      gamesRated: 7,
      models: ['elo-nba-538@1.0.0', 'elo-nba-house@1.0.0'],
      refused: { unplayed: 1 },
    });
    expect(summary.manifest.createdFrom.map(({ file }) => file)).toEqual([
      'kalshi_nba_games.csv',
      'kalshi_nba_trade_candles_1m.csv',
      'nba_2030.csv',
      'nba_2031.csv',
    ]);
    expect(events).toHaveLength(2 + 112 + 6 + 2);
  });

  it('states the market, the side of YES and the start in UTC', async () => {
    const { events } = await importChanged();
    const [first] = events;
    expect(first).toMatchObject({
      kind: 'market',
      market: { ticker: 'KXNBAGAME-31JAN05BOSNYK-NYK', eventTicker: 'KXNBAGAME-31JAN05BOSNYK' },
      mapping: { yesSide: 'home', startTimeMs: Date.parse('2031-01-06T00:30:00Z') },
    });
    const others = events.filter((event) => event.kind === 'market');
    expect(others.map((event) => event.mapping.yesSide)).toEqual(['home', 'away']);
  });

  it('forecasts at the opening and again when a team has finished a game before tip-off', async () => {
    const { events } = await importChanged();
    const times = events.flatMap((event) =>
      event.kind === 'forecast' && event.forecast.model.name === 'elo-nba-538'
        ? [[event.forecast.gameId, new Date(event.atMs).toISOString()]]
        : [],
    );
    // Boston at Denver starts at 8:00p on the 4th, lasts 2:20, and is known half an hour later: 3:50 UTC on the 5th.
    expect(times).toEqual([
      ['nba:9993100001', '2031-01-04T22:59:00.000Z'],
      ['nba:9993100001', '2031-01-05T03:50:00.001Z'],
      ['nba:9993100002', '2031-01-05T13:59:00.000Z'],
    ]);
  });

  it('tells no result before the last trade, the end of the game and the settlement timer', async () => {
    const { events } = await importChanged();
    const results = events.filter((event) => event.kind === 'result');
    expect(results.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([
      // The game's end by its length, 7:30p + 2:05 + 0:30, is later than the last trade at 9:45p.
      '2031-01-06T03:06:00.000Z',
      '2031-01-06T05:43:00.000Z',
    ]);
    const learnt = events.flatMap((event) => (event.kind === 'forecast' ? [event] : []));
    for (const { atMs, forecast } of learnt) expect(forecast.asOfMs).toBeLessThanOrEqual(atMs);
  });

  it('gives the same forecasts when every later result is another', async () => {
    const turned = edit(
      RESULTS,
      'Celtics,104,New York Knicks,112',
      'Celtics,112,New York Knicks,104',
    );
    const { events } = await importChanged();
    const changed = await importChanged((folder) => {
      turned(folder);
      edit(GAMES, '104,112,yes', '112,104,no')(folder);
    });
    expect(forecastsOf(changed)).toEqual(forecastsOf({ events }));
  });

  it('gives the same bytes from the same input, plain or gzip', async () => {
    const plain = await importChanged();
    const again = await importChanged();
    const packed = await importChanged((folder) => {
      const path = join(folder, BARS);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
      rmSync(path);
    });
    expect(again.summary.manifest).toEqual(plain.summary.manifest);
    expect(packed.summary.manifest.contentSha256).toBe(plain.summary.manifest.contentSha256);
  });
});

describe('a market that its result contradicts is left out and counted', () => {
  const out = { bar_of_refused_market: 67, unplayed: 1 };
  it.each([
    ['result_not_found', edit(RESULTS, /^Sun Jan 5 2031,7:30p,.*\n/m, '')],
    ['tip_differs', edit(RESULTS, 'Sun Jan 5 2031,7:30p', 'Sun Jan 5 2031,7:00p')],
    ['score_differs', edit(RESULTS, 'Celtics,104', 'Celtics,105')],
    ['trades_differ', edit(GAMES, '133045.25', '133045.24')],
  ])('%s', async (reason, change) => {
    const { summary } = await importChanged(change);
    expect(summary.markets).toBe(1);
    expect(summary.bars).toBe(45);
    expect(summary.refused).toEqual({ ...out, [reason]: 1 });
    expect(summary.examples).toEqual([expect.stringContaining(`${reason}: `)]);
    expect(summary.manifest.refused).toEqual(summary.refused);
  });

  it('no_trades', async () => {
    const { summary } = await importChanged(edit(BARS, /^.*BOSNYK-NYK.*\n/gm, ''));
    expect(summary.refused).toEqual({ no_trades: 1, unplayed: 1 });
  });

  it('bar_without_market', async () => {
    const { summary } = await importChanged(edit(GAMES, /^.*BOSNYK-NYK.*\n/m, ''));
    expect(summary.refused).toEqual({ bar_without_market: 67, unplayed: 1 });
  });
});

describe('a row that does not say what its file promises stops the import', () => {
  const cases: readonly [string, (folder: string) => void, RegExp][] = [
    [
      'a price of a dollar',
      edit(BARS, ',55,56,54,56,', ',55,100,54,56,'),
      /candles_1m\.csv, line 3: "high" is "100"; allowed is a price from 1 to 99 cents/,
    ],
    [
      'a price that is no number',
      edit(BARS, ',55,56,54,56,', ',55,n/a,54,56,'),
      /line 3: "high" is "n\/a"/,
    ],
    [
      'an open above the high',
      edit(BARS, ',55,56,54,56,', ',57,56,54,56,'),
      /line 3: "high" is "56"; allowed is at least the open/,
    ],
    [
      'no volume',
      edit(BARS, ',55,55,55,55,40', ',55,55,55,55,0'),
      /line 2: "volume" is "0"; allowed is a positive count/,
    ],
    [
      'a minute that is none',
      edit(BARS, /1925334000/, '1925334001'),
      /line 2: "end_ts" is "1925334001"; allowed is Unix seconds of a whole minute/,
    ],
    [
      'minutes that go back',
      edit(BARS, /1925334000/, '1925999940'),
      /line 3: "end_ts" is "\d+"; allowed is later than 1925999940/,
    ],
    [
      'a cell too few',
      edit(BARS, ',55,55,55,55,40', ',55,55,55,40'),
      /line 2: the row has 6 cells; the 7 columns are ticker/,
    ],
    [
      'a column renamed',
      edit(BARS, 'end_ts', 'start_ts'),
      /line 1: the columns are ticker,start_ts/,
    ],
    [
      'an unknown team',
      edit(GAMES, ',BOS,NYK,NYK,', ',SEA,NYK,NYK,'),
      /games\.csv, line 2: "away" is "SEA"; allowed is one of ATL BKN/,
    ],
    [
      'a ticker of another day',
      edit(GAMES, '31JAN05BOSNYK', '31JAN06BOSNYK'),
      /line 2: "ticker" is "KXNBAGAME-31JAN06BOSNYK-NYK"/,
    ],
    [
      'a result against its own score',
      edit(GAMES, '104,112,yes', '104,112,no'),
      /line 2: "result" is "no"; allowed is yes, by the score/,
    ],
    [
      'a tip in the hour that never was',
      edit(GAMES, ',10:00p,', ',10:75p,'),
      /line 3: "tip_et" is "10:75p"/,
    ],
    [
      'a ticker twice',
      (folder) => {
        const text = readFileSync(join(folder, GAMES), 'utf8');
        writeFileSync(join(folder, GAMES), `${text}${text.split('\n')[1]}\n`);
      },
      /line 4: "ticker" is .*allowed is each ticker once/,
    ],
    [
      'a drawn game',
      edit(RESULTS, 'Celtics,104,New York Knicks,112', 'Celtics,112,New York Knicks,112'),
      /nba_2031\.csv, line 5: "PTS" is "112"; allowed is another score/,
    ],
    [
      'an unknown team name',
      edit(RESULTS, 'New York Knicks,108', 'New York Nicks,108'),
      /line 2: "Visitor\/Neutral" is "New York Nicks"/,
    ],
    [
      'a date that is none',
      edit(RESULTS, 'Thu Jan 2 2031', '2031-01-02'),
      /line 2: "Date" is "2031-01-02"/,
    ],
    [
      'a game told twice',
      (folder) => {
        cpSync(join(folder, RESULTS), join(folder, 'results/nba_2032.csv'));
      },
      /nba_2032\.csv, line 2: "Date" is .*each pairing once a day/,
    ],
    [
      'a file that is not gzip',
      (folder) => renameSync(join(folder, BARS), join(folder, `${BARS}.gz`)),
      /it cannot be read \(.*header/,
    ],
    ['no prices', (folder) => rmSync(join(folder, BARS)), /there is no such file, plain or \.gz/],
    [
      'no results',
      (folder) => rmSync(join(folder, 'results'), { recursive: true }),
      /no nba_\*\.csv/,
    ],
    ['an empty file', (folder) => writeFileSync(join(folder, GAMES), ''), /the file is empty/],
  ];
  it.each(cases)('%s', async (_, change, says) => {
    const importing = importChanged(change);
    await expect(importing).rejects.toThrow(ImportRefusal);
    await expect(importing).rejects.toThrow(says);
    await expect(importing).rejects.toThrow(/Correct the input and import again/);
  });
});
