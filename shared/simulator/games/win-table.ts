import { invariant } from '../../domain/money/invariant.ts';
import {
  FIELD_GOAL_POINTS,
  MAX_LEAD,
  TOUCHDOWN_POINTS,
  type ScoreProcess,
} from './score-process.ts';

const WIDTH = 2 * MAX_LEAD + 1;
// Constants of this module, because a test runner that rewrites imports makes each use of one a call
// (measured: 15 times slower).
const TOUCHDOWN = TOUCHDOWN_POINTS;
const FIELD_GOAL = FIELD_GOAL_POINTS;

/**
 * The exact probability that home wins by (steps left, home lead), by backward induction over the steps of the score
 * process: the value of a state is the mean of the values that follow it. Home leads run from -MAX_LEAD to MAX_LEAD.
 */
export class WinTable {
  readonly #steps: number;
  readonly #values: Float64Array;

  constructor(process: ScoreProcess) {
    this.#steps = process.steps;
    this.#values = new Float64Array((process.steps + 1) * WIDTH);
    fillDecided(this.#values, process.overtimeHome);
    for (let stepsLeft = 1; stepsLeft <= process.steps; stepsLeft += 1) {
      fillRow({
        process,
        values: this.#values,
        from: (stepsLeft - 1) * WIDTH,
        to: stepsLeft * WIDTH,
      });
    }
  }

  /** Probability in [0, 1] that home wins. */
  homeProbability(at: { readonly stepsLeft: number; readonly homeLead: number }): number {
    invariant(
      at.stepsLeft >= 0 && at.stepsLeft <= this.#steps && Math.abs(at.homeLead) <= MAX_LEAD,
      `the table holds steps 0..${this.#steps} and leads to ${MAX_LEAD}`,
    );
    return this.#values[at.stepsLeft * WIDTH + at.homeLead + MAX_LEAD] ?? Number.NaN;
  }
}

/** The probability that home wins from kickoff, without keeping the table: two rows in turn. */
export function kickoffHomeProbability(process: ScoreProcess): number {
  const values = new Float64Array(2 * WIDTH);
  fillDecided(values, process.overtimeHome);
  for (let stepsLeft = 1; stepsLeft <= process.steps; stepsLeft += 1) {
    const to = (stepsLeft % 2) * WIDTH;
    fillRow({ process, values, from: WIDTH - to, to });
  }
  return values[(process.steps % 2) * WIDTH + MAX_LEAD] ?? Number.NaN;
}

/** Offsets of the row that is known and of the row one step earlier, in one array. */
type RowStep = {
  readonly process: ScoreProcess;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
};

/** Row 0: no time is left. A tie is worth the overtime coin. */
function fillDecided(values: Float64Array, overtimeHome: number): void {
  values[MAX_LEAD] = overtimeHome;
  values.fill(1, MAX_LEAD + 1, WIDTH);
}

/**
 * One step back in time. Away from the edges the sum is written out: this loop is nearly the whole cost of a game.
 */
function fillRow(row: RowStep): void {
  const { values, from, to } = row;
  const { homeTouchdown, homeFieldGoal, awayTouchdown, awayFieldGoal } = row.process.rates;
  const none = 1 - homeTouchdown - homeFieldGoal - awayTouchdown - awayFieldGoal;
  for (let column = TOUCHDOWN; column < WIDTH - TOUCHDOWN; column += 1) {
    const at = from + column;
    values[to + column] =
      none * (values[at] as number) +
      homeTouchdown * (values[at + TOUCHDOWN] as number) +
      homeFieldGoal * (values[at + FIELD_GOAL] as number) +
      awayTouchdown * (values[at - TOUCHDOWN] as number) +
      awayFieldGoal * (values[at - FIELD_GOAL] as number);
  }
  for (let edge = 0; edge < TOUCHDOWN; edge += 1) {
    fillEdge(row, edge);
    fillEdge(row, WIDTH - 1 - edge);
  }
}

/** A cell near the largest lead: a score beyond it does not happen, so its probability stays where it is. */
function fillEdge(row: RowStep, column: number): void {
  const { rates } = row.process;
  const stay = row.values[row.from + column] ?? 0;
  const gain = (points: number): number => {
    const next = column + points;
    return next < 0 || next >= WIDTH ? 0 : (row.values[row.from + next] ?? 0) - stay;
  };
  row.values[row.to + column] =
    stay +
    rates.homeTouchdown * gain(TOUCHDOWN) +
    rates.homeFieldGoal * gain(FIELD_GOAL) +
    rates.awayTouchdown * gain(-TOUCHDOWN) +
    rates.awayFieldGoal * gain(-FIELD_GOAL);
}
