import {
  gameSecond,
  HOCKEY_SIDES,
  otherSide,
  type HockeyPlay,
  type HockeyPlays,
  type HockeySide,
} from './hockey-events.ts';
import type { HockeyFindingLog } from './hockey-findings.ts';
import { checkCoverage } from './hockey-coverage.ts';
import { LEAST_SKATERS, onIceText, type OnIce } from './hockey-on-ice.ts';
import { isManDown, penaltySeconds, penaltySpans } from './hockey-penalties.ts';
import type { CheckedPlays } from './hockey-plays-check.ts';

/** How many of something were looked at, and in how many of them two sources say the same. */
export type HockeyAgreement = { readonly compared: number; readonly agreeing: number };

export type OnIceFigures = {
  /** Of the seconds of play the share in which both teams are on the ice in full, in [0, 1]. */
  readonly coverage: number;
  readonly strength: HockeyAgreement;
  readonly actors: HockeyAgreement;
};

type Known = { readonly game: HockeyPlays; readonly checked: CheckedPlays; readonly onIce: OnIce };

/** A hundredth of a game is 36 seconds: a shift or two of ten players. */
const LEAST_COVERAGE = 0.99;
/**
 * Above it plays and chart contradict one another. In seasons without a known fault 0.1 to 0.24 % of shots differ,
 * most at line changes; in games whose strength drifts it is more than 5 % (a public audit of fifteen seasons, see
 * docs/feeds.md).
 */
const MOST_CONTRADICTION = 0.05;
const MOST_ICE_SHARE = 0.65;
const LEAST_WINDOW_SECONDS = 10;

/** Looks at who was on the ice by the chart, by itself and beside what the plays tell. */
export function checkOnIce(known: Known, log: HockeyFindingLog): OnIceFigures {
  const coverage = checkCoverage(known, log);
  if (coverage < LEAST_COVERAGE)
    log.add(
      'coverage',
      `${percent(coverage)} of play, at least ${percent(LEAST_COVERAGE)} is needed`,
    );
  const strength = checkStrength(known, log);
  if (isContradicted(strength)) log.add('strength_drifts', agreementText(strength));
  const actors = checkActors(known, log);
  if (isContradicted(actors)) log.add('actors_off_ice', agreementText(actors));
  checkPenalties(known, log);
  checkIceTime(known, log);
  return { coverage, strength, actors };
}

/** A play at a change of lines may be of either moment: of the second that ends with it, or of the next. */
function momentsOf({ period, second }: HockeyPlay, checked: CheckedPlays): readonly number[] {
  const played = checked.played.get(period) ?? 0;
  return [second, second + 1].filter((one) => one >= 1 && one <= played);
}

function checkStrength({ checked, onIce }: Known, log: HockeyFindingLog): HockeyAgreement {
  let [compared, agreeing] = [0, 0];
  for (const play of checked.plays) {
    const { strength, event, period } = play;
    const moments = momentsOf(play, checked);
    const isOfPlay = event.kind === 'goal' || event.kind === 'attempt' || event.kind === 'faceoff';
    if (strength === null || !isOfPlay || moments.length === 0) continue;
    // A penalty shot is told as one skater against none.
    if (strength.away.skaters < LEAST_SKATERS || strength.home.skaters < LEAST_SKATERS) continue;
    compared += 1;
    const wrong = HOCKEY_SIDES.find((side) =>
      moments.every((second) => {
        const count = onIce.count(side, period, second);
        const told = strength[side];
        return count.skaters !== told.skaters || count.goalies !== told.goalies;
      }),
    );
    if (wrong === undefined) agreeing += 1;
    else {
      const seen = onIce.count(wrong, period, moments[0] ?? 0);
      log.add(
        'strength_differs',
        `told ${onIceText(strength[wrong])} at play ${play.playId} (${event.kind}), by the chart ${onIceText(seen)}`,
        { ...play, side: wrong },
      );
    }
  }
  return { compared, agreeing };
}

function checkActors({ checked, onIce }: Known, log: HockeyFindingLog): HockeyAgreement {
  let [compared, agreeing] = [0, 0];
  for (const play of checked.plays) {
    const moments = momentsOf(play, checked);
    if (moments.length === 0) continue;
    for (const playerId of play.actors) {
      compared += 1;
      if (moments.some((second) => onIce.isOn(playerId, play.period, second))) agreeing += 1;
      else
        log.add('actor_off_ice', `play ${play.playId} (${play.event.kind})`, {
          ...play,
          playerId,
        });
    }
  }
  return { compared, agreeing };
}

/** A penalty by itself leaves its team with fewer than the other, until it ends, a goal falls or another is called. */
function checkPenalties({ checked, onIce }: Known, log: HockeyFindingLog): void {
  const spans = [...penaltySpans(checked, 'away'), ...penaltySpans(checked, 'home')];
  const penalties = checked.plays.filter(isManDown);
  for (const play of penalties) {
    const { event, period } = play;
    const played = checked.played.get(period);
    if (event.kind !== 'penalty' || played === undefined) continue;
    const now = gameSecond(play);
    const isAlone = spans.filter(({ from, to }) => from <= now && now <= to).length === 1;
    if (!isAlone) continue;
    const next = checked.plays.find(
      (other) =>
        other !== play &&
        other.period === period &&
        gameSecond(other) >= now &&
        (other.event.kind === 'goal' || isManDown(other)),
    );
    const ends = play.second + penaltySeconds(play);
    const until = Math.min(ends, played, next?.second ?? played);
    if (until - play.second < LEAST_WINDOW_SECONDS) continue;
    let fewer = 0;
    for (let second = play.second + 1; second <= until; second += 1)
      if (
        bodies(onIce, event.side, period, second) <
        bodies(onIce, otherSide(event.side), period, second)
      )
        fewer += 1;
    if (fewer * 2 < until - play.second)
      log.add(
        'penalty_not_seen',
        `one down for ${fewer} of ${until - play.second} s after play ${play.playId}`,
        { ...play, side: event.side },
      );
  }
}

function bodies(onIce: OnIce, side: HockeySide, period: number, second: number): number {
  const { skaters, goalies } = onIce.count(side, period, second);
  return skaters + goalies;
}

function checkIceTime({ game, checked, onIce }: Known, log: HockeyFindingLog): void {
  const played = [...checked.played.values()].reduce((sum, seconds) => sum + seconds, 0);
  for (const playerId of onIce.players) {
    const seconds = onIce.secondsOf(playerId);
    const isGoalie = game.roster.get(playerId)?.isGoalie === true;
    if (isGoalie || seconds <= MOST_ICE_SHARE * played) continue;
    log.add('ice_time_implausible', `${seconds} s of ${played}`, { playerId });
  }
}

function isContradicted({ compared, agreeing }: HockeyAgreement): boolean {
  return compared - agreeing > MOST_CONTRADICTION * compared;
}

function agreementText({ compared, agreeing }: HockeyAgreement): string {
  return `${compared - agreeing} of ${compared}, at most ${percent(MOST_CONTRADICTION)} may`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
