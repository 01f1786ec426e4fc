import {
  gameSecond,
  HOCKEY_SIDES,
  otherSide,
  periodKindOf,
  periodSeconds,
  type HockeyPlay,
  type HockeyPlays,
  type HockeySide,
} from './hockey-events.ts';
import type { HockeyFindingLog } from './hockey-findings.ts';

/** Above it the order of plays is not to be trusted; recorded games have one or two that were entered late. */
const MOST_DISORDER = 0.02;

export type CheckedPlays = {
  /** Each once, in the source's order. */
  readonly plays: readonly HockeyPlay[];
  /** Seconds that were played of each period, the shoot-out left out. */
  readonly played: ReadonlyMap<number, number>;
  /** Goals of play, and of the shoot-out. */
  readonly goals: Readonly<Record<HockeySide, number>>;
  readonly shootoutGoals: Readonly<Record<HockeySide, number>>;
};

/** Looks at the plays of a game by themselves: their score, order and periods. */
export function checkPlays(game: HockeyPlays, log: HockeyFindingLog): CheckedPlays {
  if (game.phase !== 'over') log.add('not_over', `it is ${game.phase.replaceAll('_', ' ')}`);
  log.count('plays_unreadable', game.unreadable, 'see what is refused');
  const plays = inOrder(game.plays, log);
  checkClock(plays, game, log);
  const played = playedSeconds(plays, game);
  if (game.phase === 'over') checkPeriods(plays, log);
  const goals = countGoals(plays, false);
  const shootoutGoals = countGoals(plays, true);
  checkRunningScore(plays, log);
  if (game.phase === 'over') {
    checkFinalScore(game, { goals, shootoutGoals }, log);
    checkOutcome(game, plays, { goals, shootoutGoals }, log);
  }
  return { plays, played, goals, shootoutGoals };
}

function inOrder(plays: readonly HockeyPlay[], log: HockeyFindingLog): readonly HockeyPlay[] {
  const seen = new Set<string>();
  const once = plays.filter((play) => {
    if (seen.has(play.playId)) {
      log.add('play_repeated', `play ${play.playId}`, play);
      return false;
    }
    seen.add(play.playId);
    if (play.event.kind === 'unknown') log.add('kind_unknown', play.event.word, play);
    return true;
  });
  return once.toSorted((one, other) => one.order - other.order);
}

function checkClock(plays: readonly HockeyPlay[], game: HockeyPlays, log: HockeyFindingLog): void {
  let latest: HockeyPlay | null = null;
  let isGoal = false;
  for (const play of plays) {
    if (game.contest !== 'other' && play.periodKind !== periodKindOf(play.period, game.contest))
      log.add('period_wrong', `${play.periodKind} in period ${play.period}`, play);
    const most = periodSeconds(play.periodKind, game.contest);
    // A shoot-out has no clock: what is told of one says nothing.
    if (play.periodKind !== 'shootout' && play.second > most)
      log.add('play_outside_period', `second ${play.second} of ${most}, play ${play.playId}`, play);
    if (latest !== null && gameSecond(play) < gameSecond(latest)) {
      const by = gameSecond(latest) - gameSecond(play);
      log.add('play_out_of_order', `${by} s before play ${latest.playId}`, play);
      isGoal ||= play.event.kind === 'goal' || latest.event.kind === 'goal';
    } else latest = play;
  }
  const late = log.times('play_out_of_order');
  if (isGoal || late > MOST_DISORDER * plays.length)
    log.add('clock_disordered', `${late} of ${plays.length}${isGoal ? ', a goal among them' : ''}`);
}

/** A period of overtime ends with its goal. */
function playedSeconds(
  plays: readonly HockeyPlay[],
  game: HockeyPlays,
): ReadonlyMap<number, number> {
  const played = new Map<number, number>();
  for (const { period, periodKind, second, event } of plays) {
    if (periodKind === 'shootout') continue;
    const most = periodSeconds(periodKind, game.contest);
    if (periodKind === 'overtime' && event.kind === 'goal') played.set(period, second);
    else if (!played.has(period)) played.set(period, most);
  }
  return played;
}

function checkPeriods(plays: readonly HockeyPlay[], log: HockeyFindingLog): void {
  const last = Math.max(3, ...plays.map(({ period }) => period));
  for (let period = 1; period <= last; period += 1) {
    const own = plays.filter((play) => play.period === period);
    const kind = own[0]?.periodKind ?? 'regulation';
    if (kind === 'shootout') continue;
    const end = own.find(({ event }) => event.kind === 'period_end');
    const isSuddenEnd = kind === 'overtime' && own.some(({ event }) => event.kind === 'goal');
    if (!own.some(({ event }) => event.kind === 'period_start'))
      log.add('period_incomplete', 'it has no start', { period });
    if (end === undefined && !isSuddenEnd)
      log.add('period_incomplete', 'it has no end', { period });
    else if (end !== undefined && kind === 'regulation' && end.second !== 1_200)
      log.add('period_incomplete', `it ends after ${end.second} s`, end);
  }
  if (!plays.some(({ event }) => event.kind === 'game_end'))
    log.add('period_incomplete', 'the game has no end', { period: last });
}

function countGoals(
  plays: readonly HockeyPlay[],
  isShootout: boolean,
): Readonly<Record<HockeySide, number>> {
  const goals = { away: 0, home: 0 };
  for (const { event, periodKind } of plays)
    if (event.kind === 'goal' && (periodKind === 'shootout') === isShootout) goals[event.side] += 1;
  return goals;
}

function checkRunningScore(plays: readonly HockeyPlay[], log: HockeyFindingLog): void {
  const count = { away: 0, home: 0 };
  for (const play of plays) {
    if (play.event.kind !== 'goal' || play.periodKind === 'shootout') continue;
    const { side, score } = play.event;
    count[side] += 1;
    if (score === null || (score.away === count.away && score.home === count.home)) continue;
    const told = `${score.away}:${score.home}`;
    log.add('running_score_wrong', `told ${told}, counted ${count.away}:${count.home}`, {
      ...play,
      side,
    });
  }
}

type Goals = Pick<CheckedPlays, 'goals' | 'shootoutGoals'>;

/** The winner of a shoot-out is given one goal, however many it took (rule 84.4). */
function checkFinalScore(
  game: HockeyPlays,
  { goals, shootoutGoals }: Goals,
  log: HockeyFindingLog,
): void {
  for (const side of HOCKEY_SIDES) {
    const counted = goals[side] + (shootoutGoals[side] > shootoutGoals[otherSide(side)] ? 1 : 0);
    const told = game.teams[side].goals;
    if (counted !== told)
      log.add('goals_differ_from_score', `counted ${counted}, told ${told ?? 'none'}`, { side });
  }
}

/** A tie after regulation goes on, anything else does not; overtime ends with its one goal. */
function checkOutcome(
  game: HockeyPlays,
  plays: readonly HockeyPlay[],
  { goals, shootoutGoals }: Goals,
  log: HockeyFindingLog,
): void {
  const last = plays.reduce<HockeyPlay | null>(
    (found, play) => (found === null || play.period > found.period ? play : found),
    null,
  );
  const endedIn = last?.periodKind ?? null;
  if (game.endedIn !== null && game.endedIn !== endedIn)
    log.add('outcome_impossible', `said to end in ${game.endedIn}, plays end in ${endedIn}`);
  if (game.contest === 'other') return;
  const later = plays.filter(
    ({ event, periodKind }) => event.kind === 'goal' && periodKind === 'overtime',
  );
  const tie = goals.away === goals.home;
  const inRegulation = { ...goals };
  for (const { event } of later) if (event.kind === 'goal') inRegulation[event.side] -= 1;
  const isTiedInRegulation = inRegulation.away === inRegulation.home;
  if (isTiedInRegulation === (endedIn === 'regulation'))
    log.add(
      'outcome_impossible',
      `${inRegulation.away}:${inRegulation.home} after regulation, and it ends in ${endedIn}`,
    );
  if (later.length > 1) log.add('outcome_impossible', `${later.length} goals in overtime`);
  if (endedIn === 'overtime' && later.length === 0)
    log.add('outcome_impossible', 'it ends in overtime without a goal in it');
  if (endedIn === 'shootout' && (!tie || shootoutGoals.away === shootoutGoals.home))
    log.add('outcome_impossible', 'a shoot-out without a tie before it, or without a winner');
}
