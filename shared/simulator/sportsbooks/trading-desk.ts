import type { EpochMs, GameSide } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { TimeWindow } from '../faults/delivery.ts';
import type { Game } from '../games/game.ts';
import type { Rng } from '../rng.ts';
import { Belief } from './belief.ts';
import type { BookProfile, TimeRange } from './book-profile.ts';
import { quoteOdds, type PostedOdds } from './quote-odds.ts';
import { drawSuspensions, drawTimeMs } from './suspensions.ts';

/** What a desk says of one leg: American odds, or null while the market is suspended. */
export type LegQuote = { readonly side: GameSide; readonly american: number | null };

/** One message of a desk, in our words; the wire format comes after. */
export type DeskMessage = { readonly timeMs: EpochMs; readonly game: Game } & (
  | { readonly kind: 'opened'; readonly legs: readonly LegQuote[] }
  | { readonly kind: 'changed'; readonly legs: readonly LegQuote[] }
  | { readonly kind: 'closed' }
);

type DeskState =
  | { readonly kind: 'quoting'; readonly belief: number; readonly odds: PostedOdds }
  | { readonly kind: 'suspended' };

/** One book's trader of one game: looks, moves the odds, repeats them, suspends them, takes the game down at its end. */
export class TradingDesk {
  readonly game: Game;
  readonly #profile: BookProfile;
  readonly #rng: Rng;
  readonly #belief: Belief;
  readonly #suspensions: readonly TimeWindow[];
  readonly #closesMs: EpochMs;
  #state: DeskState = { kind: 'suspended' };
  #suspensionIndex = 0;
  #nextLookMs: EpochMs;
  #repeatMs: EpochMs;
  #lateLeg: { readonly timeMs: EpochMs; readonly leg: LegQuote } | null = null;
  #isOpen = true;

  constructor(options: {
    readonly game: Game;
    readonly profile: BookProfile;
    readonly rng: Rng;
    readonly startMs: EpochMs;
  }) {
    const { game, profile, rng, startMs } = options;
    this.game = game;
    this.#profile = profile;
    this.#rng = rng.fork('cadence');
    this.#belief = new Belief({ game, profile, rng: rng.fork('belief') });
    this.#suspensions = drawSuspensions(rng.fork('suspensions'), game, profile);
    this.#closesMs = game.finalAtMs + profile.lagMs;
    this.#state = this.#stateAt(startMs);
    this.#repeatMs = startMs + this.#draw(startMs, profile.heartbeat);
    this.#nextLookMs = this.#lookAfter(startMs);
  }

  /** When the desk acts next; null once the game is down. */
  get nextMs(): EpochMs | null {
    if (!this.#isOpen) return null;
    const lateMs = this.#lateLeg?.timeMs ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#nextLookMs, this.#closesMs, lateMs);
  }

  /** Both legs as they are posted, for somebody who has just connected; null once the game is down. */
  openedAt(timeMs: EpochMs): DeskMessage | null {
    if (!this.#isOpen) return null;
    return { kind: 'opened', timeMs, game: this.game, legs: this.#postedLegs() };
  }

  /** Acts at `nextMs`: at most one message, and the next time is later. */
  act(): DeskMessage | null {
    const timeMs = this.nextMs;
    if (timeMs === null) return null;
    const message = this.#actAt(timeMs);
    const nextMs = this.nextMs;
    invariant(nextMs === null || nextMs > timeMs, 'a desk never acts twice at one time');
    return message;
  }

  #actAt(timeMs: EpochMs): DeskMessage | null {
    if (timeMs === this.#closesMs) {
      this.#isOpen = false;
      return { kind: 'closed', timeMs, game: this.game };
    }
    if (this.#lateLeg !== null && this.#lateLeg.timeMs === timeMs) {
      const { leg } = this.#lateLeg;
      // Messages of one book and game differ in time: readers order them by it.
      this.#nextLookMs = Math.max(this.#nextLookMs, timeMs + 1);
      return this.#say(timeMs, [leg]);
    }
    return this.#look(timeMs);
  }

  #look(timeMs: EpochMs): DeskMessage | null {
    const next = this.#stateAt(timeMs);
    const isChange = hasChanged(this.#state, next);
    const isRepeat = timeMs >= this.#repeatMs;
    if (isChange) this.#state = next;
    if (isChange || isRepeat) {
      this.#repeatMs = timeMs + this.#draw(timeMs, this.#profile.heartbeat);
    }
    this.#nextLookMs = this.#lookAfter(timeMs);
    if (isChange) return this.#announce(timeMs);
    return isRepeat ? this.#say(timeMs, this.#postedLegs()) : null;
  }

  #stateAt(timeMs: EpochMs): DeskState {
    const { margin, ladder, leastProbability, moveThreshold } = this.#profile;
    const belief = this.#belief.homeProbabilityAt(timeMs);
    const isSuspended = this.#isSuspendedAt(timeMs);
    const isQuotable = belief >= leastProbability && belief <= 1 - leastProbability;
    if (isSuspended || !isQuotable) return { kind: 'suspended' };
    const posted = this.#state;
    if (posted.kind === 'quoting' && Math.abs(belief - posted.belief) < moveThreshold) {
      return posted;
    }
    return {
      kind: 'quoting',
      belief,
      odds: quoteOdds({ homeProbability: belief, margin, ladder }),
    };
  }

  /** The next look in turn, earlier when a suspension begins or ends or the odds are to be repeated before it. */
  #lookAfter(timeMs: EpochMs): EpochMs {
    const window = this.#suspensions[this.#suspensionIndex];
    const inTurnMs = timeMs + this.#draw(timeMs, this.#profile.look);
    const boundaryMs =
      window === undefined
        ? Number.POSITIVE_INFINITY
        : timeMs < window.fromMs
          ? window.fromMs
          : window.untilMs;
    return Math.min(inTurnMs, boundaryMs, this.#repeatMs);
  }

  #isSuspendedAt(timeMs: EpochMs): boolean {
    let window = this.#suspensions[this.#suspensionIndex];
    while (window !== undefined && window.untilMs <= timeMs) {
      this.#suspensionIndex += 1;
      window = this.#suspensions[this.#suspensionIndex];
    }
    return window !== undefined && window.fromMs <= timeMs;
  }

  #announce(timeMs: EpochMs): DeskMessage {
    const legs = this.#postedLegs();
    const isOneFirst = this.#rng.chance(this.#profile.oneLegFirst);
    const first: GameSide = this.#rng.chance(0.5) ? 'home' : 'away';
    const laterMs = drawTimeMs(this.#rng, this.#profile.otherLeg);
    if (!isOneFirst) return this.#say(timeMs, legs);
    const late = legs.find(({ side }) => side !== first);
    this.#lateLeg = late === undefined ? null : { timeMs: timeMs + laterMs, leg: late };
    return {
      kind: 'changed',
      timeMs,
      game: this.game,
      legs: legs.filter(({ side }) => side === first),
    };
  }

  /** A message that is complete: a leg that was still to come would be old news. */
  #say(timeMs: EpochMs, legs: readonly LegQuote[]): DeskMessage {
    this.#lateLeg = null;
    return { kind: 'changed', timeMs, game: this.game, legs };
  }

  #postedLegs(): readonly LegQuote[] {
    const odds = this.#state.kind === 'quoting' ? this.#state.odds : { home: null, away: null };
    return [
      { side: 'home', american: odds.home },
      { side: 'away', american: odds.away },
    ];
  }

  #draw(
    timeMs: EpochMs,
    ranges: { readonly pregame: TimeRange; readonly live: TimeRange },
  ): number {
    return drawTimeMs(this.#rng, timeMs < this.game.startTimeMs ? ranges.pregame : ranges.live);
  }
}

function hasChanged(before: DeskState, after: DeskState): boolean {
  if (before.kind !== 'quoting' || after.kind !== 'quoting') return before.kind !== after.kind;
  return before.odds.home !== after.odds.home || before.odds.away !== after.odds.away;
}
