import { describe, expect, it } from 'vitest';
import { mapMarkets, tickerDate } from '../../../../shared/domain/mapping/map-markets.ts';
import type { GameListing } from '../../../../shared/domain/market/game-listing.ts';
import type { Market } from '../../../../shared/domain/market/market.ts';
import { aMarket } from '../../../support/trade-builders.ts';

const game = (away: string, home: string, change: Partial<GameListing> = {}): GameListing => ({
  gameId: `nfl-2026-11-22-${away}-${home}`,
  league: 'nfl',
  home: { code: home, name: `Home ${home}` },
  away: { code: away, name: `Away ${away}` },
  startTimeMs: 1_795_370_400_000,
  startConfirmed: true,
  easternDate: '2026-11-22',
  ...change,
});
const market = (ticker: string): Market => aMarket({ ticker });

describe('mapMarkets', () => {
  it('maps both markets of a game, with what shows it', () => {
    const { mapped, unmapped } = mapMarkets(
      [market('KXNFLGAME-26NOV22MIABUF-BUF'), market('KXNFLGAME-26NOV22MIABUF-MIA')],
      [game('MIA', 'BUF'), game('NO', 'ATL')],
    );
    expect(unmapped).toEqual([]);
    expect(mapped.map(({ mapping }) => [mapping.gameId, mapping.yesSide])).toEqual([
      ['nfl-2026-11-22-MIA-BUF', 'home'],
      ['nfl-2026-11-22-MIA-BUF', 'away'],
    ]);
    expect(mapped[0]?.mapping.evidence).toHaveLength(2);
  });

  it('knows the other codes of a team', () => {
    const { mapped } = mapMarkets(
      [market('KXNFLGAME-26NOV22WSHLAR-LAR')],
      [game('WAS', 'LA'), game('LAC', 'LV')],
    );
    expect(mapped[0]?.mapping).toMatchObject({ gameId: 'nfl-2026-11-22-WAS-LA', yesSide: 'home' });
  });

  it.each([
    ['KXNFLGAME', 'foreign_ticker'],
    ['KXNFLGAME-26NOV23MIABUF-BUF', 'no_such_game'],
    ['KXNFLGAME-26NOV22BUFMIA-BUF', 'no_such_game'],
    ['KXNFLGAME-26NOV22MIABUF-TIE', 'foreign_side'],
  ])('refuses %s: %s', (ticker, code) => {
    expect(mapMarkets([market(ticker)], [game('MIA', 'BUF')])).toEqual({
      mapped: [],
      unmapped: [{ market: ticker, code }],
    });
  });

  it('refuses a ticker that two listed games answer to', () => {
    const { unmapped } = mapMarkets(
      [market('KXNFLGAME-26NOV22MIABUF-BUF')],
      [game('MIA', 'BUF'), game('MIA', 'BUF', { gameId: 'another' })],
    );
    expect(unmapped).toEqual([{ market: 'KXNFLGAME-26NOV22MIABUF-BUF', code: 'ambiguous_game' }]);
  });
});

describe('tickerDate', () => {
  it('writes a day as tickers do', () => {
    expect(tickerDate('2026-11-22')).toBe('26NOV22');
    expect(tickerDate('2027-01-03')).toBe('27JAN03');
  });
});
