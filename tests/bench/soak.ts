import type { SoakMemory } from '../simulation/soak/soak-report.ts';
import type { SoakResult } from '../simulation/soak/soak.ts';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { BenchOptions, BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

const MAIN = fileURLToPath(new URL('../simulation/soak/main.ts', import.meta.url));

const told = z.object({
  wallMs: z.number(),
  frames: z.number(),
  connects: z.number(),
  fills: z.object({ booked: z.number(), repaired: z.number(), repeated: z.number() }),
  grown: z.object({ hours: z.number(), clientBytes: z.number(), mostBytes: z.number() }),
  causes: z.array(z.object({ cause: z.string(), injected: z.number(), reconnects: z.number() })),
  violations: z.array(z.string()),
}) satisfies z.ZodType<
  Pick<SoakResult, 'wallMs' | 'frames'> & { readonly grown: Partial<SoakMemory> }
>;

/** A day of the exchange's connection with 200 faults, in a process of its own. */
export function benchSoak({ quick }: BenchOptions): readonly BenchRow[] {
  const [hours, faults] = quick ? ['4', '33'] : ['24', '200'];
  const args = ['--expose-gc', MAIN, '--hours', hours, '--faults', faults, '--json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  invariant(stdout !== '', () => `the soak ended with ${status}: ${stderr}`);
  const soak = told.parse(JSON.parse(stdout));
  const [first] = soak.violations;
  invariant(first === undefined, () => `the soak holds: ${first}`);
  const unexplained = soak.causes.find(({ cause }) => cause === 'unexplained')?.reconnects ?? 0;
  const note = `${hours} simulated hours, ${faults} faults, seed 1`;
  return [
    { name: 'soak: wall time', value: rounded(soak.wallMs / 1_000), unit: 's', note },
    {
      name: 'soak: reconnects that nothing explains',
      value: unexplained,
      unit: '',
      aim: { atMost: 0 },
      note: `of ${soak.connects - 1} reconnects`,
    },
    {
      name: 'soak: fills booked once',
      value: soak.fills.booked,
      unit: 'fills',
      note: `${soak.fills.repaired} of them missed by the stream and found by REST, ${soak.fills.repeated} told again`,
    },
    {
      name: 'soak: what the client kept',
      value: rounded(soak.grown.clientBytes / 1e6),
      unit: 'MB',
      aim: { atMost: soak.grown.mostBytes / 1e6 },
      note: `heap over ${soak.grown.hours.toFixed(0)} h after collections, less the exchange's own; ${soak.frames} frames`,
    },
  ];
}
