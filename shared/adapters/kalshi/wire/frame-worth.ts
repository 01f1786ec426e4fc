const DELTA = '{"type":"orderbook_delta","sid":';
const TRADE = '{"type":"trade","sid":';
const TICKER = '{"type":"ticker",';
const MARKET = '"market_ticker":"';

/**
 * What a frame is worth when there is no time for all of them, by its first bytes in the layout in which the exchange
 * writes it: deltas and public trades can be had again, of summaries the newest counts. Anything else, and any other
 * layout, is kept.
 */
export function frameWorth(
  text: string,
):
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop'; readonly subscription: number }
  | { readonly kind: 'newest'; readonly key: string } {
  const head = text.startsWith(DELTA) ? DELTA : text.startsWith(TRADE) ? TRADE : null;
  if (head !== null) {
    const subscription = Number.parseInt(text.slice(head.length, head.length + 16), 10);
    return Number.isSafeInteger(subscription) ? { kind: 'drop', subscription } : KEEP;
  }
  if (!text.startsWith(TICKER)) return KEEP;
  const from = text.indexOf(MARKET);
  const to = from === -1 ? -1 : text.indexOf('"', from + MARKET.length);
  return to === -1 ? KEEP : { kind: 'newest', key: text.slice(from + MARKET.length, to) };
}

const KEEP = { kind: 'keep' } as const;
