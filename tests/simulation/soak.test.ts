import { describe, expect, it } from 'vitest';
import { memoryOf, replayCommand } from './soak/soak-report.ts';
import { playSoak, type SoakResult } from './soak/soak.ts';
import type { SoakDefect } from './soak/soak-world.ts';

const HOUR = { hours: 1, faults: 24, seed: 1 };

/** What was violated, and how to play it again. */
function failureOf({ violations, options }: SoakResult): string {
  return violations.length === 0
    ? ''
    : `${violations.join('\n')}\nagain: ${replayCommand(options)}`;
}

/** What became of a few minutes, as text. */
async function lossesOf(seed: number): Promise<string> {
  const { connections, fills, frames } = await playSoak({ hours: 0.15, faults: 2, seed });
  return JSON.stringify({ losses: connections.losses, fills: fills.booked, frames });
}

describe('an hour of the exchange connection with 24 faults', () => {
  it('explains each reconnect, repairs every book, books every fill once, and keeps nothing', async () => {
    const result = await playSoak(HOUR);
    expect(failureOf(result)).toBe('');
    const { connections, fills, frames, booksCompared, orders } = result;
    const table = connections.table();
    expect(table.find(({ cause }) => cause === 'unexplained')).toMatchObject({ reconnects: 0 });
    // Every kind of fault came, and what must end a connection did.
    expect(table.length).toBeGreaterThan(20);
    expect(connections.losses.length).toBeGreaterThanOrEqual(6);
    expect(frames).toBeGreaterThan(5_000);
    expect(booksCompared).toBeGreaterThan(500);
    expect(orders.accepted).toBeGreaterThan(100);
    expect(fills.streamed).toBeGreaterThan(30);
    expect(fills.repaired).toBeGreaterThan(0);
    expect(fills.repeated).toBeGreaterThan(0);
    const memory = await memoryOf(result);
    expect(memory.clientBytes).toBeLessThan(memory.mostBytes);
  });

  it('is the same hour for the same seed, and another one for another', async () => {
    const first = await lossesOf(5);
    expect(await lossesOf(5)).toBe(first);
    expect(await lossesOf(6)).not.toBe(first);
  });

  it('notices when everything is kept', async () => {
    const kept = await playSoak({ hours: 0.8, faults: 0, seed: 1, broken: 'keeps_everything' });
    const memory = await memoryOf(kept);
    expect(memory.clientBytes).toBeGreaterThan(memory.mostBytes);
  });

  const defects: Readonly<
    Record<Exclude<SoakDefect, 'keeps_everything'>, { readonly by: string; readonly told: RegExp }>
  > = {
    unannounced_drop: { by: 'socket drop', told: /unexplained: the connection was lost/ },
    missing_drop: { by: 'socket drop', told: /socket drop at .* ended 0 connections/ },
    no_reconciliation: { by: 'missed fill', told: /was not booked/ },
    no_deduplication: { by: 'duplicate fill', told: /was booked and never happened/ },
    no_resnapshot: { by: 'sequence gap', told: /its book is not to be believed/ },
  };

  for (const [broken, { by, told }] of Object.entries(defects) as [
    keyof typeof defects,
    (typeof defects)[keyof typeof defects],
  ][])
    it(`notices ${broken.replaceAll('_', ' ')}`, async () => {
      const { violations } = await playSoak({
        hours: 0.2,
        faults: 3,
        seed: 1,
        only: [by],
        broken,
      });
      expect(violations.join('\n')).toMatch(told);
    });
});
