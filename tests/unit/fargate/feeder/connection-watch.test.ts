import { describe, expect, it } from 'vitest';
import {
  connectionState,
  ConnectionWatch,
  DISCONNECTED_ALARM_MS,
} from '../../../../fargate/feeder/connection-watch.ts';
import { MemoryTelemetry } from '../../../../shared/adapters/memory/memory-telemetry.ts';
import { NOON } from '../../../support/trade-builders.ts';

const up = { connected: true, lastFrameMs: NOON };
const down = { connected: false, lastFrameMs: NOON };

describe('the state of all connections', () => {
  it.each([
    ['connected', { kalshi: up, boltodds: up }],
    ['degraded', { kalshi: up, boltodds: down }],
    ['disconnected', { kalshi: down, boltodds: up }],
    ['disconnected', {}],
  ] as const)('is %s', (state, feeds) => {
    expect(connectionState(feeds)).toBe(state);
  });
});

describe('a connection that is away', () => {
  it('is an alarm after fifteen seconds, as long as it lasts, and told once', () => {
    const telemetry = new MemoryTelemetry();
    const watch = new ConnectionWatch(telemetry);
    const count = (): number => telemetry.counts.get('feeder.disconnected_kalshi') ?? 0;
    watch.look({ kalshi: down, boltodds: up }, NOON);
    watch.look({ kalshi: down, boltodds: up }, NOON + DISCONNECTED_ALARM_MS);
    expect(count()).toBe(0);
    watch.look({ kalshi: down, boltodds: up }, NOON + DISCONNECTED_ALARM_MS + 1);
    watch.look({ kalshi: down, boltodds: up }, NOON + DISCONNECTED_ALARM_MS + 1_001);
    expect(count()).toBe(2);
    watch.look({ kalshi: up, boltodds: up }, NOON + 30_000);
    watch.look({ kalshi: down, boltodds: up }, NOON + 31_000);
    watch.look({ kalshi: down, boltodds: up }, NOON + 45_000);
    expect(count()).toBe(2);
    expect(telemetry.lines().map(({ event }) => event)).toEqual([
      'feed_disconnected_long',
      'feed_back',
    ]);
    expect(telemetry.counts.get('feeder.disconnected_boltodds')).toBeUndefined();
  });
});
