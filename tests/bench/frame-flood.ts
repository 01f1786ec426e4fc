import * as z from 'zod';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { startChild } from './child.ts';

const SECONDS = 60;
const QUICK_SECONDS = 10;

const told = z.object({
  rows: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      note: z.string(),
      aim: z
        .union([z.object({ atMost: z.number() }), z.object({ atLeast: z.number() })])
        .exactOptional(),
    }),
  ),
});

/**
 * A minute of 10,000 numbered deltas a second over a loopback WebSocket into the client and the books: each is counted,
 * its number checked and its change applied. Sender and reader are processes of their own.
 */
export async function benchFrameFlood({ quick }: BenchOptions): Promise<readonly BenchRow[]> {
  const child = startChild('flood-reader-process.ts', {
    args: [String(quick ? QUICK_SECONDS : SECONDS)],
  });
  const { rows } = told.parse(await child.hear());
  await child.end();
  return rows;
}
