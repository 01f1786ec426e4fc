/** One thing that is wrong with a configuration: where, what was found, what is allowed, and a name that was perhaps meant. */
export type ConfigProblem = {
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  readonly suggestion: string | null;
};

/** Carries every problem at once, so that nobody mends a file one run at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problemText).join('\n'));
    this.problems = problems;
  }
}

/** One line: `trading.positionFraction: found "0.2"; allowed: a fraction above 0 up to 0.10`. */
export function problemText(problem: ConfigProblem): string {
  const where = problem.path === '' ? 'configuration' : problem.path;
  const meant = problem.suggestion === null ? '' : `; did you mean ${problem.suggestion}?`;
  return `${where}: ${problem.found}; allowed: ${problem.allowed}${meant}`;
}

const SHOWN_LENGTH = 80;

/** A found value as it is shown in a message: JSON, cut when long. */
export function foundText(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return `found ${text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text}`;
}
