import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import { formatPrice, ONE_DOLLAR, ZERO_PRICE, type Price } from '../../../domain/money/price.ts';
import type { ExchangeMarket } from '../../../ports/exchange.ts';
import { encodeMarketObject, type MarketQuote } from './markets.ts';

/** What a market object says beside what our own reading of it needs (docs.kalshi.com, "Get Market"). */
export type ToldOfMarket = {
  readonly yesSubTitle: string;
  readonly noSubTitle: string;
  readonly createdAtMs: EpochMs;
  readonly updatedAtMs: EpochMs;
  readonly latestExpirationMs: EpochMs;
  readonly occurrenceMs: EpochMs | null;
  readonly settledAtMs: EpochMs | null;
  readonly feesWaivedUntilMs: EpochMs | null;
  readonly earlyCloseCondition: string | null;
  readonly rulesPrimary: string;
  readonly rulesSecondary: string;
  /** The strike fields by their names on the wire. */
  readonly strike: Readonly<Record<string, unknown>>;
  readonly structure: string;
  readonly volume: Contracts;
  readonly volumeOneDay: Contracts;
  readonly openInterest: Contracts;
  /** Of a day ago; null where there was none. */
  readonly previous: {
    readonly bid: Price | null;
    readonly ask: Price | null;
    readonly price: Price | null;
  };
  readonly isProvisional: boolean;
  readonly combo: {
    readonly collection: string;
    readonly legs: readonly {
      readonly eventTicker: string;
      readonly market: string;
      readonly side: 'yes' | 'no';
    }[];
  } | null;
};

/** The whole market object, from the exchange's side. */
export function encodeWholeMarket(
  market: ExchangeMarket,
  quote: MarketQuote,
  told: ToldOfMarket,
): Readonly<Record<string, unknown>> {
  const { previous, combo } = told;
  return {
    ...encodeMarketObject(market, quote),
    yes_sub_title: told.yesSubTitle,
    no_sub_title: told.noSubTitle,
    created_time: formatRfc3339(told.createdAtMs),
    updated_time: formatRfc3339(told.updatedAtMs),
    latest_expiration_time: formatRfc3339(told.latestExpirationMs),
    ...timeField('occurrence_datetime', told.occurrenceMs),
    ...timeField('settlement_ts', told.settledAtMs),
    ...timeField('fee_waiver_expiration_time', told.feesWaivedUntilMs),
    can_close_early: true,
    ...(told.earlyCloseCondition !== null && { early_close_condition: told.earlyCloseCondition }),
    expiration_value: '',
    volume_fp: formatContracts(told.volume),
    volume_24h_fp: formatContracts(told.volumeOneDay),
    open_interest_fp: formatContracts(told.openInterest),
    previous_yes_bid_dollars: formatPrice(previous.bid ?? ZERO_PRICE),
    previous_yes_ask_dollars: formatPrice(previous.ask ?? ONE_DOLLAR),
    previous_price_dollars: formatPrice(previous.price ?? ZERO_PRICE),
    price_level_structure: told.structure,
    ...told.strike,
    rules_primary: told.rulesPrimary,
    rules_secondary: told.rulesSecondary,
    ...(told.isProvisional && { is_provisional: true }),
    ...(combo !== null && {
      mve_collection_ticker: combo.collection,
      mve_selected_legs: combo.legs.map(({ eventTicker, market: leg, side }) => ({
        event_ticker: eventTicker,
        market_ticker: leg,
        side,
      })),
    }),
  };
}

function timeField(name: string, atMs: EpochMs | null): Readonly<Record<string, string>> {
  return atMs === null ? {} : { [name]: formatRfc3339(atMs) };
}
