import { describe, expect, it } from 'vitest';
import { Lookahead, type Foreseen } from '../../../shared/replay/lookahead.ts';
import type { RecordingEvent } from '../../../shared/replay/recording.ts';
import { bar, marketEvent, MINUTE_MS, resultEvent } from '../../support/replay-fixture.ts';

function foresee(events: readonly RecordingEvent[], horizonMinutes = 10): readonly Foreseen[] {
  const lookahead = new Lookahead(horizonMinutes * MINUTE_MS);
  return [...events.flatMap((event) => lookahead.push(event)), ...lookahead.end()];
}

describe('looking ahead', () => {
  it('tells the next bar of the same market, and none where none follows in time', () => {
    const events = [
      marketEvent(),
      bar(1, 50),
      bar(2, 51),
      bar(12, 52),
      bar(23, 53),
      resultEvent('yes', 24),
    ];
    expect(foresee(events)).toEqual(
      events.map((event, index) => ({
        event,
        upcoming: index === 1 || index === 2 ? events[index + 1] : null,
      })),
    );
  });

  it('passes over the bars of other markets', () => {
    const other = 'KXTEST-1-B';
    const events = [
      marketEvent(),
      marketEvent(other),
      bar(1, 50),
      bar(1, 60, { market: other }),
      bar(3, 61, { market: other }),
      bar(4, 51),
    ];
    expect(foresee(events).map(({ upcoming }) => upcoming)).toEqual([
      null,
      null,
      events[5],
      events[4],
      null,
      null,
    ]);
  });

  it('gives every event once and in order, holding back no more than one horizon', () => {
    const events = Array.from({ length: 5_000 }, (_, index) => bar(index + 1, 50));
    const lookahead = new Lookahead(10 * MINUTE_MS);
    let given = 0;
    let most = 0;
    for (const [index, event] of events.entries()) {
      for (const { event: out } of lookahead.push(event)) {
        expect(out).toBe(events[given]);
        given += 1;
      }
      most = Math.max(most, index + 1 - given);
    }
    expect(most).toBe(11);
    expect(given + lookahead.end().length).toBe(5_000);
  });
});
