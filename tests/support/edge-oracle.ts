import type { Edge, Leg } from '../../shared/domain/edge/edge.ts';
import type { EdgeInput } from '../../shared/domain/edge/find-edge.ts';
import { modelFeeDecimal } from '../../shared/domain/market/fee-model.ts';
import { contracts, type Contracts } from '../../shared/domain/money/contracts.ts';
import {
  contractsToDecimal,
  ExactDecimal,
  priceToDecimal,
} from '../../shared/domain/money/decimal.ts';
import { money } from '../../shared/domain/money/money.ts';
import type { Price } from '../../shared/domain/money/price.ts';

const UP = ExactDecimal.ROUND_UP;
const DOWN = ExactDecimal.ROUND_FLOOR;

/** The charge in dollars: the model to 1e-6, then to the balance's grid, one step more for a fractional count. */
function feeInDecimals(at: Price, count: Contracts, fees: EdgeInput['fees']): ExactDecimal {
  const fee = modelFeeDecimal({ role: 'taker', price: at, count, schedule: fees });
  const offGrid = contractsToDecimal(count).isInteger() ? 0 : '0.000099';
  return fee.toDecimalPlaces(6, UP).add(offGrid).toDecimalPlaces(4, UP);
}

/** The edge's walk in exact decimals: no integer, no shortcut. Amounts are turned into micros at the end. */
export function edgeInDecimals(input: EdgeInput, leg: Leg): Edge | null {
  const yes = new ExactDecimal(input.fair);
  const payout = (leg === 'yes' ? yes : new ExactDecimal(1).sub(yes)).toDecimalPlaces(6, DOWN);
  const threshold = new ExactDecimal(input.minPerContract).div(1e6);
  let edge: Edge | null = null;
  let [count, cost, fees] = [new ExactDecimal(0), new ExactDecimal(0), new ExactDecimal(0)];
  for (const level of leg === 'yes' ? input.view.asks : input.view.bids) {
    const at = priceToDecimal(level.price);
    const legPrice = leg === 'yes' ? at : new ExactDecimal(1).sub(at);
    const perContract = payout
      .sub(legPrice)
      .sub(feeInDecimals(level.price, contracts(100), input.fees));
    const room = contractsToDecimal(input.maxCount).sub(count);
    if (perContract.lte(threshold) || room.lte(0)) break;
    const taken = ExactDecimal.min(room, contractsToDecimal(level.count));
    count = count.add(taken);
    cost = cost.add(taken.mul(legPrice));
    fees = fees.add(feeInDecimals(level.price, contracts(taken.mul(100).toNumber()), input.fees));
    edge = {
      leg,
      limitPrice: level.price,
      count: contracts(count.mul(100).toNumber()),
      cost: money(cost.mul(1e6).toNumber()),
      fees: money(fees.mul(1e6).toNumber()),
      worstPerContract: money(perContract.mul(1e6).toNumber()),
      expected: money(
        payout.mul(count).toDecimalPlaces(6, DOWN).sub(cost).sub(fees).mul(1e6).toNumber(),
      ),
    };
  }
  return edge;
}
