import { describe, expect, it } from 'vitest';
import { configSchema, DEFAULT_CONFIG } from '../../../shared/contracts/config.ts';
import { crossFieldProblems } from '../../../shared/contracts/config-rules.ts';
import { describeRule } from '../../../shared/domain/odds/arbitration.ts';
import { STANDARD_LIMITS } from '../../../shared/domain/odds/freshness.ts';
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
    expect(domain.pricing).toMatchObject({
      rule: { name: 'pinnacle_only' },
      limits: STANDARD_LIMITS,
      gameMaxAgeMs: 60_000,
    });
    expect(domain.feeds).toMatchObject({
      leagues: ['nfl'],
      books: ['pinnacle', 'draftkings', 'fanduel', 'betmgm'],
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

type Pricing = (typeof DEFAULT_CONFIG)['pricing'];
type Feeds = (typeof DEFAULT_CONFIG)['feeds'];

function withOdds(pricing: Partial<Pricing>, feeds: Partial<Feeds> = {}): typeof DEFAULT_CONFIG {
  return {
    ...DEFAULT_CONFIG,
    pricing: { ...DEFAULT_CONFIG.pricing, ...pricing },
    feeds: { ...DEFAULT_CONFIG.feeds, ...feeds },
  };
}

function wrongPaths(...change: Parameters<typeof withOdds>): readonly string[] {
  return crossFieldProblems(withOdds(...change)).map(({ path }) => path);
}

describe('the rules of odds', () => {
  const blend = { arbitration: 'weighted_blend' } as const;
  const { weights } = DEFAULT_CONFIG.pricing;

  it('become the one rule that arbitration knows, with the weights of every book', () => {
    const { pricing } = toDomainConfig(withOdds(blend));
    expect(describeRule(pricing.rule)).toBe(
      'weighted_blend of pinnacle 0.5, draftkings 0.15, fanduel 0.15, betmgm 0.2, at least 2',
    );
    expect(pricing.method).toEqual(DEFAULT_CONFIG.pricing.devig);
  });

  it('ask no book that no feed is asked for', () => {
    expect(wrongPaths({}, { books: 'pinnacle' })).toEqual([]);
    expect(wrongPaths({}, { books: 'draftkings' })).toEqual(['feeds.books']);
    expect(wrongPaths({ arbitration: 'pinnacle_then_draftkings' }, { books: 'pinnacle' })).toEqual([
      'feeds.books',
    ]);
    expect(wrongPaths(blend)).toEqual([]);
    expect(wrongPaths({ ...blend, weights: { ...weights, caesars: '0.1' } })).toEqual([
      'feeds.books',
    ]);
    expect(wrongPaths({ weights: { ...weights, caesars: '0.1' } })).toEqual([]);
  });

  it('ask for no more books than have a weight', () => {
    expect(wrongPaths({ ...blend, blendLeastBooks: 4 })).toEqual([]);
    expect(wrongPaths({ ...blend, blendLeastBooks: 5 })).toEqual(['pricing.blendLeastBooks']);
    expect(wrongPaths({ blendLeastBooks: 5 })).toEqual([]);
    const none = { ...weights, pinnacle: '0', draftkings: '0', fanduel: '0', betmgm: '0' };
    expect(wrongPaths({ ...blend, weights: none, blendLeastBooks: 1 })).toEqual([
      'pricing.blendLeastBooks',
    ]);
  });

  it('know only the leagues and books that there are, each once', () => {
    expect(wrongPaths({}, { leagues: 'nfl,nba,ligue-1,atp,ufc' })).toEqual([]);
    expect(wrongPaths({}, { leagues: 'nfl,xfl' })).toEqual(['feeds.leagues']);
    for (const book of ['kalshi', 'polymarket', 'Pinnacle'])
      expect(wrongPaths({}, { books: `pinnacle,${book}` })).toEqual(['feeds.books']);
    const { feeds } = toDomainConfig(
      withOdds({}, { leagues: 'nba,nba', books: 'pinnacle,pinnacle' }),
    );
    expect(feeds).toMatchObject({ leagues: ['nba'], books: ['pinnacle'] });
  });

  it('switch on only series that there are and that are off', () => {
    const { feeds } = toDomainConfig(withOdds({}, { unconfirmedSeries: 'KXEPLGAME,KXNHLGAME' }));
    expect(feeds.unconfirmedSeries).toEqual(['KXEPLGAME', 'KXNHLGAME']);
    expect(wrongPaths({}, { unconfirmedSeries: 'KXEPLGAME,KXNHLGAME' })).toEqual([]);
    for (const series of ['KXNFLTOTAL', 'kxeplgame', 'epl', 'KXNFLGAME'])
      expect(wrongPaths({}, { unconfirmedSeries: series })).toEqual(['feeds.unconfirmedSeries']);
    expect(toDomainConfig(DEFAULT_CONFIG).feeds.unconfirmedSeries).toEqual([]);
  });

  it('let what is asked for again and again live until the next look', () => {
    expect(wrongPaths({}, { oddsApi: 'on' })).toEqual([]);
    expect(wrongPaths({ polledMaxAgePregameMs: 60_000 }, { oddsApi: 'on' })).toEqual([
      'pricing.polledMaxAgePregameMs',
    ]);
    expect(wrongPaths({ polledMaxAgePregameMs: 60_000 })).toEqual([]);
    expect(wrongPaths({ gameMaxAgeMs: 15_000 })).toEqual(['pricing.gameMaxAgeMs']);
  });
});
