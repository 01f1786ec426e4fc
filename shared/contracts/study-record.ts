import type { NoLine } from '../domain/odds/assembly.ts';
import type { DevigMethod, DevigRefusal } from '../domain/odds/devig.ts';
import type { MethodChoice } from '../domain/reports/choose-method.ts';
import type { Estimate } from '../domain/reports/cluster-bootstrap.ts';
import type { SeriesScore } from '../domain/reports/score-series.ts';
import type { EntryRule } from '../domain/reports/shadow-bets.ts';
import type { ShadowScore } from '../domain/reports/shadow-score.ts';

/** One set of real closing odds, and how each method of taking the margin out did on it. */
export type DevigSetRecord = {
  readonly id: string;
  readonly title: string;
  /** Whose odds, of when, and what is an event. */
  readonly about: string;
  /** Asked for by name; the others stand beside them. */
  readonly isMain: boolean;
  readonly outcomes: readonly string[];
  readonly events: number;
  /** Days, by which is resampled. */
  readonly clusters: number;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly noted: Readonly<Record<string, number>>;
  readonly medianMargin: number;
  /** The method that the defaults use for this kind of book. */
  readonly kept: DevigMethod;
  readonly choice: MethodChoice<DevigMethod>;
  readonly methods: readonly (SeriesScore<DevigMethod> & {
    /** Events without an answer, by the code of the refusal. */
    readonly refused: Readonly<Partial<Record<DevigRefusal['code'], number>>>;
  })[];
};

/** What each method would have bought by one rule, and what came of it. */
export type ShadowRuleRecord = EntryRule & {
  /** The rule of the configuration; the others stand beside it. */
  readonly isConfigured: boolean;
  readonly methods: readonly ShadowScore<DevigMethod>[];
};

/** A close by which every method's bets are judged. */
export type ShadowYardstick = { readonly id: string; readonly title: string };

/** Contracts that each method would have bought on an exchange before the close: closing-line value and profit. */
export type ShadowRecord = {
  readonly matches: number;
  /** Days, by which is resampled. */
  readonly days: number;
  readonly leftOut: Readonly<Record<string, number>>;
  /** The method that the defaults use for the book whose earlier odds are taken. */
  readonly kept: DevigMethod;
  /** Which closes judge; the first is the one that stands where there is room for one only. */
  readonly yardsticks: readonly ShadowYardstick[];
  /** Matches on which a method said nothing, so that it bought nothing. */
  readonly refused: Readonly<Record<string, number>>;
  /**
   * Mean closing-line value of all contracts that could be bought, in cents, by the first yardstick: what a method that
   * knows nothing has. Null without matches.
   */
  readonly blindClv: number | null;
  readonly rules: readonly ShadowRuleRecord[];
};

export type DevigStudyRecord = {
  readonly study: 'devig';
  readonly seed: number;
  readonly resamples: number;
  readonly sets: readonly DevigSetRecord[];
  readonly shadow: ShadowRecord;
};

export type LineState = 'valid' | NoLine['kind'];

/** Shares of the time before the game, of one limit to the age of a quote. */
export type FreshnessRecord = {
  readonly maxAgeMs: number;
  readonly isConfigured: boolean;
  readonly books: readonly {
    readonly book: string;
    readonly shares: Readonly<Partial<Record<LineState, number>>>;
  }[];
  readonly rules: readonly { readonly rule: string; readonly share: number }[];
};

export type ArbitrationStudyRecord = {
  readonly study: 'arbitration';
  readonly seed: number;
  readonly resamples: number;
  readonly quotes: {
    readonly rows: number;
    readonly used: number;
    readonly leftOut: Readonly<Record<string, number>>;
    readonly snapshots: number;
    readonly gapMinutes: { readonly median: number; readonly p90: number; readonly most: number };
    readonly pitcherDays: number;
    readonly withOutcome: number;
    readonly props: number;
    readonly books: readonly {
      readonly book: string;
      readonly quotes: number;
      readonly medianMargin: number;
    }[];
  };
  readonly orders: {
    readonly orders: number;
    readonly messages: number;
    readonly duplicates: number;
    readonly checkpoints: number;
    readonly snapshotsBetween: number;
    /** Lines and refusals that one order makes. */
    readonly results: number;
    readonly lines: number;
    readonly sha256: string;
    /** One when every order made the same bytes. */
    readonly different: number;
    readonly sha256WithoutKalshi: string;
    /** What books were while messages were under way, in the orders where that was looked at. */
    readonly underWay: Readonly<Partial<Record<LineState, number>>>;
  };
  readonly freshness: readonly FreshnessRecord[];
  /** The shortest limit that leaves the blend nine tenths of the time in which it has a line at any age. */
  readonly supportedMaxAgeMs: number | null;
  readonly drift: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly n: number;
    readonly unchanged: number;
    readonly meanMove: number;
    readonly p95Move: number;
  }[];
  readonly scoredMaxAgeMs: number;
  readonly scores: readonly SeriesScore<string>[];
  readonly disagreement: readonly {
    readonly a: string;
    readonly b: string;
    readonly n: number;
    readonly difference: Estimate | null;
    readonly meanAbsolute: number;
    readonly p95Absolute: number;
  }[];
};
