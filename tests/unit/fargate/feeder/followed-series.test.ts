import { describe, expect, it } from 'vitest';
import { discoverFollowed, followedSeries } from '../../../../fargate/feeder/followed-series.ts';
import { MemoryTelemetry } from '../../../../shared/adapters/memory/memory-telemetry.ts';
import type { DiscoverDeps } from '../../../../shared/application/discover-markets.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../../shared/contracts/domain-config.ts';

const unasked = () => Promise.reject(new Error('the exchange was asked'));

describe('the followed series', () => {
  it('are those that are confirmed or switched on; a league without one is warned of', () => {
    const telemetry = new MemoryTelemetry();
    const leagues = ['nfl', 'nhl', 'epl'] as const;
    const feeds = { leagues, unconfirmedSeries: ['KXEPLGAME'] };
    expect(followedSeries(feeds, telemetry)).toEqual(['KXNFLGAME', 'KXEPLGAME']);
    expect(telemetry.lines()).toMatchObject([
      { level: 'warn', event: 'league_not_followed', fields: { league: 'nhl' } },
    ]);
    expect(telemetry.lines()[0]?.fields['why']).toContain('put KXNHLGAME into feeds.unconfirmed');
  });

  it('are those of the NFL by default, and nothing is warned of', () => {
    const telemetry = new MemoryTelemetry();
    expect(followedSeries(toDomainConfig(DEFAULT_CONFIG).feeds, telemetry)).toEqual(['KXNFLGAME']);
    expect(telemetry.lines()).toEqual([]);
  });

  it('do not become every market of the exchange when there are none', async () => {
    const deps: DiscoverDeps = {
      catalogue: { series: unasked, seriesList: unasked, markets: unasked },
      filters: toDomainConfig(DEFAULT_CONFIG).filters,
      telemetry: new MemoryTelemetry(),
    };
    expect(await discoverFollowed(deps, { series: [], nowMs: 0 })).toEqual({
      kind: 'read',
      value: { kept: [] },
    });
    await expect(discoverFollowed(deps, { series: ['KXNFLGAME'], nowMs: 0 })).rejects.toThrow(
      'was asked',
    );
  });
});
