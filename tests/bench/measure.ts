/** Seconds of the fastest of a few rounds: what the code costs, not what else the machine was doing. */
export function fastestSeconds(rounds: number, work: () => void): number {
  let fastest = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    work();
    fastest = Math.min(fastest, performance.now() - startedMs);
  }
  return fastest / 1_000;
}

/** To three significant digits: nothing that is timed is known better. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The value that so large a share of all does not exceed, by nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
