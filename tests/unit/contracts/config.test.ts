import { describe, expect, it } from 'vitest';
import {
  configSchema,
  crossFieldProblems,
  DEFAULT_CONFIG,
} from '../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../shared/contracts/domain-config.ts';

describe('the default configuration', () => {
  it('is accepted by its own schema and its rules between values', () => {
    expect(configSchema.parse(DEFAULT_CONFIG)).toEqual(DEFAULT_CONFIG);
    expect(crossFieldProblems(DEFAULT_CONFIG)).toEqual([]);
  });

  it('becomes integers in the units of the domain, exactly', () => {
    const domain = toDomainConfig(DEFAULT_CONFIG);
    expect(domain.openingCash).toBe(10_000_000_000);
    expect(domain.caps).toEqual({
      totalMillionths: 300_000,
      positionMillionths: 100_000,
      eventMillionths: 100_000,
      maxPositions: 5,
      stagePositionCap: null,
    });
    expect(domain.sizing).toEqual({ kind: 'fixed_fraction', millionths: 2_500 });
    expect(domain.kellySizing.nba).toEqual({
      kind: 'kelly',
      fractionMillionths: 220_000,
      certificate: null,
      fallbackMillionths: 2_500,
    });
    expect(domain.strategy.minEdgePerContract).toBe(50_000);
    expect(domain.strategy.exits).toEqual({
      stopLossMillionths: 150_000,
      stopLossCents: 8,
      profitTargetMillionths: 150_000,
      confirmMs: 3_000,
      collarCents: { critical: 10, medium: 2 },
    });
    expect(domain.pricing.limits).toEqual({
      quoteMaxAgeMs: { pregame: 30_000, live: 5_000 },
      sideStalenessMs: { pregame: 30_000, live: 5_000 },
    });
    expect(domain.execution.maxOrderCount).toBe(1_000_000);
  });

  it('turns the cap of a stage into money', () => {
    const trading = { ...DEFAULT_CONFIG.trading, stagePositionCapDollars: '50.25' };
    const domain = toDomainConfig({ ...DEFAULT_CONFIG, trading });
    expect(domain.caps.stagePositionCap).toBe(50_250_000);
  });
});
