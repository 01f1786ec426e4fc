import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { estimateTakerFee } from '../../shared/domain/market/fees.ts';
import { ONE_CONTRACT } from '../../shared/domain/money/contracts.ts';
import { parseScaled, trimDecimal } from '../../shared/domain/money/decimal-text.ts';
import { formatMoney, NO_MONEY } from '../../shared/domain/money/money.ts';
import { probability, type Probability } from '../../shared/domain/money/probability.ts';
import {
  KELLY_EQUITY_CAP_MILLIONTHS,
  kellyFraction,
  refuseKellyFraction,
} from '../../shared/domain/sizing/kelly.ts';
import { DEFAULT_FIXED_FRACTION_MILLIONTHS } from '../../shared/domain/sizing/size-order.ts';
import { UsageError } from '../usage-error.ts';
import { priceOption } from './price-option.ts';

export type KellyOptions = {
  readonly probability: string;
  readonly price: string;
  /** Share of the full Kelly bet, 0.10 to 0.50. */
  readonly fraction?: string | undefined;
  /** Count the taker fee of one contract. */
  readonly fee?: boolean | undefined;
};

const MILLION = 1_000_000;
const DEFAULT_FRACTION = '0.25';

/** `fairline kelly`: what Kelly would stake on one contract, and what Fairline stakes instead until it is certified. */
export function runKelly(options: KellyOptions): { readonly json: object; readonly text: string } {
  const chance = probabilityOption(options.probability);
  const price = priceOption(options.price);
  const fraction = fractionOption(options.fraction ?? DEFAULT_FRACTION);
  const fee =
    options.fee === true
      ? estimateTakerFee({ price, count: ONE_CONTRACT, schedule: STANDARD_FEES })
      : NO_MONEY;
  const full = kellyFraction({ probability: chance, legPrice: price, feePerContract: fee });
  const fractional = full * (fraction / MILLION);
  const capped = Math.min(fractional, KELLY_EQUITY_CAP_MILLIONTHS / MILLION);
  const fixed = DEFAULT_FIXED_FRACTION_MILLIONTHS / MILLION;
  return {
    json: {
      full,
      fraction: fraction / MILLION,
      fractional,
      capped,
      feePerContract: trimDecimal(formatMoney(fee)),
      acting: 'fixed_fraction',
      fixedFraction: fixed,
    },
    text: [
      `full Kelly        ${percent(full)} of equity`,
      `x ${fraction / MILLION}            ${percent(fractional)}`,
      `at most 1 %       ${percent(capped)}`,
      `The fixed fraction of ${percent(fixed)} applies until a calibration certificate exists; nobody can issue one yet.`,
    ].join('\n'),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(4)} %`;
}

function probabilityOption(text: string): Probability {
  const digits = parseScaled(text, 15);
  const value = Number(text);
  if (typeof digits === 'number' && value > 0 && value < 1) return probability(value);
  throw new UsageError({
    what: `--probability is "${text}".`,
    allowed: 'a number strictly between 0 and 1',
    todo: 'Give the probability that the contract pays: --probability 0.55',
  });
}

function fractionOption(text: string): number {
  const millionths = parseScaled(text, 6);
  if (typeof millionths === 'number' && refuseKellyFraction(millionths) === null) return millionths;
  throw new UsageError({
    what: `--fraction is "${text}".`,
    allowed: '0.10 to 0.50, with at most six decimals',
    todo: 'Give the share of the full Kelly bet: --fraction 0.25',
  });
}
