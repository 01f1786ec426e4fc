/** One line of the bench table: what was measured, how much, in which unit, and under which conditions. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
};
