import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RecordingEvent } from '../../../shared/replay/recording.ts';
import { RecordingRefusal } from '../../../shared/replay/recording-refusal.ts';
import { readRecording, verifyRecording } from '../../../shared/replay/segments.ts';
import {
  bar,
  forecastEvent,
  inTemporaryFolder,
  marketEvent,
  resultEvent,
  smallRecording,
  writeSmallRecording,
} from '../../support/replay-fixture.ts';

/** What reading a damaged recording says, and how many events it gave before. */
async function refusalAfter(
  damage: (dir: string) => void,
): Promise<{ readonly refusal: RecordingRefusal; readonly given: number }> {
  return inTemporaryFolder(async (folder) => {
    const dir = join(folder, 'recording');
    writeSmallRecording(dir);
    damage(dir);
    let given = 0;
    try {
      await readRecording(dir, () => {
        given += 1;
      });
    } catch (error) {
      if (error instanceof RecordingRefusal) return { refusal: error, given };
      throw error;
    }
    throw new Error('the damaged recording was accepted');
  });
}

const SECOND = 'segment-0002.jsonl.gz';
function rewrite(file: string, change: (lines: string[]) => string): (dir: string) => void {
  return (dir) => {
    const path = join(dir, file);
    const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
    writeFileSync(path, gzipSync(change(lines)));
  };
}
function editManifest(change: (text: string) => string): (dir: string) => void {
  return (dir) => {
    const path = join(dir, 'manifest.json');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
}
const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('a recording', () => {
  it('gives back the events that were written, in order, segment by segment', async () => {
    await inTemporaryFolder(async (folder) => {
      const dir = join(folder, 'recording');
      const manifest = writeSmallRecording(dir);
      const read: RecordingEvent[] = [];
      const progress: number[] = [];
      await readRecording(
        dir,
        (event) => void read.push(event),
        ({ lines }) => progress.push(lines),
      );
      expect(read).toEqual(smallRecording());
      expect(manifest.segments.map(({ lines }) => lines)).toEqual([5, 5, 5]);
      expect(manifest.counts).toEqual({ market: 1, forecast: 1, bar: 12, result: 1 });
      expect(progress).toEqual([5, 10, 15]);
    });
  });

  it('is the same bytes when it is written again over itself', async () => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      const bytes = (): readonly Buffer[] =>
        ['manifest.json', 'segment-0001.jsonl.gz', SECOND].map((name) =>
          readFileSync(join(dir, name)),
        );
      writeSmallRecording(dir);
      const before = bytes();
      writeSmallRecording(dir);
      expect(bytes()).toEqual(before);
      expect(existsSync(`${dir}.partial`)).toBe(false);
    });
  });

  it('leaves no segment of a longer recording behind', async () => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      writeSmallRecording(dir);
      writeSmallRecording(dir, smallRecording(2));
      expect(verifyRecording(dir).segments).toHaveLength(1);
      expect(existsSync(join(dir, SECOND))).toBe(false);
    });
  });

  it('does not overwrite a folder that holds something else', async () => {
    await inTemporaryFolder((folder) => {
      writeFileSync(join(folder, 'thesis.txt'), 'years of work');
      expect(() => writeSmallRecording(folder)).toThrow(/thesis\.txt.*no recording/);
      expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
    });
  });

  it('waits for the promise of each event', async () => {
    await inTemporaryFolder(async (folder) => {
      const dir = join(folder, 'recording');
      writeSmallRecording(dir);
      let running = 0;
      let most = 0;
      await readRecording(dir, async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      });
      expect(most).toBe(1);
    });
  });
});

describe('a damaged recording is refused before its first event', () => {
  const cases: readonly {
    readonly what: string;
    readonly damage: (dir: string) => void;
    readonly code: RecordingRefusal['code'];
    readonly says: RegExp;
  }[] = [
    {
      what: 'without its manifest',
      damage: (dir) => rmSync(join(dir, 'manifest.json')),
      code: 'missing_manifest',
      says: /manifest\.json: there is no such file; .*Name a folder that `fairline import` wrote/,
    },
    {
      what: 'with half a manifest',
      damage: editManifest((text) => text.slice(0, text.length / 2)),
      code: 'bad_manifest',
      says: /not JSON, or it was cut/,
    },
    {
      what: 'of another version',
      damage: editManifest((text) => text.replace('"version": 1', '"version": 2')),
      code: 'unsupported_version',
      says: /has version 2; a manifest is fairline-recording version 1/,
    },
    {
      what: 'with an unknown field in its manifest',
      damage: editManifest((text) => text.replace('"source"', '"origin": 1, "source"')),
      code: 'bad_manifest',
      says: /origin/,
    },
    {
      what: 'with the hash of a segment changed in its manifest',
      damage: editManifest((text) => text.replace(/"sha256": "../, '"sha256": "00')),
      code: 'bad_manifest',
      says: /contentSha256/,
    },
    {
      what: 'with other counts in its manifest',
      damage: editManifest((text) => text.replace('"bar": 12', '"bar": 11')),
      code: 'count_mismatch',
      says: /hold 12 lines of kind bar; the manifest states 11/,
    },
    {
      what: 'without a segment',
      damage: (dir) => rmSync(join(dir, SECOND)),
      code: 'missing_segment',
      says: /segment-0002\.jsonl\.gz: there is no such file/,
    },
    {
      what: 'with a segment cut in the middle',
      damage: (dir) => {
        const bytes = readFileSync(join(dir, SECOND));
        writeFileSync(join(dir, SECOND), bytes.subarray(0, bytes.length / 2));
      },
      code: 'cut_segment',
      says: /segment-0002\.jsonl\.gz: it was cut, damaged or is not gzip \(\d+ bytes\); the manifest states \d+ bytes.*Import the recording again/,
    },
    {
      what: 'with half a line',
      damage: rewrite(SECOND, (lines) => joined(lines).slice(0, -30)),
      code: 'half_line',
      says: /line 5: the last line has no end/,
    },
    {
      what: 'with a line lost',
      damage: rewrite(SECOND, (lines) => joined(lines.slice(0, -1))),
      code: 'count_mismatch',
      says: /it has 4 lines; the manifest states 5/,
    },
    {
      what: 'with a line of something else',
      damage: rewrite(SECOND, ([first = '', ...rest]) => joined([first, 'hello', ...rest])),
      code: 'foreign_line',
      says: /segment-0002\.jsonl\.gz, line 2: the line is not JSON \("hello"\)/,
    },
    {
      what: 'with a line of an unknown kind',
      damage: rewrite(SECOND, ([, ...rest]) => joined(['{"kind":"dividend","atMs":1}', ...rest])),
      code: 'foreign_line',
      says: /line 1: the line does not fit at "kind"/,
    },
    {
      what: 'with a price changed',
      damage: rewrite(SECOND, (lines) => joined(lines).replaceAll('5300', '5200')),
      code: 'checksum_mismatch',
      says: /its text has changed since it was written/,
    },
    {
      what: 'with something empty added to a segment',
      damage: (dir) => appendFileSync(join(dir, SECOND), gzipSync('')),
      code: 'checksum_mismatch',
      says: /bytes; the manifest states/,
    },
  ];
  it.each(cases)('$what', async ({ damage, code, says }) => {
    const { refusal, given } = await refusalAfter(damage);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(says);
    expect(given).toBe(0);
  });
});

describe('events that contradict each other are not written', () => {
  const first = [marketEvent(), forecastEvent()];
  const cases: readonly [string, readonly RecordingEvent[], RegExp][] = [
    ['a bar that moved', [...first, bar(2, 50), bar(1, 50)], /bar .* stands after bar/],
    ['a bar told twice', [...first, bar(1, 50), bar(1, 50)], /stands after/],
    ['a bar of no market', [bar(1, 50)], /of a market that was not told/],
    ['a forecast of no game', [forecastEvent()], /of a game without a market/],
    ['a bar after the result', [...first, resultEvent('yes', 1), bar(2, 50)], /after the result/],
    ['two results', [...first, resultEvent('yes', 1), resultEvent('no', 2)], /after the result/],
    ['a market told twice', [marketEvent(), { ...marketEvent(), atMs: bar(1, 50).atMs }], /twice/],
  ];
  it.each(cases)('%s', async (_, events, says) => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      expect(() => writeSmallRecording(dir, events)).toThrow(says);
      expect(existsSync(dir)).toBe(false);
    });
  });
});
