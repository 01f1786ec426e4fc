import {
  gameSecond,
  HOCKEY_SIDES,
  otherSide,
  periodKindOf,
  periodSeconds,
  type HockeyEvent,
  type HockeyPeriodKind,
  type HockeyPlay,
  type HockeySide,
  type HockeyStrength,
} from '../../domain/market/hockey-events.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Rng } from '../rng.ts';
import { HockeyBench } from './hockey-bench.ts';
import { SIMULATED_TEAMS, toldOf, type HockeyGame } from './hockey-told.ts';

/**
 * Chances of a second and team: about 60 tries, 3 goals, 3 penalties and 25 hits in an hour, as in a game of the NHL.
 */
const TRY = 1 / 60;
const GOAL_OF_TRY = 1 / 20;
const PENALTY = 1 / 1_200;
const HIT = 1 / 140;
const STOPPAGE = 1 / 70;
const LINE_SECONDS = { least: 25, spread: 40 };
const PULLED_FROM = 1_110;
const MOST_DOWN = 2;
const MINOR = { minutes: 2, seconds: 120 };
/** A playoff game is decided long before: each of these periods has a goal six times in seven. */
const MOST_PERIODS = 30;
const SHOOTOUT_ROUNDS = 3;
const MOST_ROUNDS = 200;
const SHOOTOUT_GOAL = 1 / 3;

type Box = { readonly side: HockeySide; readonly playerId: string; readonly endsAt: number };

/**
 * A whole game of hockey, second by second: lines that change, penalties, goalies that are pulled, overtime and
 * shoot-out. It has no fault: plays, shifts, goals and strength say the same. Equal draws give an equal game.
 */
export function playHockeyGame(
  rng: Rng,
  options: { readonly contest: 'season' | 'playoff' },
): HockeyGame {
  return new HockeyMatch(rng, options.contest).play();
}

class HockeyMatch {
  readonly #rng: Rng;
  readonly #contest: 'season' | 'playoff';
  readonly #gameId: string;
  readonly #benches: Readonly<Record<HockeySide, HockeyBench>>;
  readonly #plays: HockeyPlay[] = [];
  readonly #goals = { away: 0, home: 0 };
  #box: readonly Box[] = [];
  #order = 8;
  #at: { period: number; kind: HockeyPeriodKind; second: number } = {
    period: 1,
    kind: 'regulation',
    second: 0,
  };

  constructor(rng: Rng, contest: 'season' | 'playoff') {
    this.#rng = rng;
    this.#contest = contest;
    this.#gameId = String(
      (contest === 'season' ? 2_026_020_001 : 2_026_030_001) + rng.integer(900),
    );
    const bench = (side: HockeySide): HockeyBench =>
      new HockeyBench({ gameId: this.#gameId, ...SIMULATED_TEAMS[side] });
    this.#benches = { away: bench('away'), home: bench('home') };
  }

  play(): HockeyGame {
    let winner: HockeySide | null = null;
    for (let period = 1; winner === null && period <= MOST_PERIODS; period += 1) {
      const kind = periodKindOf(period, this.#contest);
      this.#at = { period, kind, second: 0 };
      if (kind === 'shootout') winner = this.#shootout();
      else {
        this.#period();
        if (period >= 3 && this.#goals.away !== this.#goals.home)
          winner = this.#goals.away > this.#goals.home ? 'away' : 'home';
      }
    }
    invariant(winner !== null, 'a game of hockey is decided');
    this.#tell({ kind: 'game_end' }, []);
    return toldOf({
      gameId: this.#gameId,
      contest: this.#contest,
      benches: this.#benches,
      plays: this.#plays,
      goals: this.#goals,
      endedIn: this.#at.kind,
      winner,
    });
  }

  #period(): void {
    const length = periodSeconds(this.#at.kind, this.#contest);
    this.#send(true);
    this.#tell({ kind: 'period_start' }, []);
    this.#faceoff();
    let changeAt = this.#nextChange();
    for (let second = 1; second <= length; second += 1) {
      this.#at = { ...this.#at, second };
      const before = this.#wanted();
      const stop = this.#second();
      const isOver = stop === 'goal' && this.#at.kind === 'overtime';
      if (isOver || second === length) break;
      const now = gameSecond(this.#at);
      this.#box = this.#box.filter(({ endsAt }) => endsAt > now);
      const isFresh = stop !== null || second === changeAt;
      if (isFresh || this.#wanted() !== before) this.#send(isFresh);
      if (isFresh) changeAt = this.#nextChange();
      if (stop !== null) this.#faceoff();
    }
    for (const side of HOCKEY_SIDES) this.#benches[side].leave(this.#at.period, this.#at.second);
    const end = gameSecond(this.#at);
    this.#box = this.#box.filter(({ endsAt }) => endsAt > end);
    this.#tell({ kind: 'period_end' }, []);
  }

  #nextChange(): number {
    return this.#at.second + LINE_SECONDS.least + this.#rng.integer(LINE_SECONDS.spread);
  }

  /** What happens until the end of a second, and what stops play in it. */
  #second(): 'goal' | 'other' | null {
    for (const side of HOCKEY_SIDES) {
      const own = this.#benches[side];
      const against = this.#benches[otherSide(side)];
      if (this.#rng.chance(TRY)) {
        const goalie = against.goalie === null ? [] : [against.goalie];
        if (this.#rng.chance(GOAL_OF_TRY)) {
          this.#goal(side);
          return 'goal';
        }
        const isSaved = this.#rng.chance(0.5);
        this.#tell({ kind: 'attempt', side, outcome: isSaved ? 'saved' : 'missed' }, [
          this.#one(own.on),
          ...goalie,
        ]);
      }
      if (this.#rng.chance(HIT))
        this.#tell({ kind: 'hit', side }, [this.#one(own.on), this.#one(against.on)]);
      if (this.#rng.chance(PENALTY) && this.#down(side) < MOST_DOWN) {
        this.#penalty(side);
        return 'other';
      }
    }
    if (!this.#rng.chance(STOPPAGE)) return null;
    this.#tell({ kind: 'stoppage' }, []);
    return 'other';
  }

  #goal(side: HockeySide): void {
    const own = this.#benches[side];
    const goalie = this.#benches[otherSide(side)].goalie;
    const scorer = this.#one(own.on);
    const helpers = own.on.filter((player) => player !== scorer).slice(0, this.#rng.integer(3));
    this.#goals[side] += 1;
    this.#tell({ kind: 'goal', side, score: { ...this.#goals } }, [
      scorer,
      ...helpers,
      ...(goalie === null ? [] : [goalie]),
    ]);
    // A goal against a team that is down ends the oldest of its minors (rule 16.2).
    const other = otherSide(side);
    if (this.#down(other) <= this.#down(side)) return;
    const oldest = this.#box.find((one) => one.side === other);
    this.#box = this.#box.filter((one) => one !== oldest);
  }

  #penalty(side: HockeySide): void {
    const playerId = this.#one(this.#benches[side].on);
    this.#tell({ kind: 'delayed_penalty', side }, []);
    this.#tell({ kind: 'penalty', side, severity: 'minor', minutes: MINOR.minutes }, []);
    this.#box = [...this.#box, { side, playerId, endsAt: gameSecond(this.#at) + MINOR.seconds }];
  }

  #down(side: HockeySide): number {
    return this.#box.filter((one) => one.side === side).length;
  }

  #skaters(side: HockeySide): number {
    const [own, other] = [this.#down(side), this.#down(otherSide(side))];
    if (this.#at.kind === 'overtime' && this.#contest === 'season')
      return 3 + Math.max(0, other - own);
    return 5 - own + (this.#isPulled(side) ? 1 : 0);
  }

  #isPulled(side: HockeySide): boolean {
    const behind = this.#goals[otherSide(side)] - this.#goals[side];
    const isLate = this.#at.period === 3 && this.#at.second >= PULLED_FROM;
    return isLate && behind >= 1 && behind <= 2;
  }

  /** What strength the rules give now, as a text that changes with it. */
  #wanted(): string {
    return HOCKEY_SIDES.map((side) => `${this.#skaters(side)}${this.#isPulled(side)}`).join('|');
  }

  #send(fresh: boolean): void {
    const { period, second } = this.#at;
    for (const side of HOCKEY_SIDES)
      this.#benches[side].send({
        period,
        second,
        skaters: this.#skaters(side),
        hasGoalie: !this.#isPulled(side),
        banned: new Set(this.#box.filter((one) => one.side === side).map((one) => one.playerId)),
        fresh,
      });
  }

  #faceoff(): void {
    const side = this.#rng.chance(0.5) ? 'away' : 'home';
    this.#tell({ kind: 'faceoff', side }, [
      this.#one(this.#benches[side].on),
      this.#one(this.#benches[otherSide(side)].on),
    ]);
  }

  /** Three rounds, and then until one has scored and the other has not. */
  #shootout(): HockeySide {
    const goals = { away: 0, home: 0 };
    this.#tell({ kind: 'period_start' }, []);
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      for (const side of HOCKEY_SIDES) {
        const { skaters } = this.#benches[side];
        const shooter = skaters[(round * 5) % skaters.length] ?? '';
        const isGoal = this.#rng.chance(SHOOTOUT_GOAL);
        if (isGoal) goals[side] += 1;
        this.#tell(
          isGoal
            ? { kind: 'goal', side, score: null }
            : { kind: 'attempt', side, outcome: 'saved' },
          [shooter],
        );
      }
      if (round < SHOOTOUT_ROUNDS || goals.away === goals.home) continue;
      this.#tell({ kind: 'shootout_end' }, []);
      return goals.away > goals.home ? 'away' : 'home';
    }
    invariant(false, 'a shoot-out is decided');
  }

  #tell(event: HockeyEvent, actors: readonly string[]): void {
    const { period, kind: periodKind, second } = this.#at;
    this.#order += 1 + this.#rng.integer(3);
    this.#plays.push({
      playId: String(1_000 + this.#plays.length),
      order: this.#order,
      period,
      periodKind,
      second,
      strength: this.#strength(event),
      event,
      actors,
    });
  }

  #strength(event: HockeyEvent): HockeyStrength | null {
    if (this.#at.kind === 'shootout') {
      const shooter = 'side' in event ? event.side : null;
      const of = (side: HockeySide) => ({
        skaters: side === shooter ? 1 : 0,
        goalies: shooter !== null && side !== shooter ? 1 : 0,
      });
      return { away: of('away'), home: of('home') };
    }
    const of = (side: HockeySide) => ({
      skaters: this.#benches[side].on.length,
      goalies: this.#benches[side].goalie === null ? 0 : 1,
    });
    return { away: of('away'), home: of('home') };
  }

  #one(players: readonly string[]): string {
    const player = players[this.#rng.integer(players.length)];
    invariant(player !== undefined, 'somebody is on the ice');
    return player;
  }
}
