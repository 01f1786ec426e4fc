import * as z from 'zod';
import { findTeam } from '../../../domain/mapping/teams.ts';
import { outcomesOf, type League } from '../../../domain/market/leagues.ts';
import type { GameOutcome } from '../../../domain/market/market.ts';
import type { LineLeg } from '../../../domain/odds/line.ts';
import { parseOdds } from '../../../domain/odds/odds.ts';
import { parseBoltLabel } from './label.ts';
import { malformed, NOTHING_ELSE, refuse, scopeOf, textOf, type BoltRefusal } from './refusal.ts';
import { leagueOfSport } from './sports.ts';

const MONEYLINE = 'Moneyline';
const DRAWS: ReadonlySet<string> = new Set(['draw', 'tie']);

const nameField = z.string().min(1).max(300);
export const gameData = z.object({
  sport: nameField,
  sportsbook: nameField,
  game: nameField,
  home_team: nameField,
  away_team: nameField,
  info: z.object({ id: z.string().nullish(), when: z.string().nullish() }).nullish(),
});
export const oddsData = gameData.extend({ outcomes: z.record(z.string(), z.unknown()) });
const outcomeFields = z.object({
  odds: z.unknown().optional(),
  outcome_name: z.string(),
  outcome_line: z.unknown().optional(),
  outcome_over_under: z.unknown().optional(),
  outcome_target: z.string().nullish(),
});

/** The feed repeats games with home and away exchanged: then the label and the sides must at least say the same. */
export function contradictsItself(data: z.output<typeof gameData>): boolean {
  const label = parseBoltLabel(data.game);
  if (label === null || label.home === data.home_team) return false;
  const league = leagueOfSport(data.sport);
  return isSame(league, label.home, data.away_team) && isSame(league, label.away, data.home_team);
}

/**
 * The moneyline legs of a message. Odds that cannot be read, and an outcome that stands twice with different odds,
 * are suspended beside a refusal: not quotable is never "unchanged". So are all three where a draw is quoted in a
 * league that has none: odds of three outcomes are not those of two, and while the draw stands later changes of a
 * side are not either. A winner of neither side is nothing in a whole statement, where what is missing is gone; in a
 * change it may be either side, and what the book said of the game is uncertain.
 */
export function decodeLegs(
  data: z.output<typeof oddsData>,
  base: Omit<LineLeg, 'side' | 'quote'>,
  isWhole: boolean,
): { readonly legs: readonly LineLeg[]; readonly refusals: readonly BoltRefusal[] } {
  const league = leagueOfSport(data.sport);
  const legs = new Map<GameOutcome, LineLeg>();
  const refusals: BoltRefusal[] = [];
  for (const [label, value] of Object.entries(data.outcomes)) {
    if (!isMoneyline(value)) continue;
    const outcome = outcomeFields.safeParse(value);
    if (!outcome.success) {
      refusals.push(malformed(`outcome ${label}`, outcome.error, scopeOf(data)));
      continue;
    }
    if (!isFullGame(outcome.data)) continue;
    const side = sideOf(outcome.data, data, league);
    if (side === null) {
      if (!isWhole)
        refusals.push(refuse('malformed', `outcome ${label} is of no side`, scopeOf(data)));
      continue;
    }
    const quote = quoteOf(outcome.data.odds);
    const known = legs.get(side);
    const clashes = known !== undefined && rawOf(known.quote) !== rawOf(quote ?? SUSPENDED);
    if (quote === null || clashes)
      refusals.push(
        refuse('malformed', `outcome ${label} odds ${textOf(outcome.data.odds)}`, NOTHING_ELSE),
      );
    legs.set(side, { ...base, side, quote: clashes ? SUSPENDED : (quote ?? SUSPENDED) });
  }
  if (!legs.has('draw') || league === null || outcomesOf(league).includes('draw'))
    return { legs: [...legs.values()], refusals };
  refusals.push(refuse('malformed', `a draw is quoted in ${data.sport}`, NOTHING_ELSE));
  const sides = ['home', 'away', 'draw'] as const;
  return { legs: sides.map((side) => ({ ...base, side, quote: SUSPENDED })), refusals };
}

/** What has no readable name may be anything, and is looked at. */
function isMoneyline(outcome: unknown): boolean {
  if (typeof outcome !== 'object' || outcome === null || !('outcome_name' in outcome)) return true;
  return typeof outcome.outcome_name !== 'string' || outcome.outcome_name === MONEYLINE;
}

const SUSPENDED: LineLeg['quote'] = { kind: 'suspended' };

function rawOf(quote: LineLeg['quote']): string | null {
  return quote.kind === 'quoted' ? quote.raw : null;
}

function isFullGame(outcome: z.output<typeof outcomeFields>): boolean {
  const { outcome_name: name, outcome_line: line, outcome_over_under: overUnder } = outcome;
  return name === MONEYLINE && (line ?? '') === '' && (overUnder ?? '') === '';
}

function sideOf(
  outcome: z.output<typeof outcomeFields>,
  data: z.output<typeof gameData>,
  league: League | null,
): GameOutcome | null {
  const target = outcome.outcome_target;
  if (target === null || target === undefined) return null;
  if (target === data.home_team) return 'home';
  if (target === data.away_team) return 'away';
  if (DRAWS.has(target.toLowerCase())) return 'draw';
  const isHome = isSame(league, target, data.home_team);
  const isAway = isSame(league, target, data.away_team);
  if (isHome === isAway) return null;
  return isHome ? 'home' : 'away';
}

/** Two names of one team: `ATL Braves` and `Atlanta Braves`. */
function isSame(league: League | null, one: string, other: string): boolean {
  if (one === other) return true;
  if (league === null) return false;
  const team = findTeam(league, one);
  return team !== null && team.code === findTeam(league, other)?.code;
}

/** American odds; empty, null or absent odds are a suspended leg, and anything else that is not odds is null. */
function quoteOf(odds: unknown): LineLeg['quote'] | null {
  if (odds === undefined || odds === null || odds === '') return SUSPENDED;
  if (typeof odds !== 'string' || odds.length > 20) return null;
  const decimalOdds = parseOdds(odds, 'american');
  return typeof decimalOdds === 'number' ? { kind: 'quoted', decimalOdds, raw: odds } : null;
}
