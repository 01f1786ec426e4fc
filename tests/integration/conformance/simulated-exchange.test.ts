import { describe, expect, it, onTestFinished } from 'vitest';
import { CHECKS } from '../../../local/conformance/check-list.ts';
import type { CheckNeed } from '../../../local/conformance/check.ts';
import type { ConformanceReport } from '../../../local/conformance/conformance-report.ts';
import {
  ConformanceProblem,
  runConformance,
  type ConformanceOptions,
} from '../../../local/conformance/run-conformance.ts';
import {
  startConformanceExchange,
  type ConformanceExchange,
} from '../../../local/conformance/simulated-exchange.ts';
import { machineTimers } from '../../support/stream-log.ts';

const ALL: ReadonlySet<CheckNeed> = new Set(['reads', 'refused_writes', 'orders']);

type Run = (
  change?: Partial<ConformanceOptions> & { readonly only?: readonly string[] },
) => Promise<ConformanceReport>;

async function start(
  options: Parameters<typeof startConformanceExchange>[1] = {},
): Promise<{ readonly exchange: ConformanceExchange; readonly run: Run }> {
  const timers = machineTimers();
  const exchange = await startConformanceExchange(timers, options);
  onTestFinished(exchange.close);
  return {
    exchange,
    run: ({ only, ...change } = {}) =>
      runConformance({
        environment: 'sim',
        ...exchange,
        allowed: ALL,
        timers,
        checks: CHECKS.filter(({ name }) => only?.includes(name) ?? true),
        ...change,
      }),
  };
}

const resultsOf = ({ results }: ConformanceReport) =>
  Object.fromEntries(results.map(({ name, result }) => [name, result]));

describe('the checks at the simulated exchange, over sockets', () => {
  it('every one holds, and nothing is left behind', async () => {
    const { run } = await start();
    const report = await run();
    expect(report.results.filter(({ result }) => result !== 'holds')).toEqual([]);
    expect(report.holds).toBe(CHECKS.length);
    expect(report.ordersSent).toBeGreaterThan(10);
    expect(report.leftBehind).toBe(0);
  });

  it.each([
    ['fill-or-kill', { fillOrKill: 'refused' }],
    ['post-only-cross', { postOnlyCross: 'accepted_cancelled' }],
    ['subscribing-twice', { stream: { subscribedAgain: 'extended' } }],
  ] as const)('%s differs where the exchange does otherwise', async (name, options) => {
    const { run } = await start(options);
    const report = await run({ only: [name] });
    expect(resultsOf(report)).toEqual({ [name]: 'differs' });
    expect(report.leftBehind).toBe(0);
  });

  it('where we are not its operator nothing differs, and what needs one cannot be seen', async () => {
    const { run, exchange } = await start();
    const { world: _world, otherKey: _otherKey, ...address } = exchange;
    const report = await runConformance({
      environment: 'sim',
      ...address,
      allowed: ALL,
      timers: machineTimers(),
    });
    expect(report.differs).toBe(0);
    expect(resultsOf(report)).toMatchObject({
      'signed-read': 'holds',
      'signed-stream': 'holds',
      'ed25519-encoding': 'unseen',
      'trading-paused': 'unseen',
      'market-inactive': 'holds',
    });
    // The same checks with the operator at hand.
    expect(resultsOf(await run({ only: ['trading-paused'] }))).toEqual({
      'trading-paused': 'holds',
    });
  });

  it('without permission no order is sent, and every check of one says so', async () => {
    const { run } = await start();
    const report = await run({ allowed: new Set<CheckNeed>(['reads', 'refused_writes']) });
    expect(report.ordersSent).toBe(0);
    const ordering = CHECKS.filter(({ need }) => need === 'orders').map(({ name }) => name);
    const results = report.results.filter(({ name }) => ordering.includes(name));
    expect(results).toHaveLength(ordering.length);
    for (const { result, seen } of results)
      expect([result, seen]).toEqual([
        'unseen',
        'it places an order: allow it with --yes-place-orders',
      ]);
  });

  it('a read-only run sends no write at all', async () => {
    const { run } = await start();
    const report = await run({ allowed: new Set<CheckNeed>(['reads']) });
    const needs = new Map(CHECKS.map(({ name, need }) => [name, need]));
    for (const { name, result } of report.results)
      if (needs.get(name) !== 'reads') expect([name, result]).toEqual([name, 'unseen']);
  });

  it('a key of another and an address of nobody end it with what to do', async () => {
    const { run, exchange } = await start();
    const { privateKeyPem } = exchange.otherKey;
    await expect(run({ key: { ...exchange.key, privateKeyPem } })).rejects.toThrow(
      /refuses the key \(HTTP 401\)/,
    );
    await exchange.close();
    await expect(run()).rejects.toThrow(ConformanceProblem);
  });
});
