import type { Money } from '../money/money.ts';
import type { ExitRules } from '../exits/exit-rules.ts';

/** An immutable version of a strategy: never edited, only superseded. */
export type StrategyVersion = {
  readonly name: string;
  readonly version: string;
  /** Expected profit per contract after fees that an entry must exceed. */
  readonly minEdgePerContract: Money;
  /** Share of the displayed count that one order may take, in millionths. */
  readonly depthShareMillionths: number;
  /** Entries stop this long before the market closes. */
  readonly closeGuardMs: number;
  readonly exits: ExitRules;
};
