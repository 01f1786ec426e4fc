import type { ChoiceTest } from './choice-rules.ts';
import type { Sight } from './paths.ts';

/** A machine as it runs: everything read, every path compiled. */
export type Machine = {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  readonly timeoutMs: number | null;
};

export type Retrier = {
  readonly errors: readonly string[];
  readonly intervalMs: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelayMs: number | null;
};

export type Catcher = {
  readonly errors: readonly string[];
  readonly next: string;
  readonly write: ResultWriter;
};

/** Turns a sight into a value; it throws a StateError where it cannot. */
export type Reading = (sight: Sight) => unknown;
/** Puts a result into the raw input of the state. */
export type ResultWriter = (rawInput: unknown, result: unknown) => unknown;

export type State = {
  readonly name: string;
  readonly inputOf: Reading;
  /** Null where the state has no Parameters. */
  readonly parameters: Reading | null;
  readonly resultOf: Reading | null;
  readonly write: ResultWriter;
  readonly outputOf: Reading;
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
  /** Null at an end; states that decide for themselves have none either. */
  readonly next: string | null;
  readonly work: Work;
};

/** What a state does, apart from how its input and output are cut. */
export type Work =
  | {
      readonly kind: 'task';
      readonly call: (payload: unknown) => {
        readonly functionName: string;
        readonly payload: unknown;
      };
      /** `lambda:invoke` wraps the answer, the ARN of a function gives it as it is. */
      readonly wraps: boolean;
      readonly timeoutMs: number | null;
    }
  | {
      readonly kind: 'choice';
      readonly rules: readonly { readonly test: ChoiceTest; readonly next: string }[];
      readonly otherwise: string | null;
    }
  | { readonly kind: 'wait'; readonly untilMs: (sight: Sight, nowMs: number) => number }
  | { readonly kind: 'pass'; readonly result: { readonly value: unknown } | null }
  | {
      readonly kind: 'map';
      readonly items: Reading;
      readonly item: Reading | null;
      readonly processor: Machine;
      readonly maxConcurrency: number;
    }
  | { readonly kind: 'parallel'; readonly branches: readonly Machine[] }
  | { readonly kind: 'succeed' }
  | {
      readonly kind: 'fail';
      readonly error: (sight: Sight) => string;
      readonly cause: (sight: Sight) => string;
    };
