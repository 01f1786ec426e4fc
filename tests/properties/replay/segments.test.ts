import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingManifestSchema } from '../../../shared/contracts/recording.ts';
import { RecordingRefusal } from '../../../shared/replay/recording-refusal.ts';
import { verifyRecording } from '../../../shared/replay/segments.ts';
import {
  inTemporaryFolder,
  smallRecording,
  writeSmallRecording,
} from '../../support/replay-fixture.ts';

const FILE = 'segment-0002.jsonl.gz';

describe('a segment', () => {
  it('that is cut at any byte is refused', async () => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      writeSmallRecording(dir);
      const whole = readFileSync(join(dir, FILE));
      for (let length = 0; length < whole.length; length += 1) {
        writeFileSync(join(dir, FILE), whole.subarray(0, length));
        expect(() => verifyRecording(dir), `${length} bytes`).toThrow(RecordingRefusal);
      }
      writeFileSync(join(dir, FILE), whole);
      expect(verifyRecording(dir).markets).toBe(1);
    });
  });

  it('with any byte of its text changed is refused', async () => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      writeSmallRecording(dir);
      const text = gunzipSync(readFileSync(join(dir, FILE)));
      fc.assert(
        fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
          const damaged = Buffer.from(text);
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          writeFileSync(join(dir, FILE), gzipSync(damaged));
          expect(() => verifyRecording(dir)).toThrow(RecordingRefusal);
        }),
      );
    });
  });

  it('with its lines in another order is refused, even when every hash and size is made to fit', async () => {
    await inTemporaryFolder((folder) => {
      const dir = join(folder, 'recording');
      writeSmallRecording(dir, smallRecording(8), 20);
      const file = join(dir, 'segment-0001.jsonl.gz');
      const manifestFile = join(dir, 'manifest.json');
      const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
      const manifest = recordingManifestSchema.parse(
        JSON.parse(readFileSync(manifestFile, 'utf8')),
      );
      const forge = (order: readonly string[]): void => {
        const text = `${order.join('\n')}\n`;
        const packed = gzipSync(text);
        const sha256 = createHash('sha256').update(text).digest('hex');
        const [segment] = manifest.segments;
        const segments = [{ ...segment, bytes: packed.length, sha256 }];
        const contentSha256 = createHash('sha256').update(`${sha256}\n`).digest('hex');
        writeFileSync(file, packed);
        writeFileSync(manifestFile, JSON.stringify({ ...manifest, segments, contentSha256 }));
      };
      forge(lines);
      expect(verifyRecording(dir).markets).toBe(1);
      const all = { minLength: lines.length, maxLength: lines.length };
      fc.assert(
        fc.property(fc.shuffledSubarray(lines, all), (order) => {
          fc.pre(order.join() !== lines.join());
          forge(order);
          expect(() => verifyRecording(dir)).toThrow(
            /stands after|was not told|without a market|after the result/,
          );
        }),
      );
    });
  });
});
