import {
  discoverMarkets,
  type DiscoverDeps,
  type Discovery,
} from '../../shared/application/discover-markets.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import { leaguesOff, seriesOn } from '../../shared/domain/mapping/series.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Read } from '../../shared/ports/exchange.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';

/** The series whose markets are followed. Warns of each league that is asked for and has none that is on. */
export function followedSeries(
  { leagues, unconfirmedSeries }: Pick<DomainConfig['feeds'], 'leagues' | 'unconfirmedSeries'>,
  telemetry: Telemetry,
): readonly string[] {
  for (const { league, series } of leaguesOff(leagues, unconfirmedSeries))
    telemetry.log('warn', 'league_not_followed', {
      league,
      why: `the form of its series was never compared with a recorded market; to follow it all the same put ${series.join(' or ')} into feeds.unconfirmedSeries`,
    });
  return seriesOn(leagues, unconfirmedSeries);
}

/** The markets of followed series. No series is none of the exchange's markets, where a discovery would read all. */
export async function discoverFollowed(
  deps: DiscoverDeps,
  { series, nowMs }: { readonly series: readonly string[]; readonly nowMs: EpochMs },
): Promise<Read<Pick<Discovery, 'kept'>>> {
  if (series.length === 0) return { kind: 'read', value: { kept: [] } };
  return discoverMarkets(deps, { series, nowMs });
}
