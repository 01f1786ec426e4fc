import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { ASL_FEATURES } from '../../local/cloud/state-machine/asl-features.ts';
import { Functions } from '../../local/cloud/functions.ts';
import { Metrics } from '../../local/cloud/metrics.ts';
import { resolveJson } from '../../local/cloud/resolve-references.ts';
import { StateMachines } from '../../local/cloud/state-machine/state-machines.ts';
import type { ReconcileAnswer } from '../../functions/reconcile/handler.ts';
import { reportRequestSchema } from '../../shared/contracts/report-request.ts';
import { wiringSchema } from '../../shared/contracts/environment/wiring.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';

const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  readonly isValid: boolean;
  readonly errors: readonly unknown[];
};

const wiring = wiringSchema.parse(
  JSON.parse(readFileSync(new URL('../../infra/wiring.json', import.meta.url), 'utf8')),
);
const definition = resolveJson(wiring.stateMachines['daily-close']?.definition) as {
  readonly QueryLanguage?: string;
  readonly States: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

const AGREED: ReconcileAnswer = { kind: 'agreed' };
const UNDECIDED: ReconcileAnswer = { kind: 'undecided' };
const MISMATCH: ReconcileAnswer = { kind: 'mismatch' };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One close in which the looks answer as given; an Error is thrown. */
async function close(looks: readonly (ReconcileAnswer | Error)[], input: object = {}) {
  const clock = new Scheduler({ startMs: 1_000_000 });
  const metrics = new Metrics();
  const functions = new Functions({ timers: clock, metrics, onError: () => undefined });
  const reports: unknown[] = [];
  let look = 0;
  functions.register(
    'reconcile',
    () => {
      const answer = looks[look] ?? new Error('nobody looks so often');
      look += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    { timeoutMs: 55_000 },
  );
  functions.register(
    'build-report',
    (event) => {
      reports.push(event);
      return Promise.resolve({ runId: 'x' });
    },
    { timeoutMs: 300_000 },
  );
  const machines = new StateMachines({
    timers: clock,
    functions,
    metrics,
    machines: { 'daily-close': { definition } },
  });
  machines.startExecution({ machine: 'daily-close', input });
  await clock.run({ untilMs: 10_000_000, turn });
  const [execution] = machines.executions;
  return { execution, reports, looked: look };
}

describe('the definition', () => {
  test('is valid ASL in JSONPath', () => {
    const { isValid, errors } = validate(definition);
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
    expect(definition.QueryLanguage).toBe('JSONPath');
  });

  test('uses nothing that the embedded run does not serve', () => {
    const served: Readonly<Record<string, readonly string[]>> = ASL_FEATURES.states;
    for (const [name, state] of Object.entries(definition.States)) {
      const allowed = [...ASL_FEATURES.everyState, ...(served[String(state['Type'])] ?? [])];
      for (const field of Object.keys(state))
        expect([name, field, allowed.includes(field)]).toEqual([name, field, true]);
    }
  });

  test('holds no arithmetic', () => {
    expect(JSON.stringify(definition)).not.toMatch(/States\.\w+\(/);
  });
});

describe('a close', () => {
  test('whose books agree at once looks once, reports and succeeds', async () => {
    const { execution, reports, looked } = await close([AGREED]);
    expect([execution?.status, looked, reports.length]).toEqual(['SUCCEEDED', 1, 1]);
  });

  test('waits ten seconds for what is in flight, and looks again', async () => {
    const { execution, looked } = await close([UNDECIDED, UNDECIDED, AGREED]);
    expect([execution?.status, looked]).toEqual(['SUCCEEDED', 3]);
    expect((execution?.stopMs ?? 0) - (execution?.startMs ?? 0)).toBeGreaterThanOrEqual(20_000);
  });

  test('that never agrees reports all the same, and fails so that somebody is told', async () => {
    const { execution, reports, looked } = await close([MISMATCH, MISMATCH, MISMATCH]);
    expect([execution?.status, execution?.error]).toEqual(['FAILED', 'NotReconciled']);
    expect([looked, reports.length]).toEqual([3, 1]);
  });

  test('that cannot look reports all the same, and fails', async () => {
    const { execution, reports } = await close([new Error('the exchange is gone')]);
    expect([execution?.status, execution?.error]).toEqual(['FAILED', 'NotReconciled']);
    expect(reports).toHaveLength(1);
  });

  test('hands on what it was started with, and a report can be made of it', async () => {
    const { reports } = await close([AGREED], { runId: 'sunday', title: 'A Sunday' });
    expect(reportRequestSchema.parse(reports[0])).toEqual({ runId: 'sunday', title: 'A Sunday' });
  });
});
