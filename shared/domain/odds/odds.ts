/** How a bookmaker or a person writes odds. */
export type OddsFormat = 'decimal' | 'american' | 'probability';

/** Why a text is not odds in the stated format. */
export type OddsRefusal = {
  readonly kind: 'refused';
  readonly code:
    | 'not_a_number'
    | 'decimal_not_above_one'
    | 'american_within_hundred'
    | 'probability_outside_unit';
  readonly text: string;
  readonly format: OddsFormat;
};

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;
const EVEN_MONEY = /^(?:EVEN|EV)$/i;

/**
 * Decimal odds (stake included) of American odds: +108 wins 108 on 100, −113 needs 113 to win 100. Null when the value
 * lies strictly between −100 and +100, where American odds do not exist, or is not finite.
 */
export function decimalFromAmerican(american: number): number | null {
  if (!Number.isFinite(american) || Math.abs(american) < 100) return null;
  return american > 0 ? 1 + american / 100 : 1 - 100 / american;
}

/**
 * Reads odds as decimal odds above 1 (a float: odds are never money). American odds accept "+108", "108", "-113",
 * "EVEN" and "EV"; a probability lies strictly between 0 and 1. Blanks, exponents and digit groups are refused.
 */
export function parseOdds(text: string, format: OddsFormat): number | OddsRefusal {
  const refused = (code: OddsRefusal['code']): OddsRefusal => ({
    kind: 'refused',
    code,
    text,
    format,
  });
  if (format === 'american' && EVEN_MONEY.test(text)) return 2;
  if (!NUMBER.test(text)) return refused('not_a_number');
  const value = Number(text);
  switch (format) {
    case 'decimal':
      return value > 1 && Number.isFinite(value) ? value : refused('decimal_not_above_one');
    case 'american': {
      const odds = decimalFromAmerican(value);
      // −1e18 is 1 in float64, and a certainty has no odds.
      return odds !== null && odds > 1 ? odds : refused('american_within_hundred');
    }
    case 'probability':
      return value > 0 && value < 1 && Number.isFinite(1 / value)
        ? 1 / value
        : refused('probability_outside_unit');
  }
}
