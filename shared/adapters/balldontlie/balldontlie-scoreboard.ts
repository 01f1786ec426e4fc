import type { BreakerLimits } from '../../domain/feeds/breaker.ts';
import { pollPlan } from '../../domain/feeds/poll-cadence.ts';
import { easternDateOf, easternDaysAround } from '../../domain/mapping/eastern-time.ts';
import { gameStateOf } from '../../domain/market/event-state.ts';
import type { GameListing } from '../../domain/market/game-listing.ts';
import type { EpochMs, GameId } from '../../domain/market/market.ts';
import { confirmEvent, type ConfirmedEvent } from '../../domain/market/score-confirmation.ts';
import { phaseOfStatus, type ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import { checkEvent, type ScoreboardFinding } from '../../domain/market/scoreboard-quality.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Read } from '../../ports/exchange.ts';
import type { FeedProbe } from '../../ports/feed-probe.ts';
import type { Scoreboard, ScoreboardHandlers, SourceDown } from '../../ports/streams.ts';
import type { Timers } from '../../ports/timers.ts';
import { refusalOf, type JsonFailure } from '../http/json-source.ts';
import { PollLoop } from '../http/poll-loop.ts';
import { SourceState } from '../http/source-state.ts';
import { BalldontlieClient } from './balldontlie-client.ts';
import { LiveScores } from './live-scores.ts';
import { nbaGames, type NbaGame } from './nba-games.ts';

export type BalldontlieOptions = {
  /** `https://api.balldontlie.io` */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly breaker: BreakerLimits;
  readonly maxBytes?: number;
  /** What the plan allows; the cheapest one allows five. */
  readonly requestsPerMinute?: number;
  /** The least from look to look while a game is live. */
  readonly liveMs?: number;
};

/** The cheapest plan was cut to this; it had thirty. */
const REQUESTS_PER_MINUTE = 5;
const LIVE_MS = 15_000;
const MAX_BYTES = 4_000_000;
/** Looks may use the plan's requests of so many minutes of an hour; the rest is for those who ask for listings. */
const MINUTES_OF_LOOKS = 48;
/** With nothing left to happen the calendar is looked at so often, and a key that is refused is tried so rarely. */
const CALENDAR_MS = 3_600_000;

/**
 * The NBA's games by Balldontlie, a second source beside ESPN: looked at as often as matters (`pollPlan`) within what
 * the plan allows; two looks never overlap. A game whose words are not understood is not told of: the other sources
 * know.
 */
export class BalldontlieScoreboard implements Scoreboard {
  readonly #options: BalldontlieOptions;
  readonly #client: BalldontlieClient;
  readonly #live: LiveScores;
  readonly #source = new SourceState();
  #seen = new Map<GameId, ConfirmedEvent>();
  #doubts = new Set<string>();
  #handlers: ScoreboardHandlers | null = null;
  readonly #loop: PollLoop;

  constructor(options: BalldontlieOptions) {
    const { timers, requestsPerMinute = REQUESTS_PER_MINUTE, maxBytes = MAX_BYTES } = options;
    this.#options = options;
    this.#client = new BalldontlieClient({
      ...options,
      clock: timers,
      requestsPerMinute,
      maxBytes,
    });
    this.#live = new LiveScores(this.#client);
    this.#loop = new PollLoop({ timers, label: 'balldontlie', look: () => this.#follow() });
  }

  open(handlers: ScoreboardHandlers): void {
    invariant(this.#handlers === null, 'a scoreboard is opened once');
    this.#handlers = handlers;
    this.#loop.start();
  }

  async close(): Promise<void> {
    this.#handlers = null;
    this.#client.close();
    await this.#loop.stop();
  }

  async listings(): Promise<Read<readonly GameListing[]>> {
    const read = await this.#client.games(easternDaysAround(this.#options.timers.nowMs()));
    return read.kind === 'failed'
      ? { kind: 'unavailable', reason: `balldontlie: ${read.code}: ${read.detail}` }
      : { kind: 'read', value: nbaGames(read.games).games.map(({ listing }) => listing) };
  }

  /** One look: the key, and whether it has games. The vendor tells neither its quota nor the age of what it says. */
  async probe(): Promise<FeedProbe> {
    const read = await this.#client.games(easternDaysAround(this.#options.timers.nowMs()));
    const base = { feed: 'balldontlie', newestAgeMs: null, quota: null };
    if (read.kind === 'failed') {
      const isRefused = read.code === 'unauthorized' || read.code === 'denied';
      const toDo = isRefused ? 'put a valid key into its secret' : 'try again in a minute';
      const problem = `${read.code}: ${read.detail}: ${toDo}`;
      const auth = isRefused ? 'refused' : 'unknown';
      return { ...base, auth, coverage: { asked: ['nba'], seen: [] }, problem };
    }
    const seen = read.games.length > 0 ? ['nba'] : [];
    const problem = seen.length > 0 ? null : 'no NBA game from yesterday to tomorrow';
    return { ...base, auth: 'ok', coverage: { asked: ['nba'], seen }, problem };
  }

  /** When the next look is due and may go out. */
  async #follow(): Promise<EpochMs> {
    const { timers } = this.#options;
    const againMs = await this.#look(timers.nowMs());
    return Math.max(againMs, this.#client.freeAtMs(timers.nowMs()));
  }

  /** When to look again. */
  async #look(startedMs: EpochMs): Promise<EpochMs> {
    const read = await this.#client.games(easternDaysAround(startedMs));
    if (this.#handlers === null) return startedMs;
    if (read.kind === 'failed') return this.#onFailure(read);
    const hasLive = read.games.some(({ status }) => phaseOfStatus(status) === 'live');
    const answer = hasLive ? await this.#live.refresh(read) : read;
    const { games, refused } = nbaGames(answer.games);
    for (const refusal of [...answer.refused, ...refused]) this.#handlers?.onRefused(refusal);
    if (games.length === 0 && this.#hadGamesOf(easternDaysAround(startedMs)))
      this.#onDown('empty', 'it lists no game any more');
    else if (this.#source.up()) this.#handlers?.onUp();
    this.#tell(games, answer.askedMs);
    return startedMs + this.#intervalMs(games, startedMs);
  }

  #tell(games: readonly NbaGame[], askedMs: EpochMs): void {
    const seen = new Map<GameId, ConfirmedEvent>();
    const doubts = new Set<string>();
    for (const { event, listing } of games) {
      const { gameId } = listing;
      const before = this.#seen.get(gameId) ?? null;
      const confirmed = confirmEvent(before, withKnownStart(event, before));
      seen.set(gameId, confirmed);
      for (const finding of confirmed.findings) this.#onFinding(gameId, finding);
      for (const finding of checkEvent(confirmed.shown)) {
        const doubt = `${gameId} ${finding.code}`;
        doubts.add(doubt);
        if (!this.#doubts.has(doubt)) this.#onFinding(gameId, finding);
      }
      this.#tellState(confirmed.accepted, gameId, askedMs);
    }
    if (this.#source.why === null) this.#seen = seen;
    this.#doubts = doubts;
  }

  /** A calendar that had games of these days has them still. */
  #hadGamesOf(days: readonly string[]): boolean {
    return [...this.#seen.values()].some(({ shown }) =>
      days.includes(easternDateOf(shown.startTimeMs)),
    );
  }

  #tellState(event: ScoreboardEvent, gameId: GameId, askedMs: EpochMs): void {
    const phase = phaseOfStatus(event.status);
    if (phase === 'unknown') {
      const detail = `${gameId} stands at "${event.statusWord}", which is not known`;
      this.#handlers?.onRefused({ kind: 'refused', code: 'unknown_type', detail });
      return;
    }
    // Nothing is known of such a game that the calendar does not say.
    if (phase === 'upcoming' && !event.startConfirmed) return;
    const state = gameStateOf(event, gameId, askedMs);
    this.#handlers?.onState({ ...state, source: 'balldontlie' });
  }

  #intervalMs(games: readonly NbaGame[], nowMs: EpochMs): number {
    const { requestsPerMinute = REQUESTS_PER_MINUTE, liveMs = LIVE_MS } = this.#options;
    const events = games.map(({ event }) => ({ ...event, phase: phaseOfStatus(event.status) }));
    const perLook = this.#live.isAsked ? 2 : 1;
    const requestsPerHour = (requestsPerMinute * MINUTES_OF_LOOKS) / perLook;
    const [plan] = pollPlan([{ league: 'nba', events }], nowMs, { requestsPerHour, liveMs });
    return plan?.intervalMs ?? CALENDAR_MS;
  }

  #onFailure(failure: JsonFailure): EpochMs {
    const nowMs = this.#options.timers.nowMs();
    const { liveMs = LIVE_MS } = this.#options;
    const refusal = refusalOf(failure);
    if (refusal !== null) this.#handlers?.onRefused(refusal);
    if (failure.code === 'unauthorized' || failure.code === 'denied') {
      this.#onDown(failure.code, failure.detail);
      return nowMs + CALENDAR_MS;
    }
    // Its games, which every key may read.
    if (failure.code === 'refused_request') this.#onDown('denied', failure.detail);
    const { breaker } = this.#client;
    if (breaker.kind === 'closed') return nowMs + liveMs;
    this.#onDown('breaker_open', failure.detail);
    return breaker.untilMs;
  }

  #onDown(code: SourceDown['code'], detail: string): void {
    if (this.#source.down(code)) this.#handlers?.onDown({ code, detail });
  }

  #onFinding(gameId: GameId, finding: ScoreboardFinding): void {
    this.#handlers?.onFinding({ league: 'nba', gameId, finding });
  }
}

/** Older answers give the start only before the game: it is what it was then. */
function withKnownStart(event: ScoreboardEvent, before: ConfirmedEvent | null): ScoreboardEvent {
  const known = before?.shown;
  if (event.startConfirmed || known?.startConfirmed !== true) return event;
  return { ...event, startTimeMs: known.startTimeMs, startConfirmed: true };
}
