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

  it.each([
    ['what all positions may open with and one order more', null, 10_000, 5, 6_000_000],
    ['what is given', 12_345, 10_000, 5, 1_234_500],
    ['at most what the exchange takes', null, 100_000, 9, 100_000_000],
  ])('makes the limit of a fuse: %s', (_, fuseContracts, order, maxPositions, limit) => {
    const domain = toDomainConfig({
      ...DEFAULT_CONFIG,
      trading: { ...DEFAULT_CONFIG.trading, maxPositions },
      execution: { ...DEFAULT_CONFIG.execution, maxOrderContracts: order },
      risk: { ...DEFAULT_CONFIG.risk, fuseContracts },
    });
    expect(domain.risk.fuseLimit).toBe(limit);
  });

  it.each([
    [10_000, ['risk.fuseContracts']],
    [10_001, []],
  ])('lets no single order blow a fuse of %d contracts', (fuseContracts, paths) => {
    const risk = { ...DEFAULT_CONFIG.risk, fuseContracts };
    const problems = crossFieldProblems({ ...DEFAULT_CONFIG, risk });
    expect(problems.map(({ path }) => path)).toEqual(paths);
  });

  it.each([14_999, 30_001])('takes no quote that would live for %d ms', (quoteLifeMs) => {
    const execution = { ...DEFAULT_CONFIG.execution, quoteLifeMs };
    expect(configSchema.safeParse({ ...DEFAULT_CONFIG, execution }).success).toBe(false);
  });

  it('turns the cap of a stage into money', () => {
    const trading = { ...DEFAULT_CONFIG.trading, stagePositionCapDollars: '50.25' };
    const domain = toDomainConfig({ ...DEFAULT_CONFIG, trading });
    expect(domain.caps.stagePositionCap).toBe(50_250_000);
  });
});
