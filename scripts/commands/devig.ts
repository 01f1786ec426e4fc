import { devig, DEVIG_METHODS, type DevigRefusal } from '../../shared/domain/odds/devig.ts';
import { parseOdds, type OddsFormat } from '../../shared/domain/odds/odds.ts';
import { UsageError } from '../usage-error.ts';
import { oneOf } from './one-of.ts';

export type DevigOptions = {
  readonly method: string;
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

/** `fairline devig`: fair probabilities of a bookmaker's odds. */
export function runDevig(options: DevigOptions): { readonly json: object; readonly text: string } {
  const method = oneOf('--method', options.method, DEVIG_METHODS);
  const format = oneOf('--format', options.format ?? 'decimal', FORMATS);
  const texts = options.odds.split(',').map((text) => text.trim());
  const result = devig(
    method,
    texts.map((text) => decimalOdds(text, format)),
  );
  if (result.kind === 'refused') throw refusedOdds(result, options.odds);
  const { probabilities, margin } = result;
  const rows = texts.map((text, index) => {
    const fair = probabilities[index] ?? 0;
    return `${text.padStart(10)}   ${percent(fair).padStart(8)}   fair odds ${(1 / fair).toFixed(4)}`;
  });
  const notes = [`margin ${percent(margin)}`];
  if (result.method === 'shin') notes.push(`insiders' share z ${percent(result.z)}`);
  return {
    json:
      result.method === 'shin'
        ? { method, probabilities, margin, z: result.z }
        : { method, probabilities, margin },
    text: [`${method}: ${notes.join(', ')}`, ...rows].join('\n'),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function decimalOdds(text: string, format: OddsFormat): number {
  const odds = parseOdds(text, format);
  if (typeof odds === 'number') return odds;
  throw new UsageError({
    what: `"${text}" in --odds cannot be read as ${format} odds.`,
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
        what: `--odds "${odds}" pay more than fair: their margin is ${refusal.margin.toFixed(6)}.`,
        allowed: 'for --method shin, odds with a margin of zero or more',
        todo: 'Use --method proportional or --method power, which have an answer for such odds.',
      });
    case 'probability_outside_unit':
    case 'not_solved':
      return new UsageError({
        what: `--method ${refusal.method} has no answer within (0, 1) for --odds "${odds}" (margin ${refusal.margin.toFixed(6)}).`,
        allowed: 'odds for which every fair probability lies strictly between 0 and 1',
        todo: 'Check the odds, or use --method proportional.',
      });
  }
}
