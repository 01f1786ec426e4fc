import type { FeeSchedule } from '../market/fee-schedule.ts';
import { ONE_CONTRACT } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { cost, MICROS_PER_CENT } from '../money/money.ts';
import type { Price } from '../money/price.ts';
import type { Probability } from '../money/probability.ts';
import {
  clusterBootstrap,
  ClusterSums,
  type Estimate,
  type Statistic,
} from './cluster-bootstrap.ts';
import type { Resampling } from './score-series.ts';
import { closingValue, settledProfit, shadowBets, type EntryRule } from './shadow-bets.ts';

/** A match on which contracts could be bought, and what the close and the result said of them. */
export type ShadowMatch = {
  /** Matches of one cluster may depend on each other: those of one day. */
  readonly cluster: string;
  /** What one contract on each outcome costs; null where there is none. */
  readonly asks: readonly (Price | null)[];
  /** Fair probabilities at the close, by each yardstick: the same for every series. */
  readonly closing: readonly (readonly Probability[])[];
  readonly happened: number;
};

/** What one way to a fair line said of each match; null where it refused, and then it buys nothing. */
export type ShadowSeries<Name extends string> = {
  readonly name: Name;
  readonly fair: readonly (readonly Probability[] | null)[];
};

/** Cents, with 95 % intervals by cluster bootstrap. */
export type ShadowMeasures<Value> = {
  /** Closing-line value before the fee, by each yardstick. */
  readonly clv: readonly Value[];
  /** What the close says the bets were worth after the fee (shadow EV), by each yardstick. */
  readonly value: readonly Value[];
  /** At settlement, after the fee. */
  readonly profit: Value;
};

/** An estimate, and the same with an interval for as many comparisons as there are other series (Bonferroni). */
export type OfMany = { readonly alone: Estimate | null; readonly ofMany: Estimate | null };

export type ShadowScore<Name extends string> = {
  readonly name: Name;
  /** Contracts that were bought. */
  readonly bets: number;
  /** Matches with a bet. */
  readonly matches: number;
  /** Means a contract in cents; null without bets. */
  readonly means: {
    readonly price: number;
    readonly fee: number;
    readonly promised: number;
  } | null;
  /** Cents a contract. */
  readonly perContract: ShadowMeasures<Estimate | null>;
  /**
   * Less the reference, cents a match over all matches; one without a bet counts zero. Null for the reference itself.
   */
  readonly difference:
    | (ShadowMeasures<OfMany> & {
        readonly than: Name;
        /** Matches on which the two bought different contracts. */
        readonly matchesApart: number;
      })
    | null;
};

/** What a series did on one match, in 1e-6 dollars. */
type Row = {
  readonly bought: string;
  /** Bets, price, fee, promised, then the measures. */
  readonly sums: readonly number[];
};

const BETS = 0;
const MEASURES_AT = 4;
const FAMILY_ERROR = 0.05;

/**
 * What each series would have bought by one rule, what the close said of it, and what it made; and each against
 * `reference` over all matches. Every series sees the same matches, asks, closes and draws, so differences are paired.
 * A mean a contract is a ratio of sums, so that a day with many bets counts as many.
 */
export function scoreShadow<Name extends string>({
  matches,
  series,
  reference,
  rule,
  fees,
  resampling,
}: {
  readonly matches: readonly ShadowMatch[];
  readonly series: readonly ShadowSeries<Name>[];
  readonly reference: Name;
  readonly rule: EntryRule;
  readonly fees: FeeSchedule;
  readonly resampling: Resampling;
}): readonly ShadowScore<Name>[] {
  const yardsticks = matches[0]?.closing.length ?? 0;
  const measures = 2 * yardsticks + 1;
  const width = MEASURES_AT + measures;
  const count = series.length * width;
  const sums = new ClusterSums(count + 1);
  const bought = series.map(({ fair }) =>
    matches.map((match, index) => rowOf(match, fair[index] ?? null, { rule, fees })),
  );
  matches.forEach(({ cluster }, index) => {
    const row = sums.row(cluster);
    add(row, count, [1]);
    bought.forEach((rows, which) => add(row, which * width, rows[index]?.sums ?? []));
  });
  const base = series.findIndex(({ name }) => name === reference);
  const others = Math.max(1, series.length - 1);
  const statistics = series.map((_, which): readonly Statistic[] => {
    const at = which * width;
    const each = Array.from({ length: measures }, (__, measure) => at + MEASURES_AT + measure);
    const theirs = base * width - at;
    return [
      ...each.map((of) => perUnit((row) => row[of] ?? 0, at + BETS)),
      ...(base < 0 || which === base
        ? []
        : each.flatMap((of) => {
            const less = perUnit((row) => (row[of] ?? 0) - (row[of + theirs] ?? 0), count);
            return [less, { ...less, confidence: 1 - FAMILY_ERROR / others }];
          })),
    ];
  });
  const estimates = clusterBootstrap({ sums, statistics: statistics.flat(), ...resampling });
  let next = 0;
  return series.map(({ name }, which) => {
    const own = estimates.slice(next, (next += statistics[which]?.length ?? 0));
    const rows = bought[which] ?? [];
    const than = own.length > measures ? bought[base] : undefined;
    return {
      name,
      bets: total(rows, BETS),
      matches: rows.filter((row) => row.bought !== '').length,
      means: meansOf(rows),
      perContract: measuresOf(own.slice(0, measures), yardsticks),
      difference:
        than === undefined
          ? null
          : {
              than: reference,
              matchesApart: rows.filter((row, index) => row.bought !== than[index]?.bought).length,
              ...measuresOf(inPairs(own.slice(measures)), yardsticks),
            },
    };
  });
}

function rowOf(
  { asks, closing, happened }: ShadowMatch,
  fair: readonly Probability[] | null,
  { rule, fees }: { readonly rule: EntryRule; readonly fees: FeeSchedule },
): Row {
  const bets = fair === null ? [] : shadowBets({ fair, asks, fees, rule });
  const sum = (of: (bet: (typeof bets)[number]) => number): number =>
    bets.reduce((all, bet) => all + of(bet), 0);
  const fee = sum((bet) => bet.fee);
  const clv = closing.map((fairAtClose) => sum((bet) => closingValue(bet, fairAtClose)));
  return {
    bought: bets.map(({ outcome }) => outcome).join(' '),
    sums: [
      bets.length,
      sum((bet) => cost(bet.price, ONE_CONTRACT)),
      fee,
      sum((bet) => bet.promised),
      ...clv,
      ...clv.map((value) => value - fee),
      sum((bet) => settledProfit(bet, happened)),
    ],
  };
}

function add(row: Float64Array, at: number, values: readonly number[]): void {
  values.forEach((value, column) => {
    row[at + column] = (row[at + column] ?? 0) + value;
  });
}

/** Cents for each of what column `count` counts; NaN of nothing. */
function perUnit(of: (sums: Float64Array) => number, count: number): Statistic {
  return { of: (sums) => of(sums) / (sums[count] ?? 0) / MICROS_PER_CENT };
}

function total(rows: readonly Row[], column: number): number {
  return rows.reduce((sum, row) => sum + (row.sums[column] ?? 0), 0);
}

function meansOf(rows: readonly Row[]): ShadowScore<string>['means'] {
  const bets = total(rows, BETS);
  const mean = (column: number): number => total(rows, column) / bets / MICROS_PER_CENT;
  return bets === 0 ? null : { price: mean(1), fee: mean(2), promised: mean(3) };
}

function inPairs(estimates: readonly (Estimate | null)[]): readonly OfMany[] {
  return Array.from({ length: estimates.length / 2 }, (_, pair) => ({
    alone: estimates[2 * pair] ?? null,
    ofMany: estimates[2 * pair + 1] ?? null,
  }));
}

function measuresOf<Value>(values: readonly Value[], yardsticks: number): ShadowMeasures<Value> {
  const profit = values[2 * yardsticks];
  invariant(profit !== undefined, 'the profit stands behind the closes');
  return {
    clv: values.slice(0, yardsticks),
    value: values.slice(yardsticks, 2 * yardsticks),
    profit,
  };
}
