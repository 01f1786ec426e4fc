import type { Estimate } from './cluster-bootstrap.ts';
import type { SeriesScore } from './score-series.ts';

/** Which of several methods to use, as far as the events can tell. */
export type MethodChoice<Name extends string> =
  | {
      readonly kind: 'change';
      readonly from: Name;
      readonly to: Name;
      readonly difference: Estimate;
    }
  | {
      readonly kind: 'keep';
      readonly kept: Name;
      /** What had the lowest log loss; `kept` itself when nothing had a lower one. */
      readonly best: Name;
      /** Of `best` against `kept`; null when they are one. */
      readonly difference: Estimate | null;
      /** Whether `best` would win if it alone had been tried. */
      readonly wouldWinAlone: boolean;
    };

/** Two methods of one formula differ by rounding only. */
const ROUNDING = 1e-9;

/**
 * The method with the lowest log loss against `kept` on the same events, if the interval of the paired difference lies
 * below zero when all the methods that were tried are allowed for; otherwise the one that is used stays. A method that
 * refused an event that `kept` answered is no candidate: a better mean over fewer events is not the same opportunity.
 */
export function chooseMethod<Name extends string>(
  scores: readonly SeriesScore<Name>[],
  kept: Name,
): MethodChoice<Name> {
  const base = scores.find(({ name }) => name === kept);
  const rivals = scores
    .flatMap(({ name, n, differences }) => {
      const against = differences.find(({ than }) => than === kept);
      const logLoss = against?.logLoss ?? null;
      return base === undefined || n < base.n || against === undefined || logLoss === null
        ? []
        : [{ name, logLoss, ofMany: against.logLossOfMany }];
    })
    .filter(({ logLoss }) => logLoss.value < -ROUNDING)
    .toSorted((a, b) => a.logLoss.value - b.logLoss.value);
  const better = rivals.find(({ ofMany }) => ofMany !== null && ofMany.high < -ROUNDING);
  if (better !== undefined)
    return { kind: 'change', from: kept, to: better.name, difference: better.logLoss };
  const best = rivals.find(({ logLoss }) => logLoss.high < -ROUNDING) ?? rivals[0];
  return best === undefined
    ? { kind: 'keep', kept, best: kept, difference: null, wouldWinAlone: false }
    : {
        kind: 'keep',
        kept,
        best: best.name,
        difference: best.logLoss,
        wouldWinAlone: best.logLoss.high < -ROUNDING,
      };
}
