import { describe, expect, it } from 'vitest';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { standingCauses } from '../../../shared/application/trading-causes.ts';
import { watchKey } from '../../../shared/application/watch-keys.ts';
import { scopesOf, worstState } from '../../../shared/domain/risk/trading-state.ts';
import type { ApiKey } from '../../../shared/ports/exchange-account.ts';
import { aMarket, NOON } from '../../support/trade-builders.ts';

const DAY = 86_400_000;

function desk() {
  const store = new MemoryHotStore();
  const telemetry = new MemoryTelemetry();
  const look = (expiresAtMs: number | null, keyId = 'ours') => {
    const key: ApiKey = { keyId, name: 'k', scopes: [], regionExpiresAtMs: expiresAtMs };
    return watchKey({
      account: { keys: () => Promise.resolve({ kind: 'read', value: [key] }) },
      keyId: 'ours',
      affected: () => ['SPORTS-1', 'SPORTS-1'],
      store,
      clock: { nowMs: () => NOON },
      telemetry,
    });
  };
  const state = async (eventTicker: string) =>
    worstState(
      await standingCauses(store),
      scopesOf({ ...aMarket({ eventTicker }), market: aMarket().ticker }),
    ).state;
  return { look, state, telemetry, logged: () => telemetry.lines().map(({ event }) => event) };
}

describe('a key whose statement of place runs out', () => {
  it('is a level in days, and an error under seven of them', async () => {
    const { look, state, telemetry, logged } = desk();
    await look(NOON + 30 * DAY + 1);
    expect(telemetry.gauges.get('exchange.key_attestation_days')).toBe(30);
    expect(logged()).toEqual([]);
    await look(NOON + 7 * DAY - 1);
    expect(telemetry.gauges.get('exchange.key_attestation_days')).toBe(6);
    expect(logged()).toEqual(['key_attestation_ends']);
    expect(await state('SPORTS-1')).toBe('open');
  });

  it('refuses new risk in the events that need it, and nowhere else, until it was renewed', async () => {
    const { look, state } = desk();
    await look(NOON);
    expect([await state('SPORTS-1'), await state('CLIMATE-1')]).toEqual(['refuse', 'open']);
    await look(NOON + 90 * DAY);
    expect(await state('SPORTS-1')).toBe('open');
  });

  it('that states none, or is not listed, stops nothing and is told', async () => {
    const { look, state, logged } = desk();
    expect(await look(null)).toEqual({ kind: 'read', expiresAtMs: null });
    expect(await look(NOON, 'another')).toEqual({ kind: 'not_listed' });
    expect(logged()).toEqual(['key_not_listed']);
    expect(await state('SPORTS-1')).toBe('open');
  });
});
