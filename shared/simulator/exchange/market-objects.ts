import {
  encodeWholeMarket,
  type ToldOfMarket,
} from '../../adapters/kalshi/wire/market-object-encode.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import { ONE_DOLLAR, price, type Price } from '../../domain/money/price.ts';
import { marketRow } from './listed-rows.ts';
import type { Listing } from './listing.ts';
import type { MarketLife } from './market-lifecycle.ts';
import type { Strike } from './venue-facts.ts';

/** A market as the lists and `GET /markets/{ticker}` show it: its life of one time, its quotes of now. */
export function marketObject(
  listing: Listing,
  life: MarketLife,
  nowMs: EpochMs,
): Readonly<Record<string, unknown>> {
  const { exchangeMarket, quote } = marketRow(listing, life);
  return encodeWholeMarket(exchangeMarket, quote, toldOf(listing, life, nowMs));
}

function toldOf(listing: Listing, life: MarketLife, nowMs: EpochMs): ToldOfMarket {
  const { market, details, tape } = listing;
  const yesterday = tape.dayAgo(nowMs);
  return {
    yesSubTitle: details.yesSubTitle ?? market.title,
    noSubTitle: details.noSubTitle ?? market.title,
    createdAtMs: listing.createdAtMs,
    updatedAtMs: listing.updatedAtMs,
    latestExpirationMs: details.latestExpirationMs ?? life.closeTimeMs,
    occurrenceMs: details.occurrenceMs ?? null,
    settledAtMs: life.settledAtMs,
    feesWaivedUntilMs: details.feesWaivedUntilMs ?? null,
    earlyCloseCondition: details.earlyCloseCondition ?? null,
    rulesPrimary: details.rulesPrimary ?? `If ${market.title}, the market resolves to Yes.`,
    rulesSecondary: details.rulesSecondary ?? '',
    strike: details.strike === undefined ? {} : strikeFields(details.strike),
    structure: listing.structure,
    volume: listing.volume,
    volumeOneDay: contracts(tape.volumeOfDay(nowMs)),
    openInterest: listing.openInterest,
    previous: {
      bid: quoted(yesterday?.bid.close),
      ask: quoted(yesterday?.ask.close),
      price: quoted(yesterday?.trades?.close),
    },
    isProvisional: details.isProvisional ?? false,
    combo: details.combo ?? null,
  };
}

function quoted(value: number | undefined): Price | null {
  return value === undefined || value === 0 || value === ONE_DOLLAR ? null : price(value);
}

function strikeFields(strike: Strike): Readonly<Record<string, unknown>> {
  const type = { strike_type: strike.type };
  switch (strike.type) {
    case 'greater':
    case 'greater_or_equal':
      return { ...type, floor_strike: strike.floor };
    case 'less':
    case 'less_or_equal':
      return { ...type, cap_strike: strike.cap };
    case 'between':
      return { ...type, floor_strike: strike.floor, cap_strike: strike.cap };
    case 'functional':
      return { ...type, functional_strike: strike.functional };
    case 'custom':
    case 'structured':
      return { ...type, custom_strike: strike.custom };
  }
}
