import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ImportRefusal } from './import-refusal.ts';

/** The last odds before an event, and what came of it. */
export type ClosingOdds = {
  /** Events of one cluster may depend on each other: those of one day. */
  readonly cluster: string;
  /** Decimal, of each outcome. */
  readonly decimalOdds: readonly number[];
  /** Which of them happened, from 0. */
  readonly happened: number;
};

/** What a source of closing odds holds. */
export type ClosingOddsSet = {
  readonly files: readonly string[];
  readonly events: readonly ClosingOdds[];
  /** Rows that are no event to learn from, by the reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Rows that are used and worth knowing of, by what they are. */
  readonly noted: Readonly<Record<string, number>>;
};

/** Counts by reason, in the order in which the reasons came. */
export class Tally {
  readonly #counts: Record<string, number> = {};

  add(reason: string): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }
}

/** The files of a folder whose names match, by name; none at all is refused with what is missing. */
export function filesIn(folder: string, name: RegExp, what: string): readonly string[] {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => name.test(file))
        .toSorted()
    : [];
  if (files.length === 0)
    throw new ImportRefusal({
      file: folder,
      line: null,
      found: `there is no ${what} in the folder`,
      allowed: 'the folder of the collected data holds it; name another with --data DIR',
    });
  return files.map((file) => join(folder, file));
}
