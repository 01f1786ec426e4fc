import { describe, expect, it } from 'vitest';
import { FrameSlices } from '../../../../shared/adapters/boltodds/frame-slices.ts';

describe('frames in slices', () => {
  it('are used in order, at once while there is time, and the event loop has its turns', async () => {
    let nowMs = 0;
    const used: string[] = [];
    const waiting: boolean[] = [];
    const slices = new FrameSlices({
      use: (message) => {
        used.push(message);
        nowMs += 1;
      },
      onWaiting: (isWaiting) => waiting.push(isWaiting),
      sliceMs: 3,
      monotonicMs: () => nowMs,
    });
    slices.push('{"a":1}', 0);
    expect([used.length, waiting]).toEqual([1, []]);
    slices.push(JSON.stringify(Array.from({ length: 7 }, (_, at) => at)), 0);
    slices.push('ping', 0);
    expect(used).toEqual(['{"a":1}', '0', '1', '2']);
    expect(waiting).toEqual([true]);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    expect(used.slice(1)).toEqual(['0', '1', '2', '3', '4', '5', '6', 'ping']);
    expect(waiting).toEqual([true, false]);
  });

  it('that are forgotten are not used any more', async () => {
    let nowMs = 0;
    const used: string[] = [];
    const slices = new FrameSlices({
      use: (message) => {
        used.push(message);
        nowMs += 1;
      },
      onWaiting: () => undefined,
      sliceMs: 1,
      monotonicMs: () => nowMs,
    });
    slices.push('[1,2,3]', 0);
    slices.clear();
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    expect(used).toEqual(['1']);
  });
});
