import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RecordingKind } from '../../../shared/contracts/recording.ts';
import { decodeEvent, encodeEvent, type RecordingEvent } from '../../../shared/replay/recording.ts';
import { Lookahead } from '../../../shared/replay/lookahead.ts';
import { PregameForecasts } from '../../../shared/replay/pregame-forecasts.ts';
import { readRecording, verifyRecording } from '../../../shared/replay/segments.ts';
import {
  bar,
  forecastEvent,
  inTemporaryFolder,
  marketEvent,
  OPEN_MS,
  quote,
  resultEvent,
  smallRecording,
  writeSmallRecording,
} from '../../support/replay-fixture.ts';

const VERSION_1 = fileURLToPath(new URL('../../fixtures/replay-version-1', import.meta.url));
const QUOTED: readonly RecordingEvent[] = [
  marketEvent(),
  forecastEvent(0.6),
  quote(1, 48, 50),
  quote(2, null, 50),
  resultEvent('yes', 3),
];

describe('a line of quotes', () => {
  it('holds integers of our units, and null where nobody quotes', () => {
    expect(encodeEvent(quote(1, 52, null, { volume: 1_250 }))).toBe(
      `{"kind":"quote","atMs":${OPEN_MS + 60_000},"market":"KXTEST-1-A","bid":5200,"ask":null,"volume":1250}`,
    );
  });

  const line = encodeEvent(quote(1, 52, 54));
  it.each([
    ['a bid of a dollar', line.replace('"bid":5200', '"bid":10000'), /integer between 1 and 9999/],
    ['an ask of nothing', line.replace('"ask":5400', '"ask":0'), /integer between 1 and 9999/],
    ['a bid with a fraction', line.replace('"bid":5200', '"bid":5200.5'), /between 1 and 9999/],
    ['a bid at its ask', line.replace('"bid":5200', '"bid":5400'), /bid is not below its ask/],
    ['a volume below nothing', line.replace('"volume":100000', '"volume":-1'), /non-negative/],
    ['no market', line.replace('KXTEST-1-A', ''), /without a market/],
    ['an extra field', line.replace('}', ',"last":5300}'), /other fields than a quote/],
    ['a field too few', line.replace(',"ask":5400', ''), /other fields than a quote/],
  ])('is foreign with %s', (_, text, found) => {
    expect(text).not.toBe(line);
    expect(decodeEvent(text)).toMatchObject({
      kind: 'foreign',
      found: expect.stringMatching(found),
    });
  });
});

describe('a recording of quotes', () => {
  it('is read back as it was, and says what kind it is', async () => {
    await inTemporaryFolder(async (folder) => {
      const dir = join(folder, 'recording');
      const manifest = writeSmallRecording(dir, QUOTED, 2, 'quote_bars');
      expect(manifest).toMatchObject({
        kind: 'quote_bars',
        counts: { market: 1, forecast: 1, quote: 2, result: 1 },
      });
      const read: RecordingEvent[] = [];
      expect(await readRecording(dir, (event) => void read.push(event))).toEqual(manifest);
      expect(read).toEqual(QUOTED);
    });
  });

  it.each<[RecordingKind, RecordingEvent]>([
    ['quote_bars', bar(1, 50)],
    ['trade_bars', quote(1, 49, 51)],
  ])('of kind %s takes no minute of the other', async (kind, minute) => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      expect(() => writeSmallRecording(dir, [marketEvent(), minute], 5, kind)).toThrow(
        `stands in a recording of ${kind}`,
      );
    });
  });

  it('whose manifest calls it one of trades is refused', async () => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      writeSmallRecording(dir, QUOTED, 5, 'quote_bars');
      const file = join(dir, 'manifest.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('quote_bars', 'trade_bars').replace('"quote"', '"bar"'));
      expect(() => verifyRecording(dir)).toThrow('stands in a recording of trade_bars');
      writeFileSync(file, text.replace('"quote": 2', '"quote": 3'));
      expect(() => verifyRecording(dir)).toThrow('the segments hold 2 lines of kind quote');
    });
  });

  it('looks ahead to the next quotes of a market', () => {
    const lookahead = new Lookahead();
    const all = [...QUOTED.flatMap((event) => lookahead.push(event)), ...lookahead.end()];
    expect(all.map(({ upcoming }) => upcoming)).toEqual([null, null, QUOTED[3], null, null]);
  });
});

/** The manifest without sizes: that of gzip may differ between machines, the hash of the text may not. */
/** The same events about a game of the NBA. */
const ofTheNba = (events: readonly RecordingEvent[]): readonly RecordingEvent[] =>
  events.map((event) => {
    if (event.kind === 'market' && event.mapping !== null)
      return { ...event, mapping: { ...event.mapping, gameId: 'nba:1' } };
    if (event.kind === 'forecast')
      return { ...event, forecast: { ...event.forecast, gameId: 'nba:1' } };
    return event.kind === 'result' ? { ...event, gameId: 'nba:1' } : event;
  });

describe('a recording from before there were quotes, and leagues of mappings', () => {
  it('is read as it was, with the league that its games name', async () => {
    await inTemporaryFolder(async (folder) => {
      const [old, again] = [join(folder, 'old'), join(folder, 'again')];
      cpSync(VERSION_1, old, { recursive: true });
      rmSync(join(old, 'README.md'));
      const read = await eventsOf(old);
      expect(read).toEqual(ofTheNba(smallRecording(3)));
      writeSmallRecording(again, read, 4);
      expect(await eventsOf(again)).toEqual(read);
    });
  });
});

async function eventsOf(folder: string): Promise<readonly RecordingEvent[]> {
  const read: RecordingEvent[] = [];
  await readRecording(folder, (event) => void read.push(event));
  return read;
}

/** What was paired of one market with these minutes. */
function pairOf(...minutes: readonly RecordingEvent[]) {
  const pregame = new PregameForecasts();
  for (const event of [marketEvent(), forecastEvent(0.6), ...minutes, resultEvent('yes', 100)])
    pregame.onEvent(event);
  return pregame.byModel().get('elo-test@1.0.0');
}

describe('the price before the start', () => {
  it('is the middle of the last quotes that had both sides', () => {
    expect(pairOf(quote(1, 40, 42), quote(60, 48, 51), quote(61, 70, 72))).toEqual([
      { cluster: 'test:1', model: 0.6, market: 0.495, outcome: 1 },
    ]);
    expect(pairOf(quote(1, 40, 42), quote(2, null, 51), quote(3, 50, null))).toMatchObject([
      { market: 0.41 },
    ]);
  });

  it('is nothing where nobody quoted both sides before the start', () => {
    expect(pairOf(quote(1, null, 51), quote(61, 40, 42))).toBeUndefined();
  });
});
