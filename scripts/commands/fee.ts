import type { FeeRole, MakerFeeType } from '../../shared/domain/market/fee-schedule.ts';
import { chargeFill, tradeFee, type BalancePrecision } from '../../shared/domain/market/fees.ts';
import { modelFeeDecimal } from '../../shared/domain/market/fee-model.ts';
import { parseContracts, type Contracts } from '../../shared/domain/money/contracts.ts';
import { parseScaled, trimDecimal } from '../../shared/domain/money/decimal-text.ts';
import { minimalText } from '../../shared/domain/money/decimal.ts';
import {
  cost,
  formatMoney,
  negate,
  NO_MONEY,
  type Money,
} from '../../shared/domain/money/money.ts';
import type { Price } from '../../shared/domain/money/price.ts';
import { UsageError } from '../usage-error.ts';
import { oneOf } from './one-of.ts';
import { priceOption } from './price-option.ts';

export type FeeOptions = {
  readonly role: string;
  readonly price: string;
  readonly count: string;
  readonly makerType?: string | undefined;
  readonly multiplier?: string | undefined;
  readonly precision?: string | undefined;
};

const ROLES: readonly FeeRole[] = ['taker', 'maker'];
const MAKER_TYPES: readonly MakerFeeType[] = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
];
const PRECISIONS = ['direct', 'intermediary', '0.0001', '0.01'] as const;
const PRECISION_OF: Readonly<Record<(typeof PRECISIONS)[number], BalancePrecision>> = {
  direct: 'direct',
  intermediary: 'intermediary',
  '0.0001': 'direct',
  '0.01': 'intermediary',
};

/** Multipliers are 0 to 10, in millionths; the exchange has 0, 0.5 and 1. */
const MULTIPLIER_SCALE = 6;
const HIGHEST_MULTIPLIER = 10_000_000;

/** `fairline fee`: the exchange's fee on one purchase filled at once, as modelled and as it would be booked. */
export function runFee(options: FeeOptions): { readonly json: object; readonly text: string } {
  const role = oneOf('--role', options.role, ROLES);
  const price = priceOption(options.price);
  const count = countOption(options.count, price);
  const schedule = {
    makerFeeType: oneOf('--maker-type', options.makerType ?? 'quadratic', MAKER_TYPES),
    multiplierMillionths: multiplierOption(options.multiplier ?? '1'),
  };
  const precision = PRECISION_OF[oneOf('--precision', options.precision ?? 'direct', PRECISIONS)];
  const fill = { role, price, count, schedule };
  const model = minimalText(modelFeeDecimal(fill));
  const charge = chargeFill({
    cashFlow: negate(cost(price, count)),
    tradeFee: tradeFee(fill),
    precision,
    accumulator: NO_MONEY,
  });
  const charged = dollars(charge.charged);
  return {
    json: { model, charged },
    text: [
      `model    $${model}`,
      `charged  $${charged}`,
      `         $${dollars(charge.tradeFee)} trade fee, $${dollars(charge.roundingFee)} rounding of the balance (${precision})`,
    ].join('\n'),
  };
}

function dollars(amount: Money): string {
  return trimDecimal(formatMoney(amount));
}

function countOption(text: string, price: Price): Contracts {
  const count = parseContracts(text);
  if (typeof count === 'number' && count > 0 && Number.isSafeInteger(count * price)) return count;
  throw new UsageError({
    what: `--count is "${text}".`,
    allowed: 'contracts above 0 with at most two decimals, worth less than nine billion dollars',
    todo: 'Give the number of contracts: --count 1 or --count 0.30',
  });
}

function multiplierOption(text: string): number {
  const millionths = parseScaled(text, MULTIPLIER_SCALE);
  if (typeof millionths === 'number' && millionths >= 0 && millionths <= HIGHEST_MULTIPLIER)
    return millionths;
  throw new UsageError({
    what: `--multiplier is "${text}".`,
    allowed: '0 to 10 with at most six decimals',
    todo: 'Give the multiplier of the series: --multiplier 0.5',
  });
}
