import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImportRefusal } from '../../../shared/replay/import/import-refusal.ts';
import type { ImportSummary } from '../../../shared/replay/import/import-summary.ts';
import { importKalshiMlb } from '../../../shared/replay/import/kalshi-mlb.ts';
import type { RecordingEvent } from '../../../shared/replay/recording.ts';
import { readRecording } from '../../../shared/replay/segments.ts';
import { FIXTURE_MLB, inTemporaryFolder } from '../../support/replay-fixture.ts';

const GAMES = 'prices/games.csv';
const MINUTES = 'prices/candles_DETNYY_ML.csv';
const PLAYS = 'prices/plays_DETNYY.csv';
const SEASON = 'mlb-winprob/espn_mlb_2030_win_probability.csv';
const NYY = 'KXMLBGAME-31JUN031905DETNYY-NYY';

type Imported = { readonly summary: ImportSummary; readonly events: readonly RecordingEvent[] };
type Change = (folder: string) => void;

/** Imports a copy of the made-up evening after `change` has been made to it. */
async function importChanged(change: Change = () => undefined): Promise<Imported> {
  return inTemporaryFolder(async (folder) => {
    cpSync(FIXTURE_MLB, folder, { recursive: true });
    change(folder);
    const outDir = join(folder, 'out');
    const summary = await importKalshiMlb({
      pricesDir: join(folder, 'prices'),
      resultsDir: join(folder, 'mlb-winprob'),
      outDir,
    });
    const events: RecordingEvent[] = [];
    await readRecording(outDir, (event) => void events.push(event));
    return { summary, events };
  });
}

function edit(file: string, from: string | RegExp, to: string): Change {
  return (folder) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text.replace(from, to)).not.toBe(text);
    writeFileSync(path, text.replace(from, to));
  };
}

/** What the made-up evening leaves out as it is. */
const LEFT_OUT = {
  total_market: 4,
  minute_of_total: 7,
  minute_crossed: 1,
  last_price_differs: 1,
  no_plays: 1,
  minute_of_refused_market: 11,
  season_game_unresolved: 1,
};

describe('the import of the made-up evening', () => {
  it('records markets, quoted minutes, one forecast a game and results, and counts what it leaves out', async () => {
    const { summary, events } = await importChanged();
    expect(summary).toMatchObject({
      markets: 2,
      bars: 22,
      forecasts: 2,
      gamesRated: 5,
      models: ['home-rate-mlb@2030'],
    });
    expect(summary.refused).toEqual(LEFT_OUT);
    expect(summary.examples).toEqual([
      expect.stringMatching(/^last_price_differs: .*games\.csv, line 4: .* is yes, .* 500$/),
      expect.stringMatching(/^no_plays: .*games\.csv, line 5: /),
    ]);
    expect(summary.manifest).toMatchObject({
      kind: 'quote_bars',
      source: 'kalshi-mlb',
      counts: { market: 2, forecast: 2, quote: 22, result: 2 },
      refused: LEFT_OUT,
    });
    expect(events).toHaveLength(2 + 2 + 22 + 2);
  });

  it('states the side of YES by the ticker, and the start in UTC', async () => {
    const { events } = await importChanged();
    const markets = events.filter((event) => event.kind === 'market');
    expect(markets).toMatchObject([
      {
        atMs: Date.parse('2031-06-03T22:59:00Z'),
        market: {
          ticker: NYY,
          eventTicker: 'KXMLBGAME-31JUN031905DETNYY',
          title: 'Detroit Tigers at New York Yankees: New York Yankees wins',
          fees: { makerFeeType: 'quadratic_with_maker_fees', multiplierMillionths: 1_000_000 },
        },
        mapping: {
          gameId: 'mlb:900001',
          yesSide: 'home',
          startTimeMs: Date.parse('2031-06-03T23:05:00Z'),
        },
      },
      { mapping: { gameId: 'mlb:900002', yesSide: 'away' } },
    ]);
  });

  it('takes dollars exactly, a minute by its end, and a side that nobody quotes as none', async () => {
    const { events } = await importChanged();
    const quotes = events.filter((event) => event.kind === 'quote' && event.market === NYY);
    expect(quotes[0]).toEqual({
      kind: 'quote',
      atMs: Date.parse('2031-06-03T23:00:00Z'),
      market: NYY,
      bid: 5_200,
      ask: 5_300,
      volume: 120_050,
    });
    expect(quotes.at(-1)).toMatchObject({ bid: 9_900, ask: null, volume: 3_500 });
    const other = events.filter((event) => event.kind === 'quote' && event.market !== NYY);
    expect(other.at(-1)).toMatchObject({ bid: null, ask: 100 });
    // The crossed minute, two after first pitch, is not there.
    expect(quotes.some(({ atMs }) => atMs === Date.parse('2031-06-03T23:07:00Z'))).toBe(false);
  });

  it('forecasts at the opening only, with the share of home wins of the last season before, and its error', async () => {
    const { events } = await importChanged();
    const forecasts = events.filter((event) => event.kind === 'forecast');
    expect(forecasts.map(({ atMs }) => atMs)).toEqual(
      events.filter(({ kind }) => kind === 'market').map(({ atMs }) => atMs),
    );
    for (const { forecast } of forecasts) {
      expect(forecast.homeProbability).toBe(0.6);
      expect(forecast.uncertainty).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 5), 8);
      // The season was over with its year in New York.
      expect(forecast.asOfMs).toBe(Date.parse('2031-01-01T05:00:00Z'));
    }
  });

  it('tells no result before the close, the last minute and the settlement timer', async () => {
    const { events } = await importChanged();
    const results = events.filter((event) => event.kind === 'result');
    expect(
      results.map(({ atMs, result, homeScore, awayScore }) => [
        new Date(atMs).toISOString(),
        result.kind,
        awayScore,
        homeScore,
      ]),
    ).toEqual([
      // The last minute ends half a minute after the close.
      ['2031-06-03T23:16:00.000Z', 'yes', 1, 2],
      // The close is later than the last minute.
      ['2031-06-04T00:20:20.000Z', 'no', 0, 1],
    ]);
  });

  it('gives the same bytes from the same input, plain or gzip', async () => {
    const plain = await importChanged();
    const again = await importChanged();
    const packed = await importChanged((folder) => {
      for (const file of [MINUTES, PLAYS, SEASON]) {
        writeFileSync(join(folder, `${file}.gz`), gzipSync(readFileSync(join(folder, file))));
        rmSync(join(folder, file));
      }
    });
    expect(again.summary.manifest).toEqual(plain.summary.manifest);
    expect(packed.summary.manifest.contentSha256).toBe(plain.summary.manifest.contentSha256);
  });

  it('asks no season of the games’ own year or a later one', async () => {
    const without = await importChanged((folder) => rmSync(join(folder, SEASON)));
    expect(without.summary.models).toEqual(['home-rate-mlb@2029']);
    await expect(
      importChanged((folder) => {
        for (const year of [2029, 2030])
          rmSync(join(folder, `mlb-winprob/espn_mlb_${year}_win_probability.csv`));
      }),
    ).rejects.toThrow(/no espn_mlb_YYYY_win_probability\.csv of a season before 2031/);
  });
});

describe('a market that something contradicts is left out and counted', () => {
  const start = ',2031-06-03T23:05:00Z,';
  const cases: readonly [string, string, Change, RegExp][] = [
    ['no minutes at all', 'no_quotes', (folder) => rmSync(join(folder, MINUTES)), /no minute/],
    [
      'a quote between two cents',
      'quotes_off_grid',
      edit(MINUTES, '0.5400,0.5300', '0.5400,0.5350'),
      /1 minutes off the grid/,
    ],
    [
      'another start than its ticker has',
      'times_inconsistent',
      edit(GAMES, start, ',2031-06-03T23:10:00Z,'),
      /by its ticker, not/,
    ],
    [
      'a close before its start',
      'times_inconsistent',
      edit(GAMES, '2031-06-03T23:14:31Z', '2031-06-03T23:04:00Z'),
      /closes at/,
    ],
    [
      'a first play before its start',
      'times_inconsistent',
      edit(PLAYS, '23:06:05.250Z', '23:04:59.250Z'),
      /first play at .*not after its start/,
    ],
    [
      'a first play hours after its start',
      'times_inconsistent',
      (folder) => {
        edit(GAMES, NYY, NYY.replace('031905', '031300'))(folder);
        edit(GAMES, start, ',2031-06-03T17:00:00Z,')(folder);
      },
      /first play at .*hours after its start/,
    ],
    [
      'a last play after its close',
      'times_inconsistent',
      edit(GAMES, '2031-06-03T23:14:31Z', '2031-06-03T23:14:10Z'),
      /last play at/,
    ],
    [
      'a minute that begins after its close',
      'times_inconsistent',
      edit(MINUTES, '1938294900,', '1938294960,'),
      /past its close/,
    ],
    [
      'no minute before its start',
      'times_inconsistent',
      edit(MINUTES, /^1938294(0|1|2|300).*\n/gm, ''),
      /no minute before its start/,
    ],
    [
      'a score that the other side won',
      'score_differs',
      edit(PLAYS, 'Flyout,0,1,2', 'Flyout,0,3,2'),
      /its plays end 3-2/,
    ],
    [
      'a drawn score',
      'score_differs',
      edit(PLAYS, 'Flyout,0,1,2', 'Flyout,0,2,2'),
      /its plays end 2-2/,
    ],
    [
      'a result against its score and last price',
      'score_differs',
      edit(GAMES, `${NYY},yes`, `${NYY},no`),
      /is no, its plays end 1-2/,
    ],
    [
      'a last price of the other side',
      'last_price_differs',
      edit(MINUTES, '1938294900,0.9900', '1938294900,0.4900'),
      /its last price 4900/,
    ],
    [
      'a last price of half a dollar',
      'last_price_differs',
      edit(MINUTES, '1938294900,0.9900', '1938294900,0.5000'),
      /its last price 5000/,
    ],
    ['plays without a play', 'no_plays', edit(PLAYS, /\n[^]*/, '\n'), /no plays/],
  ];
  it.each(cases)('%s', async (_, reason, change, detail) => {
    const { summary, events } = await importChanged(change);
    expect(summary.markets).toBe(1);
    expect(summary.examples.some((one) => one.startsWith(`${reason}: `) && detail.test(one))).toBe(
      true,
    );
    const { [reason as 'no_plays']: counted } = summary.refused as typeof LEFT_OUT;
    expect(counted).toBe((LEFT_OUT[reason as 'no_plays'] ?? 0) + 1);
    expect(events.some((event) => event.kind === 'quote' && event.market === NYY)).toBe(false);
    expect(summary.manifest.refused).toEqual(summary.refused);
  });

  it('every minute that was read is in the recording or counted', async () => {
    const { summary } = await importChanged(edit(PLAYS, 'Flyout,0,1,2', 'Flyout,0,3,2'));
    const { minute_crossed: crossed = 0, minute_of_refused_market: ofRefused = 0 } =
      summary.refused;
    expect(summary.bars + crossed + ofRefused).toBe(13 + 10 + 6 + 5);
  });

  it('minutes of a game that no row names', async () => {
    const { summary } = await importChanged(edit(GAMES, /^DETNYY.*\n/m, ''));
    expect(summary.refused).toMatchObject({ minute_without_market: 13, total_market: 3 });
  });
});

describe('a row that does not say what its file promises stops the import', () => {
  const cases: readonly [string, Change, RegExp][] = [
    [
      'a price above a dollar',
      edit(MINUTES, '0.5300,0.5200\n', '1.0100,0.5200\n'),
      /ML\.csv, line 2: "ask_close" is "1\.0100"; allowed is dollars from 0 to 1 with at most four/,
    ],
    [
      'a fifth decimal',
      edit(MINUTES, '0.5300,0.5200\n', '0.53001,0.5200\n'),
      /"ask_close" is "0\.53001"/,
    ],
    ['a price in cents', edit(MINUTES, '0.5300,0.5200\n', '0.5300,52\n'), /"bid_close" is "52"/],
    ['an ask of nothing', edit(MINUTES, '0.5300,0.5200\n', '0.0000,0.0000\n'), /more than nothing/],
    [
      'a bid of a dollar',
      edit(MINUTES, '0.5300,0.5200\n', '1.0000,1.0000\n'),
      /less than a dollar/,
    ],
    [
      'an empty last price',
      edit(MINUTES, '1938294000,0.5200', '1938294000,'),
      /line 2: "price_close" is ""/,
    ],
    ['a volume that is none', edit(MINUTES, '1200.50', 'many'), /"volume" is "many"/],
    [
      'a time that is no minute',
      edit(MINUTES, '1938294000', '1938294001'),
      /line 2: "ts" is "1938294001"; allowed is Unix seconds of a whole minute/,
    ],
    [
      'minutes that go back',
      edit(MINUTES, '1938294000', '1938299940'),
      /line 3: "ts" is "1938294060"; allowed is later than 1938299940/,
    ],
    ['a column renamed', edit(MINUTES, 'bid_close', 'bid'), /line 1: the columns are/],
    [
      'a column of totals renamed',
      edit('prices/candles_DETNYY_TOT.csv', 'ts,', 'time,'),
      /TOT\.csv, line 1: the columns are/,
    ],
    [
      'a ticker of other teams',
      edit(GAMES, '031905DETNYY-NYY', '031905DETNYM-NYM'),
      /games\.csv, line 2: "ml_ticker" is "KXMLBGAME-31JUN031905DETNYM-NYM"/,
    ],
    ['a ticker of a third side', edit(GAMES, 'DETNYY-NYY', 'DETNYY-BOS'), /"ml_ticker" is/],
    [
      'a ticker of a day that is none',
      edit(GAMES, 'KXMLBGAME-31JUN03', 'KXMLBGAME-31JUN31'),
      /"ml_ticker" is/,
    ],
    ['a code of other teams', edit(GAMES, 'DETNYY,DET,NYY', 'DETNYM,DET,NYY'), /"game_code" is/],
    ['a team against itself', edit(GAMES, 'DETNYY,DET,NYY', 'DETNYY,DET,DET'), /"home" is "DET"/],
    ['a result that is none', edit(GAMES, `${NYY},yes`, `${NYY},won`), /"ml_result" is "won"/],
    ['a total that is none', edit(GAMES, 'KXMLBTOTAL', 'KXMLBRUNS'), /"tot_ticker" is/],
    [
      'a time without its zone',
      edit(GAMES, '2031-06-03T23:05:00Z', '2031-06-03T23:05:00'),
      /"game_start_utc" is "2031-06-03T23:05:00"; allowed is a time in UTC/,
    ],
    [
      'a day that is none',
      edit(GAMES, '2031-06-03T23:14:31Z', '2031-06-31T23:14:31Z'),
      /"market_close_utc" is "2031-06-31/,
    ],
    [
      'a game twice',
      (folder) => {
        const text = readFileSync(join(folder, GAMES), 'utf8');
        writeFileSync(join(folder, GAMES), `${text}${text.split('\n')[1]}\n`);
      },
      /line 6: "ml_ticker" is .*allowed is each ticker once/,
    ],
    [
      'plays that go back',
      edit(PLAYS, '23:07:50.250Z', '23:06:00.250Z'),
      /plays_DETNYY\.csv, line 3: "end_time" is .*not before the play before it/,
    ],
    [
      'a score that goes back',
      edit(PLAYS, 'Single,1,1,2', 'Single,1,1,1'),
      /line 4: "home_score" is "1"; allowed is an integer from 2/,
    ],
    [
      'plays of a season that go back',
      edit(SEASON, '203000000,1,', '203000000,0,'),
      /2030_win_probability\.csv, line 3: "play_no" is "0"/,
    ],
    [
      'a probability above one',
      edit(SEASON, '203000000,2,1.0', '203000000,2,1.1'),
      /line 4: "home_wp" is "1\.1"/,
    ],
    [
      'a season without an end',
      edit(SEASON, /,2,[01]\.0$/gm, ',2,0.5'),
      /no game in it ends with 0 or 1/,
    ],
    ['no games', (folder) => rmSync(join(folder, GAMES)), /there is no such file, plain or \.gz/],
    ['a list without a row', edit(GAMES, /\n[^]*/, '\n'), /it has no game/],
    [
      'a file that is not gzip',
      (folder) => renameSync(join(folder, MINUTES), join(folder, `${MINUTES}.gz`)),
      /it cannot be read \(.*header/,
    ],
  ];
  it.each(cases)('%s', async (_, change, says) => {
    const importing = importChanged(change);
    await expect(importing).rejects.toThrow(ImportRefusal);
    await expect(importing).rejects.toThrow(says);
    await expect(importing).rejects.toThrow(/Correct the input and import again/);
  });
});
