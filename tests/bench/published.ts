import type { PublishCounts } from '../../fargate/feeder/publish.ts';
import { modelledDollars } from '../../fargate/feeder/publish-cost.ts';
import type { LaneCounts } from '../../fargate/feeder/send-lane.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

const MILLION = 1_000_000;

/** A publisher's counts at the begin, null for none, and at the end. */
export type Stretch = { readonly before: PublishCounts | null; readonly after: PublishCounts };

/** What a feeder published between two looks at its counts, and what a model says that AWS bills for it. */
export function publishedRows(what: string, { before, after }: Stretch): readonly BenchRow[] {
  const lane = (name: 'ticks' | 'heldTicks' | 'orderMessages' | 'events'): LaneCounts =>
    difference(before?.[name] ?? null, after[name]);
  const lanes = {
    ticks: lane('ticks'),
    heldTicks: lane('heldTicks'),
    orderMessages: lane('orderMessages'),
    events: lane('events'),
  };
  const raw = after.rawFrames - (before?.rawFrames ?? 0);
  const sum = (of: keyof LaneCounts): number =>
    Object.values(lanes).reduce((total, counts) => total + counts[of], 0);
  const dollars = modelledDollars({ ...lanes, tickBytes: after.tickBytes });
  const note = `${raw} raw frames of eight games at once`;
  return [
    row(
      `published, ${what}: messages`,
      (sum('sent') / raw) * MILLION,
      'per 1e6',
      `${note}, ${sum('taken')} said, ${sum('replaced')} overtaken`,
    ),
    row(
      `published, ${what}: batches`,
      (sum('batches') / raw) * MILLION,
      'per 1e6',
      `${note}; SQS bills three requests for each`,
    ),
    row(
      `published, ${what}: modelled dollars`,
      (dollars / raw) * MILLION,
      '$ per 1e6',
      `${note}; SQS and EventBridge`,
    ),
  ];
}

function difference(before: LaneCounts | null, after: LaneCounts): LaneCounts {
  const fields = Object.keys(after) as (keyof LaneCounts)[];
  return Object.fromEntries(
    fields.map((field) => [field, after[field] - (before?.[field] ?? 0)]),
  ) as LaneCounts;
}

function row(name: string, value: number, unit: string, note: string): BenchRow {
  return { name, value: rounded(value), unit, note };
}
