import { devig, DEVIG_METHODS, type DevigRefusal } from '../../shared/domain/odds/devig.ts';
import { parseOdds, type OddsFormat } from '../../shared/domain/odds/odds.ts';
import { UsageError } from '../usage-error.ts';
import { oneOf } from './one-of.ts';

export type DevigOptions = {
  /** A method's name, or `all`, which is taken when nothing is said. */
  readonly method?: string | undefined;
  /** Two or more odds, with commas between. */
  readonly odds: string;
  readonly format?: string | undefined;
};

const FORMATS: readonly OddsFormat[] = ['decimal', 'american', 'probability'];

const IN_FORMAT: Readonly<Record<OddsFormat, string>> = {
  decimal: 'decimal odds above 1, such as 1.91',
  american: 'American odds of at least 100 either way, such as +108, -113 or EVEN',
  probability: 'probabilities strictly between 0 and 1, such as 0.52',
};

/** `fairline devig`: fair probabilities of a bookmaker's odds, by one method or by all of them side by side. */
export function runDevig(options: DevigOptions): { readonly json: object; readonly text: string } {
  const asked = oneOf('--method', options.method ?? 'all', [...DEVIG_METHODS, 'all'] as const);
  const format = oneOf('--format', options.format ?? 'decimal', FORMATS);
  const texts = options.odds.split(',').map((text) => text.trim());
  const odds = texts.map((text) => decimalOdds(text, format));
  if (asked === 'all') return allMethods(texts, odds, options.odds);
  const result = devig(asked, odds);
  if (result.kind === 'refused') throw refusedOdds(result, options.odds);
  const { method, probabilities, margin } = result;
  const rows = texts.map((text, index) => {
    const fair = probabilities[index] ?? 0;
    return `${text.padStart(10)}   ${percent(fair).padStart(9)}   fair odds ${(1 / fair).toFixed(4)}`;
  });
  const notes = [`margin ${percent(margin)}`];
  if ('z' in result) notes.push(`insiders' share z ${percent(result.z)}`);
  return {
    json:
      'z' in result
        ? { method, probabilities, margin, z: result.z }
        : { method, probabilities, margin },
    text: [`${method}: ${notes.join(', ')}`, ...rows].join('\n'),
  };
}

/** One row a method. A method that refuses says why in its row; odds that no method takes are refused as a whole. */
function allMethods(
  texts: readonly string[],
  odds: readonly number[],
  given: string,
): { readonly json: object; readonly text: string } {
  const control = devig('proportional', odds);
  if (control.kind === 'refused') throw refusedOdds(control, given);
  const results = DEVIG_METHODS.map((method) => devig(method, odds));
  const cells = results.map((result): readonly string[] => {
    if (result.kind === 'refused') return [`refused: ${inShort(result)}`];
    const shares = result.probabilities.map((value) => percent(value).padStart(CELL));
    return 'z' in result ? [...shares, `   z ${percent(result.z)}`] : shares;
  });
  const heading = ['method'.padEnd(NAME), ...texts.map((text) => text.padStart(CELL))].join('');
  const rows = results.map(({ method }, i) => {
    const row = cells[i] ?? [];
    return `${method.padEnd(NAME)}${row.length === 1 ? '   ' : ''}${row.join('')}`;
  });
  const { margin } = control;
  return {
    json: {
      method: 'all',
      margin,
      methods: results.map((result) => {
        if (result.kind === 'refused')
          return { method: result.method, refused: result.code, why: inShort(result) };
        const { method, probabilities } = result;
        return 'z' in result ? { method, probabilities, z: result.z } : { method, probabilities };
      }),
    },
    text: [`margin ${percent(margin)}`, heading, ...rows].join('\n'),
  };
}

const NAME = 13;
const CELL = 12;

function inShort(refusal: DevigRefusal): string {
  switch (refusal.code) {
    case 'too_few_outcomes':
      return 'fewer than two outcomes';
    case 'odds_not_above_one':
      return `the odds of outcome ${refusal.index + 1} are not above 1`;
    case 'negative_margin':
      return 'no insiders explain odds that pay more than fair';
    case 'probability_outside_unit':
      return `outcome ${refusal.index + 1} would have no probability in (0, 1)`;
    case 'not_solved':
      return 'no answer within (0, 1)';
  }
}

/** Three digits behind the point show where methods differ; what they would show as nothing has two digits of its own. */
function percent(share: number): string {
  const small = share !== 0 && Math.abs(share) < 1e-4;
  return `${small ? (100 * share).toPrecision(2) : (100 * share).toFixed(3)} %`;
}

function decimalOdds(text: string, format: OddsFormat): number {
  const odds = parseOdds(text, format);
  if (typeof odds === 'number') return odds;
  throw new UsageError({
    what: `"${text}" in --odds cannot be read as ${format === 'probability' ? 'a probability' : `${format} odds`}.`,
    allowed: IN_FORMAT[format],
    todo: 'Correct it, or name another --format (decimal, american, probability).',
  });
}

function refusedOdds(refusal: DevigRefusal, odds: string): UsageError {
  switch (refusal.code) {
    case 'too_few_outcomes':
      return new UsageError({
        what: `--odds "${odds}" has ${refusal.outcomes} outcome.`,
        allowed: 'the odds of all outcomes of one event, at least two',
        todo: 'Give them with commas between: --odds 1.91,2.05',
      });
    case 'odds_not_above_one':
      return new UsageError({
        what: `Outcome ${refusal.index + 1} of --odds "${odds}" has decimal odds ${refusal.decimalOdds}.`,
        allowed: 'odds above 1',
        todo: 'Correct it: odds of 1 would return the stake and nothing else.',
      });
    case 'negative_margin':
      return new UsageError({
        what: `--odds "${odds}" pay more than fair: their margin is ${percent(refusal.margin)}.`,
        allowed: `for --method ${refusal.method}, odds with a margin of zero or more`,
        todo: 'Use --method proportional, power or odds-ratio, which have an answer for such odds; --method all shows every one.',
      });
    case 'probability_outside_unit':
      return new UsageError({
        what: `--method ${refusal.method} leaves outcome ${refusal.index + 1} of --odds "${odds}" no probability in (0, 1): their margin is ${percent(refusal.margin)}.`,
        allowed: 'odds for which every fair probability lies strictly between 0 and 1',
        todo: 'Check the odds, or use --method proportional, odds-ratio or shin; --method all shows which have an answer.',
      });
    case 'not_solved':
      return new UsageError({
        what: `--method ${refusal.method} has no answer within (0, 1) for --odds "${odds}" (margin ${percent(refusal.margin)}).`,
        allowed: 'odds for which every fair probability lies strictly between 0 and 1',
        todo: 'Check the odds, or use --method proportional.',
      });
  }
}
