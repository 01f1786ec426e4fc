/** What we aim at; nothing passes or fails by it. */
export type BenchAim = { readonly atMost: number } | { readonly atLeast: number };

/** One line of the bench table: what was measured, how much, in which unit, and under which conditions. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
  readonly aim?: BenchAim;
};

/** How a benchmark is run. */
export type BenchOptions = {
  /** A sixth of the time, where a benchmark runs for a given time. */
  readonly quick: boolean;
};

/** The aim and how the value stands to it; nothing where there is none. */
export function aimText({ value, aim }: BenchRow): string {
  if (aim === undefined) return '';
  const [word, bar] =
    'atMost' in aim ? (['at most', aim.atMost] as const) : (['at least', aim.atLeast] as const);
  const share = bar === 0 ? '' : ` (${Number((value / bar).toPrecision(2))} of it)`;
  return `aim ${word} ${bar.toLocaleString('en-US')}${share}; `;
}
