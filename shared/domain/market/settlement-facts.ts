/** Who decides a result, as the exchange names it. The address may be empty. */
export type SettlementSource = { readonly name: string; readonly url: string };

/** The exchange's rules of one market in its own words; empty where it gives none. */
export type MarketRules = { readonly primary: string; readonly secondary: string };
