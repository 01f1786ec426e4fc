import { join } from 'node:path';
import type { ShadowRecord, ShadowYardstick } from '../../shared/contracts/study-record.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { MICROS_PER_CENT, money, NO_MONEY, type Money } from '../../shared/domain/money/money.ts';
import { impliedProbability, type Probability } from '../../shared/domain/money/probability.ts';
import { devig, DEVIG_METHODS, type DevigMethod } from '../../shared/domain/odds/devig.ts';
import { contractPrice, type EntryRule } from '../../shared/domain/reports/shadow-bets.ts';
import { scoreShadow, type ShadowMatch } from '../../shared/domain/reports/shadow-score.ts';
import {
  readSoccerEarly,
  type EarlyMatch,
  type EarlyMatchSet,
} from '../../shared/replay/import/soccer-early.ts';
import {
  addedCounts,
  DIVISIONS,
  resamplingOf,
  type KeptMethods,
  type StudyInput,
} from './study-input.ts';

/**
 * The closes by which a bet is judged, the same for every method. The exchange's own has a margin of half a point, so
 * that the method which takes it out decides nothing.
 */
const YARDSTICKS: readonly (ShadowYardstick & {
  readonly close: 'bookClose' | 'exchangeClose';
  readonly method: DevigMethod;
})[] = [
  { id: 'shin', title: 'Pinnacle’s close by shin', close: 'bookClose', method: 'shin' },
  {
    id: 'proportional',
    title: 'Pinnacle’s close by proportional',
    close: 'bookClose',
    method: 'proportional',
  },
  { id: 'exchange', title: 'the exchange’s close', close: 'exchangeClose', method: 'proportional' },
];

const SHOWN_CENTS = [0, 1, 2, 5] as const;
const CENTS_PER_DOLLAR = 100;
const NO_CLOSE = 'a close from which no margin can be taken';

type ShadowInput = StudyInput & {
  readonly kept: KeptMethods;
  readonly minEdgePerContract: Money;
};

/** The study of shadow bets on the five leagues of the collected data. */
export async function studyShadow(input: ShadowInput): Promise<ShadowRecord> {
  const folder = join(input.dataDir, 'soccer-football-data');
  return shadowOf(
    await Promise.all(DIVISIONS.map(async (division) => readSoccerEarly(folder, division))),
    input,
  );
}

/**
 * What a taker would have bought on an exchange, days before matches, with a line from the book's odds of that time by
 * each method: one contract wherever the exchange's price promised more than a rule asks. Closing-line value, what the
 * close says the bets were worth after fees, and profit at settlement. All rules are shown, and none is
 * chosen by what came of it: the usual thresholds, the configured one, and one before fees, because hardly anything is
 * bought after them.
 */
export function shadowOf(sets: readonly EarlyMatchSet[], input: ShadowInput): ShadowRecord {
  const read = sets.flatMap(({ matches }) => matches);
  const judged = read.flatMap((early) => {
    const match = judgedMatch(early);
    return match === null ? [] : [{ early, match }];
  });
  const matches = judged.map(({ match }) => match);
  const leftOut = addedCounts(sets.map((set) => set.leftOut));
  if (matches.length < read.length) leftOut[NO_CLOSE] = read.length - matches.length;
  input.note(`Shadow bets: ${matches.length} matches, ${input.resamples} resamples`);
  const series = DEVIG_METHODS.map((name) => ({
    name,
    fair: judged.map(({ early }) => fairBy(name, early.odds.bookEarly)),
  }));
  return {
    matches: matches.length,
    days: new Set(matches.map(({ cluster }) => cluster)).size,
    leftOut,
    kept: input.kept.pinnacle,
    yardsticks: YARDSTICKS.map(({ id, title }) => ({ id, title })),
    refused: Object.fromEntries(
      series.map(({ name, fair }) => [name, fair.filter((one) => one === null).length]),
    ),
    blindClv: blindClv(matches),
    rules: rulesWith(input.minEdgePerContract).map((rule) => ({
      ...rule,
      isConfigured:
        rule.promise === 'after_fee' && rule.minPerContract === input.minEdgePerContract,
      methods: scoreShadow({
        matches,
        series,
        reference: 'proportional',
        rule,
        fees: STANDARD_FEES,
        // One stream for all rules: a threshold is compared with the next on the same draws.
        resampling: resamplingOf(input, 'shadow'),
      }),
    })),
  };
}

function rulesWith(configured: Money): readonly EntryRule[] {
  const shown = new Set([
    ...SHOWN_CENTS.map((cents) => money(cents * MICROS_PER_CENT)),
    configured,
  ]);
  return [
    { promise: 'before_fee', minPerContract: NO_MONEY },
    ...[...shown]
      .toSorted((a, b) => a - b)
      .map((minPerContract): EntryRule => ({ promise: 'after_fee', minPerContract })),
  ];
}

/** A match as the fold sees it; null where a close gives no fair probabilities. */
function judgedMatch({ cluster, happened, odds }: EarlyMatch): ShadowMatch | null {
  const closing = YARDSTICKS.flatMap(({ close, method }) => {
    const fair = fairBy(method, odds[close]);
    return fair === null ? [] : [fair];
  });
  return closing.length < YARDSTICKS.length
    ? null
    : { cluster, happened, closing, asks: odds.exchangeEarly.map(contractPrice) };
}

function fairBy(
  method: DevigMethod,
  decimalOdds: readonly number[],
): readonly Probability[] | null {
  const fair = devig(method, decimalOdds);
  return fair.kind === 'devigged' ? fair.probabilities : null;
}

/** Nothing is chosen here: every outcome that has a price, at that price. */
function blindClv(matches: readonly ShadowMatch[]): number | null {
  const values = matches.flatMap(({ asks, closing: [fair = []] }) =>
    asks.flatMap((ask, outcome) =>
      ask === null ? [] : [(fair[outcome] ?? 0) - impliedProbability(ask)],
    ),
  );
  const sum = values.reduce((all, value) => all + value, 0);
  return values.length === 0 ? null : (CENTS_PER_DOLLAR * sum) / values.length;
}
