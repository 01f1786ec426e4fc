import * as z from 'zod';

const count = z.int().min(0);
const line = z.string().max(2_000);
const epochMs = count;

/**
 * What build-report is asked for. An empty object asks for the account's books so far, as the schedule does; a host that
 * knows more of its run says it here. Keys that mean nothing to a report, such as those of a schedule's own event, are
 * passed over.
 */
export const reportRequestSchema = z.object({
  /** Also the folder of the report's files. */
  runId: z
    .string()
    .regex(
      /^[A-Za-z0-9_.-]{1,100}$/,
      'a run is named by letters, digits, dots, dashes, underscores',
    )
    .optional(),
  /** Of a run on one machine. */
  embedded: z
    .strictObject({ seed: count, scenario: line, compression: z.number().min(0) })
    .optional(),
  title: line.optional(),
  description: line.optional(),
  /** When the run began and ended; left out, the first and the last thing that is known of it. */
  startMs: epochMs.optional(),
  endMs: epochMs.optional(),
  wallMs: z.number().min(0).optional(),
  phasesMs: z.record(z.string(), z.number().min(0)).optional(),
  assumptions: z.array(line).optional(),
  queues: z
    .array(
      z.strictObject({
        queue: line,
        delivered: count,
        duplicated: count,
        deadLettered: count,
      }),
    )
    .optional(),
  faults: z.array(z.strictObject({ fault: line, injected: count, outcome: line })).optional(),
  invariants: z
    .array(
      z.strictObject({
        number: count,
        statement: line,
        checked: count,
        violated: count,
        firstViolation: line.nullable(),
      }),
    )
    .optional(),
  commit: z.string().nullable().optional(),
  branch: z.string().nullable().optional(),
});

export type ReportRequest = z.infer<typeof reportRequestSchema>;

/** What build-report answers: where it put its files, and the sums that whoever asked will look at first. */
export type ReportAnswer = {
  readonly runId: string;
  /** Keys in the bucket of reports. */
  readonly files: { readonly report: string; readonly summary: string; readonly decisions: string };
  readonly pnlMicros: number;
  readonly imbalanceMicros: number;
  readonly violated: number;
};
