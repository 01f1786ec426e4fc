import type { Sport } from '../../../domain/market/leagues.ts';
import type { EventCompetitor, PartScore } from '../../../domain/market/scoreboard-event.ts';
import type { CompetitionFields, CompetitorFields } from './event-fields.ts';

type Sides = readonly [EventCompetitor, EventCompetitor];

const WHOLE = /^\d{1,4}$/;

/** The two sides of a competition, or why they cannot be told apart. `over` is whether a winner may be believed. */
export function sidesOf(
  sport: Sport,
  competition: CompetitionFields,
  over: boolean,
): Sides | string {
  switch (sport) {
    case 'football':
    case 'basketball':
    case 'hockey':
    case 'baseball':
    case 'soccer':
      return teams(competition.competitors, over);
    case 'tennis':
      return players(competition.competitors, over);
    case 'mma':
      return fighters(competition.competitors, over);
  }
}

/** Teams are told by `homeAway`, never by place in the list. */
function teams(competitors: readonly CompetitorFields[], over: boolean): Sides | string {
  const side = (which: 'home' | 'away') => competitors.find(({ homeAway }) => homeAway === which);
  const [home, away] = [side('home'), side('away')];
  if (home === undefined || away === undefined) return 'there is no home or no away side';
  const read = (from: CompetitorFields, which: 'home' | 'away'): EventCompetitor => ({
    ...common(from, over),
    name: from.team?.displayName ?? null,
    code: from.team?.abbreviation ?? null,
    side: which,
    score: scoreOf(from.score),
    shootoutScore: from.shootoutScore ?? null,
    parts: partsOf(from),
  });
  return [read(home, 'home'), read(away, 'away')];
}

/** Players are told by `order`: a draw lists either first, and `homeAway` may say "away" twice. */
function players(competitors: readonly CompetitorFields[], over: boolean): Sides | string {
  return ordered(competitors, (from) => ({
    ...common(from, over),
    name: drawnName(from.athlete?.displayName ?? from.roster?.displayName),
    parts: partsOf(from),
  }));
}

/** The numbers beside a fighter are the judges' totals. */
function fighters(competitors: readonly CompetitorFields[], over: boolean): Sides | string {
  return ordered(competitors, (from) => ({
    ...common(from, over),
    name: drawnName(from.athlete?.displayName),
    judgesTotals: (from.linescores ?? []).flatMap(({ value }) => value ?? []),
  }));
}

function ordered(
  competitors: readonly CompetitorFields[],
  read: (from: CompetitorFields) => EventCompetitor,
): Sides | string {
  const at = (order: number) => competitors.find((each) => each.order === order);
  const [first, second] = [at(1), at(2)];
  if (first === undefined || second === undefined) {
    // A match that is not drawn has "2" twice. Its places mean nothing yet, and its name is missing.
    const [one, other] = competitors.map(read);
    if (one !== undefined && other !== undefined && (one.name === null || other.name === null))
      return [one, other];
    return 'the two are not ordered 1 and 2';
  }
  return [read(first), read(second)];
}

/** "TBD", and "TBD / TBD" for a pair, is nobody. */
function drawnName(name: string | undefined): string | null {
  return name === undefined || /\bTBD\b/.test(name) ? null : name;
}

function common(from: CompetitorFields, over: boolean): EventCompetitor {
  return {
    id: from.id,
    name: null,
    code: null,
    side: null,
    score: null,
    shootoutScore: null,
    parts: [],
    judgesTotals: [],
    winner: over ? (from.winner ?? null) : null,
  };
}

/** A part without a value ends the list: what comes after it could not be placed. */
function partsOf({ linescores = [] }: CompetitorFields): readonly PartScore[] {
  const parts: PartScore[] = [];
  for (const { value, tiebreak } of linescores) {
    if (value === undefined) break;
    parts.push({ value, tiebreak: tiebreak ?? null });
  }
  return parts;
}

function scoreOf(score: CompetitorFields['score']): number | null {
  if (score === undefined) return null;
  if (typeof score === 'object') return score.value;
  return WHOLE.test(score) ? Number(score) : null;
}
