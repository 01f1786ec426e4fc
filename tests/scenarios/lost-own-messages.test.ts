import { describe, expect, it } from 'vitest';
import { aWorld } from '../support/virtual-runs.ts';
import {
  expectNothingLostOrDoubled,
  runToEnd,
  throughWire,
  typeOfFrame,
} from '../support/world-runs.ts';

describe('a stream that loses our own fills without a gap', () => {
  it('is found out, and every fill is accounted once', async () => {
    const world = aWorld({ seed: 1, scenario: 'quiet-short-games' });
    let dropped = 0;
    throughWire(world.exchange, (frame) => {
      if (typeOfFrame(frame) !== 'fill') return [frame];
      dropped += 1;
      return dropped % 2 === 0 ? [frame] : [];
    });
    world.begin();
    await runToEnd(world);
    const lost = Math.ceil(dropped / 2);
    expect(lost).toBeGreaterThan(2);
    expect(world.telemetry.counts.get('feeder.missed_by_stream')).toBe(lost);
    await expectNothingLostOrDoubled(world);
  });
});
