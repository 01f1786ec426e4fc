import { describe, expect, it } from 'vitest';
import { ScheduledPauses } from '../../../../local/venues/scheduled-pauses.ts';
import { SimExchange } from '../../../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const HOUR = 3_600_000;

/** Lives from one time to another, looking right after each quarter of an hour, and tells when trading was paused by Coordinated Time. */
async function live(from: string, to: string, end: string | null = null) {
  const startMs = Date.parse(from);
  const untilMs = Date.parse(to);
  const timers = new Scheduler({ startMs });
  const exchange = new SimExchange({ rng: seededRng(1) });
  const changes: string[] = [];
  let drops = 0;
  const pauses = new ScheduledPauses({
    exchange,
    timers,
    dropStreams: () => {
      drops += 1;
    },
  });
  pauses.begin();
  if (end !== null) timers.at(Date.parse(end), 'no more pauses', () => pauses.close());
  let before = 'none';
  for (let atMs = startMs; atMs <= untilMs; atMs += HOUR / 4)
    timers.at(atMs + 1, 'look', () => {
      const { pause } = exchange.floor;
      if (pause !== before) changes.push(`${new Date(atMs).toISOString().slice(5, 16)} ${pause}`);
      before = pause;
    });
  await timers.run({ untilMs, turn: () => Promise.resolve() });
  return { changes, drops };
}

describe('the weekly pause', () => {
  it('is on Thursdays from three to five in New York, in the weeks around the end of summer time', async () => {
    const { changes, drops } = await live('2026-10-28T00:00:00Z', '2026-11-07T00:00:00Z');
    expect(changes).toEqual([
      '10-29T07:00 trading',
      '10-29T09:00 none',
      '11-05T08:00 trading',
      '11-05T10:00 none',
    ]);
    expect(drops).toBe(2);
  });

  it('moves back when summer time begins', async () => {
    const { changes } = await live('2027-03-10T00:00:00Z', '2027-03-20T00:00:00Z');
    expect(changes).toEqual([
      '03-11T08:00 trading',
      '03-11T10:00 none',
      '03-18T07:00 trading',
      '03-18T09:00 none',
    ]);
  });

  it('has begun already for one that starts in its middle', async () => {
    const { changes, drops } = await live('2026-11-26T09:00:00Z', '2026-11-26T12:00:00Z');
    expect(changes.at(-1)).toBe('11-26T10:00 none');
    expect(changes).toHaveLength(2);
    expect(drops).toBe(1);
  });

  it('does not begin any more once it is called off', async () => {
    const { changes, drops } = await live(
      '2026-10-28T00:00:00Z',
      '2026-11-07T00:00:00Z',
      '2026-11-01T00:00:00Z',
    );
    expect(changes).toEqual(['10-29T07:00 trading', '10-29T09:00 none']);
    expect(drops).toBe(1);
  });
});
