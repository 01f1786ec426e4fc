import { findEdge, type EdgeInput } from '../../shared/domain/edge/find-edge.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { probability } from '../../shared/domain/money/probability.ts';
import { seededRng, type Rng } from '../../shared/simulator/rng.ts';
import { edgeInDecimals } from '../support/edge-oracle.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const CASES = 20_000;
const LEVELS = 5;

/** The edge in integers beside the same walk in decimal.js, on the same cases; both must decide alike. */
export function benchEdge(): BenchRow[] {
  const rng = seededRng(20_261_121);
  const cases = Array.from({ length: CASES }, () => randomCase(rng));
  let found = 0;
  for (const input of cases) {
    const result = findEdge(input);
    const [yes, no] = [edgeInDecimals(input, 'yes'), edgeInDecimals(input, 'no')];
    const both = result.kind === 'edge' ? result.both : { yes: null, no: null };
    invariant(
      JSON.stringify(both) === JSON.stringify({ yes, no }),
      'integers and decimals decide the same',
    );
    if (result.kind === 'edge') found += 1;
  }
  const integers = fastestSeconds(20, () => {
    for (const input of cases) findEdge(input);
  });
  const decimals = fastestSeconds(2, () => {
    for (const input of cases) {
      edgeInDecimals(input, 'yes');
      edgeInDecimals(input, 'no');
    }
  });
  const note = `${CASES} random books of ${LEVELS} levels a side, ${found} with an edge`;
  return [
    { name: 'edge: integers', value: rounded((integers / CASES) * 1e6), unit: 'µs', note },
    { name: 'edge: decimal.js', value: rounded((decimals / CASES) * 1e6), unit: 'µs', note },
    {
      name: 'edge: decimal.js against integers',
      value: rounded(decimals / integers),
      unit: 'ratio',
      note: `the same decision on all ${CASES}, to the millionth of a dollar`,
    },
  ];
}

/** Two sides around a middle, and a fair value near it: about as often with an edge as without. */
function randomCase(rng: Rng): EdgeInput {
  const middle = 10 + rng.integer(80);
  const side = (sign: 1 | -1) =>
    Array.from({ length: LEVELS }, (_, rank) => ({
      price: price(100 * Math.min(99, Math.max(1, middle + sign * (rank + 1)))),
      count: contracts(100 * (1 + rng.integer(500))),
    })).filter(({ price: at }, rank, all) => rank === 0 || at !== all[rank - 1]?.price);
  const fair = Math.min(0.99, Math.max(0.01, middle / 100 + 0.1 * rng.normal()));
  return {
    fair: probability(fair),
    view: { bids: side(-1), asks: side(1) },
    fees: STANDARD_FEES,
    minPerContract: money(50_000),
    maxCount: contracts(1_000_000),
  };
}
