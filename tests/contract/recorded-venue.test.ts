import { money } from '../../shared/domain/money/money.ts';
import { RecordedVenue } from '../../shared/replay/recorded-venue.ts';
import { bar, OPEN_MS, replayMarket, resultEvent } from '../support/replay-fixture.ts';
import { exchangeContract } from './exchange-contract.ts';

exchangeContract('recorded prices', () => {
  const venue = new RecordedVenue({ openingCash: money(1_000_000_000), latency: 'same_bar' });
  const market = replayMarket().ticker;
  venue.onMarket(replayMarket(), OPEN_MS);
  // A thousand contracts traded at 51 cents: a tenth of them stands at 50 and at 52.
  venue.onBar(bar(1, 51), null);
  const nowMs = bar(1, 51).atMs;
  return {
    exchange: venue,
    market,
    depth: 10_000,
    nowMs: () => nowMs,
    catchUp: () => {},
    settle: (result) => venue.onResult({ ...resultEvent('yes', 2), result }),
  };
});
