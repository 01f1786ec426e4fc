import { describe, expect, it } from 'vitest';
import { drawDelayMs, NO_DELAY } from '../../../../shared/simulator/faults/delay.ts';
import { FaultyLink, type FaultMix } from '../../../../shared/simulator/faults/delivery.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const HEALTHY: FaultMix = {
  delay: { medianMs: 20, p99Ms: 200 },
  drop: 0,
  duplicate: 0,
  reorder: 0,
};

type Sent = { readonly n: number; readonly sentMs: number };

/** Sends 2,000 messages, one a millisecond, and gives what arrived. */
async function through(
  faults: FaultMix,
  more: {
    readonly silences?: readonly { readonly fromMs: number; readonly untilMs: number }[];
    readonly at?: (link: FaultyLink<Sent>, scheduler: Scheduler) => void;
  } = {},
): Promise<{ readonly link: FaultyLink<Sent>; readonly seen: readonly (Sent & { at: number })[] }> {
  const scheduler = new Scheduler({ startMs: 0 });
  const seen: (Sent & { at: number })[] = [];
  const link = new FaultyLink<Sent>({
    scheduler,
    rng: seededRng(77),
    label: 'link',
    faults,
    ...(more.silences === undefined ? {} : { silences: more.silences }),
    deliver: (message) => {
      seen.push({ ...message, at: scheduler.nowMs() });
    },
  });
  for (let n = 0; n < 2_000; n += 1) {
    scheduler.at(n, 'send', () => link.send({ n, sentMs: n }));
  }
  more.at?.(link, scheduler);
  await scheduler.run({ untilMs: 1_000_000, turn });
  return { link, seen };
}

/** The numbers that arrived twice. */
function doubled(seen: readonly Sent[]): ReadonlySet<number> {
  const once = new Set<number>();
  return new Set(seen.map(({ n }) => n).filter((n) => once.size === once.add(n).size));
}

describe('a link', () => {
  it('delivers each message once and in order when it is healthy, each after a delay', async () => {
    const { link, seen } = await through(HEALTHY);
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
    expect(seen.every(({ at, sentMs }) => at > sentMs)).toBe(true);
    expect(link.counters).toEqual({
      sent: 2_000,
      duplicated: 0,
      delivered: 2_000,
      dropped: 0,
      silenced: 0,
      lostWithConnection: 0,
      inTransit: 0,
      reordered: 0,
    });
  });

  it('drops, duplicates and reorders about as often as told, and counts it', async () => {
    const { link, seen } = await through({ ...HEALTHY, drop: 0.1, duplicate: 0.2, reorder: 0.05 });
    const { dropped, duplicated, reordered, delivered, inTransit } = link.counters;
    expect(Math.abs(dropped - 200)).toBeLessThan(4 * Math.sqrt(180));
    expect(Math.abs(duplicated - 360)).toBeLessThan(4 * Math.sqrt(300));
    expect(reordered).toBeGreaterThan(50);
    expect(delivered).toBe(2_000 - dropped + duplicated);
    expect(delivered).toBe(seen.length);
    expect(inTransit).toBe(0);
    const times = new Map<number, number>();
    for (const { n } of seen) times.set(n, (times.get(n) ?? 0) + 1);
    expect(Math.max(...times.values())).toBe(2);
    expect(times.size).toBe(2_000 - dropped);
  });

  it('keeps quiet in a window of silence and goes on after it', async () => {
    const { link, seen } = await through(HEALTHY, { silences: [{ fromMs: 500, untilMs: 800 }] });
    expect(link.counters.silenced).toBe(300);
    const numbers = seen.map(({ n }) => n);
    expect(numbers).not.toContain(500);
    expect(numbers).not.toContain(799);
    expect(numbers).toContain(499);
    expect(numbers).toContain(800);
  });

  it('loses what is in transit when the connection closes, and what is sent until it opens', async () => {
    const { link, seen } = await through(HEALTHY, {
      at: (closing, scheduler) => {
        scheduler.at(1_000, 'close', () => closing.disconnect());
        scheduler.at(1_200, 'open', () => {
          expect(closing.isOpen).toBe(false);
          closing.connect();
        });
      },
    });
    // Both events come after the sends of their millisecond, which were scheduled before them.
    expect(seen.filter(({ at }) => at > 1_000 && at <= 1_200)).toHaveLength(0);
    expect(seen.filter(({ sentMs }) => sentMs > 1_200)).toHaveLength(799);
    const { sent, delivered, lostWithConnection } = link.counters;
    expect(lostWithConnection).toBeGreaterThan(200);
    expect(delivered + lostWithConnection).toBe(sent);
  });

  it('decides each fault by draws of its own: dropping more does not move the duplicates', async () => {
    const few = await through({ ...HEALTHY, duplicate: 0.1 });
    const many = await through({ ...HEALTHY, duplicate: 0.1, drop: 0.3 });
    const doubledOfFew = doubled(few.seen);
    for (const n of doubled(many.seen)) expect(doubledOfFew).toContain(n);
  });
});

describe('a delay', () => {
  it('has the median and the 99th percentile it names, and a bound', () => {
    const rng = seededRng(4);
    const draws = Array.from({ length: 40_000 }, () =>
      drawDelayMs(rng, { medianMs: 160, p99Ms: 1_050 }),
    ).toSorted((a, b) => a - b);
    expect(draws[20_000]).toBeGreaterThan(155);
    expect(draws[20_000]).toBeLessThan(165);
    expect(draws[39_600]).toBeGreaterThan(950);
    expect(draws[39_600]).toBeLessThan(1_160);
    expect(draws.at(-1)).toBeLessThanOrEqual(10_500);
    expect(draws.every(Number.isSafeInteger)).toBe(true);
    expect(drawDelayMs(rng, NO_DELAY)).toBe(0);
    expect(() => drawDelayMs(rng, { medianMs: 5, p99Ms: 1 })).toThrow(/median <= p99/);
  });
});
