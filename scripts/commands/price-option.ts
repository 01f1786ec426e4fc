import { ONE_DOLLAR, parsePrice, type Price } from '../../shared/domain/money/price.ts';
import { UsageError } from '../usage-error.ts';

/** The value of --price: a price that an order could carry, whatever the market's grid. */
export function priceOption(text: string): Price {
  const price = parsePrice(text);
  if (typeof price === 'number' && price > 0 && price < ONE_DOLLAR) return price;
  throw new UsageError({
    what: `--price is "${text}".`,
    allowed: 'dollars strictly between 0 and 1 with at most four decimals',
    todo: 'Give the price of one contract in dollars: --price 0.52',
  });
}
