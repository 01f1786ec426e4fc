/**
 * How properties draw: from one seed for all, so that a run of the tests has no luck in it, unless the environment asks
 * for another (FAIRLINE_PROPERTY_SEED, an integer of 32 bits or `random`) or for more runs (FAIRLINE_PROPERTY_RUNS).
 */

export type PropertySettings = {
  readonly seed: number | 'random';
  /** Each property runs at least this often; null when the environment does not say. */
  readonly leastRuns: number | null;
};

type Environment = Readonly<Record<string, string | undefined>>;

const USUAL_SEED = 20_260_917;
const USUAL_RUNS = 100;
const SEEDS = { least: -(2 ** 31), most: 2 ** 31 - 1 };
/** A run that takes a day finds no more than several that one can read about in between. */
const RUNS = { least: 1, most: 10_000_000 };

/** Throws when a variable is set to what is not allowed. */
export function propertySettings(environment: Environment): PropertySettings {
  const seed = environment['FAIRLINE_PROPERTY_SEED'] ?? String(USUAL_SEED);
  const leastRuns = environment['FAIRLINE_PROPERTY_RUNS'];
  return {
    seed: seed === 'random' ? seed : integer('FAIRLINE_PROPERTY_SEED', seed, SEEDS, ' or "random"'),
    leastRuns:
      leastRuns === undefined ? null : integer('FAIRLINE_PROPERTY_RUNS', leastRuns, RUNS, ''),
  };
}

/**
 * How often a property runs: `usual` times, or as often as the environment asks if that is more. Never less, as a test
 * may count what its runs have seen. Without a count of its own a property runs as often as fast-check would have it.
 */
export function runs(
  usual = USUAL_RUNS,
  environment: Environment = process.env,
): { readonly numRuns: number } {
  const { leastRuns } = propertySettings(environment);
  return { numRuns: Math.max(usual, leastRuns ?? usual) };
}

/** The command that draws again what a failing property of a file drew. */
export function replayCommand(
  file: string,
  { seed, leastRuns }: { readonly seed: number; readonly leastRuns: number | null },
): string {
  const more = leastRuns === null ? '' : ` FAIRLINE_PROPERTY_RUNS=${leastRuns}`;
  return `FAIRLINE_PROPERTY_SEED=${seed}${more} npx vitest run ${file}`;
}

function integer(
  name: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
  orElse: string,
): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < least || value > most)
    throw new Error(`${name} is "${text}", not an integer from ${least} to ${most}${orElse}`);
  return value;
}
