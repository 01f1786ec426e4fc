import * as z from 'zod';
import { formatMoney, type Money } from '../domain/money/money.ts';

const count = z.int().min(0);
const micros = z.int();
const counts = z.record(z.string(), count);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hexadecimal digits');
/** Dollars with six digits; always the text of the integer beside it. */
const dollars = z.string().regex(/^-?\d+\.\d{6}$/, 'dollars are written with six digits');

const forecastScore = z.strictObject({
  label: z.string(),
  brier: z.number(),
  logLoss: z.number(),
});

const coverage = z.strictObject({
  spanMs: z.number().min(0),
  coveredMs: z.number().min(0),
  share: z.number().min(0).max(1).nullable(),
});

const estimate = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .nullable();

const lines = z.strictObject({
  reviewedFromMs: z.number(),
  reviewedToMs: z.number(),
  leagues: z.array(
    z.strictObject({
      league: z.string(),
      games: count,
      withState: count,
      lackingFinal: count,
      started: count,
      withOpening: count,
      withClosing: count,
      pregame: coverage,
      live: coverage,
      gaps: count,
      longestGapMs: z.number().min(0),
    }),
  ),
  judgedGames: count,
  unsettledGames: counts,
  paths: z.array(
    z.strictObject({
      path: z.string(),
      lines: count,
      games: count,
      brier: estimate,
      logLoss: estimate,
    }),
  ),
});

const base = {
  schemaVersion: z.literal(1),
  ticks: count,
  edges: count,
  orders: count,
  /** Orders by the state in which the run left them; they add up to `orders`. */
  ordersByState: counts,
  fills: count,
  positions: z.strictObject({ opened: count, closed: count }),
  exitsByRule: counts,
  skipsByReason: counts,
  decisions: count,
  feesMicros: micros,
  fees: dollars,
  pnlMicros: micros,
  pnl: dollars,
  messages: z.strictObject({ delivered: count, duplicated: count, deadLettered: count }),
  invariants: z.strictObject({
    checked: count,
    violated: count,
    byNumber: z.record(z.string(), z.strictObject({ checked: count, violated: count })),
  }),
  ledger: z.strictObject({ imbalanceMicros: micros }),
  modelVsMarket: z
    .strictObject({
      fairKind: z.enum(['line', 'model']),
      forecasts: count,
      moment: z.string(),
      fair: forecastScore,
      market: forecastScore,
    })
    .nullable(),
  /** Null where no lines are kept. */
  lines: lines.nullable(),
  timings: z.strictObject({
    wallMs: z.number().min(0),
    simulatedHours: z.number().min(0),
    simulatedHoursPerWallSecond: z.number().min(0),
    /** Wall milliseconds of the parts of the run, by name. */
    phasesMs: z.record(z.string(), z.number().min(0)),
  }),
  fingerprints: z.strictObject({
    fairline: z.string(),
    commit: z.string().nullable(),
    branch: z.string().nullable(),
    config: sha256,
    strategy: z.string(),
    model: z.string().nullable(),
    stage: z.string(),
    node: z.string(),
    platform: z.string(),
  }),
  decisionsSha256: sha256,
  assumptions: z.array(z.string()),
};

const virtualSummary = z.strictObject({
  mode: z.literal('virtual'),
  seed: count,
  scenario: z.string(),
  ...base,
});

const replaySummary = z.strictObject({
  mode: z.literal('replay'),
  recording: z.strictObject({
    directory: z.string(),
    markets: count,
    records: count,
    sha256,
    /** Records that were left out, by why. */
    refused: counts,
  }),
  /** Null where the spread was recorded and none is assumed. */
  halfSpreadCents: z.number().min(0).nullable(),
  halfSpreads: z.array(
    z.strictObject({
      cents: z.number().min(0),
      trades: count,
      feesMicros: micros,
      fees: dollars,
      pnlMicros: micros,
      pnl: dollars,
    }),
  ),
  ...base,
});

/** The whole system on one machine, on the machine's own clock. */
const embeddedSummary = z.strictObject({
  mode: z.literal('embedded'),
  runId: z.string(),
  seed: count,
  scenario: z.string(),
  /** How many seconds of the script pass in one second of the clock. */
  compression: z.number().min(0),
  ...base,
});

/** An account's books so far, folded from its stores. */
const accountSummary = z.strictObject({
  mode: z.literal('account'),
  runId: z.string(),
  ...base,
});

type Sums =
  | z.infer<typeof virtualSummary>
  | z.infer<typeof replaySummary>
  | z.infer<typeof embeddedSummary>
  | z.infer<typeof accountSummary>;

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

/** Totals that disagree with their parts: a summary that contradicts itself is refused before it is written. */
function contradictions(summary: Sums): readonly { path: string; message: string }[] {
  const found: { path: string; message: string }[] = [];
  const expect = (holds: boolean, path: string, message: string): void => {
    if (!holds) found.push({ path, message });
  };
  const amounts = [summary, ...(summary.mode === 'replay' ? summary.halfSpreads : [])];
  for (const amount of amounts) {
    expect(amount.fees === formatMoney(amount.feesMicros as Money), 'fees', 'is not feesMicros');
    expect(amount.pnl === formatMoney(amount.pnlMicros as Money), 'pnl', 'is not pnlMicros');
  }
  if (summary.mode === 'replay') {
    const { halfSpreadCents, halfSpreads } = summary;
    const own = halfSpreads.find(({ cents }) => cents === halfSpreadCents);
    if (halfSpreadCents === null)
      expect(halfSpreads.length === 0, 'halfSpreads', 'stands where none is assumed');
    else
      expect(own?.pnlMicros === summary.pnlMicros, 'halfSpreads', 'does not hold the run itself');
  }
  expect(sum(summary.ordersByState) === summary.orders, 'ordersByState', 'does not add up');
  const numbers = Object.values(summary.invariants.byNumber);
  const violated = numbers.reduce((total, one) => total + one.violated, 0);
  const checked = numbers.reduce((total, one) => total + one.checked, 0);
  expect(violated === summary.invariants.violated, 'invariants.violated', 'does not add up');
  expect(checked === summary.invariants.checked, 'invariants.checked', 'does not add up');
  return found;
}

/** summary.json: what a run was and what came of it, in integers, with the dollar texts beside them. */
export const runSummarySchema = z
  .discriminatedUnion('mode', [virtualSummary, replaySummary, embeddedSummary, accountSummary])
  .superRefine((summary, context) => {
    for (const { path, message } of contradictions(summary))
      context.addIssue({ code: 'custom', path: path.split('.'), message });
  });

export type RunSummary = z.infer<typeof runSummarySchema>;
export type VirtualSummary = Extract<RunSummary, { mode: 'virtual' }>;
export type ReplaySummary = Extract<RunSummary, { mode: 'replay' }>;
export type EmbeddedSummary = Extract<RunSummary, { mode: 'embedded' }>;
export type AccountSummary = Extract<RunSummary, { mode: 'account' }>;
