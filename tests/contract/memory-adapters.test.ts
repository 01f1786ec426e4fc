import { describe, expect, it } from 'vitest';
import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { MemoryLedgerStore } from '../../shared/adapters/memory/memory-ledger-store.ts';
import { MemoryRecorder } from '../../shared/adapters/memory/memory-recorder.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { decisionLogContract } from './decision-log-contract.ts';
import { ledgerStoreContract } from './ledger-store-contract.ts';
import { recorderContract } from './recorder-contract.ts';
import { telemetryContract } from './telemetry-contract.ts';

ledgerStoreContract('memory', () => Promise.resolve(new MemoryLedgerStore()));
decisionLogContract('memory', () => Promise.resolve(new MemoryDecisionLog()));
recorderContract('memory', () => {
  const recorder = new MemoryRecorder();
  return Promise.resolve({ recorder, read: () => Promise.resolve(recorder.messages()) });
});
telemetryContract('memory', () => {
  const telemetry = new MemoryTelemetry();
  return {
    telemetry,
    lines: () => telemetry.lines(),
    count: (metric) => telemetry.counts.get(metric) ?? 0,
  };
});

describe('bounded memory', () => {
  it('lets the oldest recordings go, says how many, and keeps their numbers', () => {
    const recorder = new MemoryRecorder(2);
    for (const payload of ['a', 'b', 'c'])
      recorder.record({ receivedMs: 0, source: 'kalshi', payload });
    expect(recorder.messages().map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(recorder.dropped).toBe(1);
  });

  it('lets the oldest lines go and goes on counting them', () => {
    const telemetry = new MemoryTelemetry(2);
    for (const event of ['a', 'b', 'c']) telemetry.log('warn', event, {});
    expect(telemetry.lines().map(({ event }) => event)).toEqual(['b', 'c']);
    expect(telemetry.counts.get('log.warn')).toBe(3);
  });
});
