import { gameNamed, isNamed } from '../../domain/mapping/game-named.ts';
import type { GameListing } from '../../domain/market/game-listing.ts';
import type { GameState } from '../../domain/market/game-state.ts';
import type { ScoreboardFinding } from '../../domain/market/scoreboard-quality.ts';
import type { BoltListedGame } from './wire/catalogue.ts';
import { parseBoltLabel } from './wire/label.ts';
import type { BoltScore } from './wire/livescores.ts';
import { leagueOfSport } from './wire/sports.ts';
import { parseBoltWhen } from './wire/when.ts';

/**
 * Which confirmed game a score is of: by the start that the feed lists for it, else by the Eastern day in its label.
 * Home and away must stand as in ours. Null when none, or more than one, is meant.
 */
export function scoredGame(
  score: Pick<BoltScore, 'label' | 'universalId' | 'home' | 'away'>,
  listed: readonly BoltListedGame[],
  games: readonly GameListing[],
): GameListing | null {
  const { home, away, label, universalId } = score;
  const row = listed.find(
    (each) => each.label === label || (universalId !== null && each.universalId === universalId),
  );
  const startTimeMs = parseBoltWhen(row?.when ?? '');
  if (row !== undefined && typeof startTimeMs === 'number') {
    const said = { league: leagueOfSport(row.sport), home, away, startTimeMs };
    const named = gameNamed(games, said);
    return named.kind === 'found' ? named.game : null;
  }
  const day = parseBoltLabel(label)?.day;
  const [only, ...others] = games.filter(
    (game) =>
      game.easternDate === day &&
      isNamed(game.league, game.home, home) &&
      isNamed(game.league, game.away, away),
  );
  return others.length === 0 ? (only ?? null) : null;
}

const RANK: Readonly<Record<GameState['phase'], number>> = {
  off: 0,
  pregame: 0,
  live: 1,
  stopped: 1,
  final: 2,
};
const PHASES = ['upcoming', 'live', 'over'] as const;

/** What is odd between two states of one game: a score, a period or a phase that went back. */
export function oddities(before: GameState, after: GameState): readonly ScoreboardFinding[] {
  const findings: ScoreboardFinding[] = [];
  const [from, to] = [RANK[before.phase], RANK[after.phase]];
  const [phaseFrom, phaseTo] = [PHASES[from], PHASES[to]];
  if (to < from && phaseFrom !== undefined && phaseTo !== undefined)
    findings.push({ code: 'phase_went_back', from: phaseFrom, to: phaseTo });
  for (const [competitorId, was, is] of [
    ['home', before.homeScore, after.homeScore],
    ['away', before.awayScore, after.awayScore],
  ] as const)
    if (was !== null && is !== null && is < was)
      findings.push({ code: 'score_went_down', competitorId, from: was, to: is });
  if (before.period !== null && after.period !== null && after.period < before.period)
    findings.push({ code: 'period_went_back', from: before.period, to: after.period });
  return findings;
}
