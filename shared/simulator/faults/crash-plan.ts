import type { Rng } from '../rng.ts';

/** A process that died between two effects. Not a bug: whoever hosts the process catches it and starts another. */
export class Crash extends Error {
  override readonly name = 'Crash';
  readonly point: string;

  constructor(point: string) {
    super(`the process died at ${point}`);
    this.point = point;
  }
}

/** The process dies when it comes to `point` for the `occurrence`-th time, counted from 1. */
export type PlannedCrash<Point extends string> = {
  readonly point: Point;
  readonly occurrence: number;
};

/** Throws at planned occurrences of named points, each once. Its shape is that of the use cases' effect points. */
export class CrashPlan<Point extends string> {
  readonly #planned: readonly PlannedCrash<Point>[];
  readonly #happened: PlannedCrash<Point>[] = [];
  readonly #reached = new Map<Point, number>();

  constructor(planned: readonly PlannedCrash<Point>[]) {
    this.#planned = planned;
  }

  /** Counts a point, and dies there when it is planned. */
  reached(point: Point): void {
    const occurrence = this.timesReached(point) + 1;
    this.#reached.set(point, occurrence);
    const planned = this.#planned.find(
      (crash) => crash.point === point && crash.occurrence === occurrence,
    );
    if (planned === undefined) return;
    this.#happened.push(planned);
    throw new Crash(point);
  }

  timesReached(point: Point): number {
    return this.#reached.get(point) ?? 0;
  }

  /** The planned crashes that were met, in order of time. */
  get happened(): readonly PlannedCrash<Point>[] {
    return this.#happened;
  }
}

/** Draws crashes at different (point, occurrence), early occurrences being likelier; at most `count`. */
export function drawCrashes<Point extends string>(
  rng: Rng,
  options: { readonly points: readonly Point[]; readonly count: number },
): readonly PlannedCrash<Point>[] {
  const planned = new Map<string, PlannedCrash<Point>>();
  for (let index = 0; index < options.count && options.points.length > 0; index += 1) {
    const point = options.points[rng.integer(options.points.length)];
    const occurrence = 1 + Math.floor(rng.exponential(MEAN_OCCURRENCE));
    if (point !== undefined) planned.set(`${point} ${occurrence}`, { point, occurrence });
  }
  return [...planned.values()];
}

/** Crashes come at the first to about the tenth time that a point is reached. */
const MEAN_OCCURRENCE = 3;
