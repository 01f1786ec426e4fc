import { describe, expect, it } from 'vitest';
import type { RecordedMessage, Recorder } from '../../shared/ports/recorder.ts';

const message = (payload: string, receivedMs = 1): Omit<RecordedMessage, 'sequence'> => ({
  receivedMs,
  source: 'kalshi',
  payload,
});

/** What every recorder must do, whatever it is made of; `read` gives what was recorded. */
export function recorderContract(
  name: string,
  make: () => Promise<{
    readonly recorder: Recorder;
    readonly read: () => Promise<readonly RecordedMessage[]>;
  }>,
): void {
  describe(`recorder contract: ${name}`, () => {
    it('numbers messages from one, without a hole, in the order in which they came', async () => {
      const { recorder, read } = await make();
      for (const payload of ['a', 'b', 'c']) recorder.record(message(payload));
      expect((await read()).map(({ sequence, payload }) => [sequence, payload])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
    });

    it('keeps a message to the byte, the same one as often as it comes, at any time', async () => {
      const { recorder, read } = await make();
      const payloads = ['{"a":"é\\n"}', '', ' {not json', '\u0000\u2028', '{"a":"é\\n"}'];
      for (const [index, payload] of payloads.entries())
        recorder.record(message(payload, 100 - index));
      const kept = await read();
      expect(kept.map(({ payload }) => payload)).toEqual(payloads);
      expect(kept.map(({ receivedMs }) => receivedMs)).toEqual([100, 99, 98, 97, 96]);
      expect(kept[0]).toMatchObject({ source: 'kalshi' });
    });
  });
}
