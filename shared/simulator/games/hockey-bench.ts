import type { HockeyShift } from '../../domain/market/hockey-events.ts';
import { invariant } from '../../domain/money/invariant.ts';

export type BenchOptions = {
  readonly gameId: string;
  readonly teamId: string;
  /** Player ids count up from here: two goalies, eight defenders, twelve forwards. */
  readonly firstPlayer: number;
};

const GOALIES = 2;
const DEFENDERS = 8;
const FORWARDS = 12;

/** One team of a simulated game: who is on the ice, whose turn it is, and the shifts that come of it. */
export class HockeyBench {
  readonly goalies: readonly string[];
  readonly skaters: readonly string[];
  readonly #options: BenchOptions;
  readonly #shifts: HockeyShift[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #since = new Map<string, number>();
  /** Those whose turn is next stand first. */
  #defenders: readonly string[];
  #forwards: readonly string[];
  #on: readonly string[] = [];
  #goalie: string | null = null;

  constructor(options: BenchOptions) {
    this.#options = options;
    const ids = Array.from({ length: GOALIES + DEFENDERS + FORWARDS }, (_, at) =>
      String(options.firstPlayer + at),
    );
    this.goalies = ids.slice(0, GOALIES);
    this.skaters = ids.slice(GOALIES);
    this.#defenders = this.skaters.slice(0, DEFENDERS);
    this.#forwards = this.skaters.slice(DEFENDERS);
  }

  /** Skaters on the ice, defenders first. */
  get on(): readonly string[] {
    return this.#on;
  }

  get goalie(): string | null {
    return this.#goalie;
  }

  get shifts(): readonly HockeyShift[] {
    return this.#shifts;
  }

  /**
   * Puts so many skaters on the ice at a second of a period: with `fresh` the next of the bench, else as many of
   * those who are on as may stay.
   */
  send(at: {
    readonly period: number;
    readonly second: number;
    readonly skaters: number;
    readonly hasGoalie: boolean;
    readonly banned: ReadonlySet<string>;
    readonly fresh: boolean;
  }): void {
    const stay = at.fresh ? [] : this.#on.filter((player) => !at.banned.has(player));
    const pick = (all: readonly string[], count: number): readonly string[] => {
      const kept = all.filter((player) => stay.includes(player)).slice(0, count);
      const next = all.filter(
        (player) =>
          !kept.includes(player) &&
          !at.banned.has(player) &&
          (!at.fresh || !this.#on.includes(player)),
      );
      return [...kept, ...next.slice(0, count - kept.length)];
    };
    const chosen = [...pick(this.#defenders, 2), ...pick(this.#forwards, at.skaters - 2)];
    invariant(chosen.length === at.skaters, 'a bench has as many as the rules send');
    const goalie = at.hasGoalie ? (this.goalies[0] ?? null) : null;
    this.#change([...chosen, ...(goalie === null ? [] : [goalie])], at);
    this.#on = chosen;
    this.#goalie = goalie;
    const last = (all: readonly string[]): readonly string[] => [
      ...all.filter((player) => !chosen.includes(player)),
      ...all.filter((player) => chosen.includes(player)),
    ];
    this.#defenders = last(this.#defenders);
    this.#forwards = last(this.#forwards);
  }

  /** Everybody leaves the ice: the period is over. */
  leave(period: number, second: number): void {
    this.#change([], { period, second });
    this.#on = [];
    this.#goalie = null;
  }

  #change(
    next: readonly string[],
    { period, second }: { readonly period: number; readonly second: number },
  ): void {
    for (const [playerId, since] of this.#since)
      if (!next.includes(playerId)) this.#close(playerId, { period, since, second });
    for (const playerId of next) if (!this.#since.has(playerId)) this.#since.set(playerId, second);
  }

  #close(
    playerId: string,
    {
      period,
      since,
      second,
    }: { readonly period: number; readonly since: number; readonly second: number },
  ): void {
    this.#since.delete(playerId);
    if (since === second) return;
    const number = (this.#numbers.get(playerId) ?? 0) + 1;
    this.#numbers.set(playerId, number);
    const { gameId, teamId, firstPlayer } = this.#options;
    this.#shifts.push({
      shiftId: String(firstPlayer * 1_000 + this.#shifts.length),
      gameId,
      teamId,
      playerId,
      period,
      number,
      fromSecond: since,
      toSecond: second,
      toldSeconds: second - since,
    });
  }
}
