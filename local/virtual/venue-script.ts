import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, MarketResult } from '../../shared/domain/market/market.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import {
  MarketMakers,
  Takers,
  type CrowdMarket,
} from '../../shared/simulator/exchange/participants.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { Game } from '../../shared/simulator/games/game.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import {
  compressBook,
  compressMakers,
  compressTakers,
} from '../../shared/simulator/compressed-pace.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import {
  BETMGM,
  DRAFTKINGS,
  FANDUEL,
  PINNACLE,
} from '../../shared/simulator/sportsbooks/book-profile.ts';
import { OddsVendor } from '../../shared/simulator/sportsbooks/odds-vendor.ts';
import { Sportsbook } from '../../shared/simulator/sportsbooks/sportsbook.ts';
import type { ListedMarket } from './virtual-markets.ts';

/** From word to word of the scoreboard, of a game that is on and of one that is still to come. */
const SCOREBOARD_MS = 15_000;
const AWAITED_MS = 60_000;
/** How far the scoreboard is behind the stadium. */
export const SCOREBOARD_LAG_MS = 8_000;
/** `determineAfterMs` at the machine's own speed. */
export const DETERMINE_AFTER_MS = 120_000;

export type VenueScriptParts = {
  readonly timers: Timers;
  readonly rng: Rng;
  readonly exchange: SimExchange;
  readonly games: readonly Game[];
  readonly markets: readonly ListedMarket[];
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** From the final whistle until the exchange determines the markets. */
  readonly determineAfterMs: number;
  /** How many times as fast as the clock the games pass: books and crowd keep up with them. */
  readonly factor: number;
  /** Null when whoever serves the vendor lets it speak. */
  readonly onOdds: ((frame: string) => void) | null;
  readonly onGameState: (state: GameState) => void;
  readonly onResult: (ticker: string, result: MarketResult) => void;
};

/**
 * Everything outside Fairline, put on the clock: sportsbooks, the exchange's own time, its crowd, games and results.
 */
export class VenueScript {
  readonly #parts: VenueScriptParts;
  /** The sportsbooks' feed. */
  readonly vendor: OddsVendor;
  #closing = false;

  constructor(parts: VenueScriptParts) {
    this.#parts = parts;
    const { games, rng, startMs, factor } = parts;
    // On sockets a subscription chooses; each book draws from a stream of its own, so that more of them change no
    // other.
    const profiles =
      parts.onOdds === null ? [PINNACLE, DRAFTKINGS, FANDUEL, BETMGM] : [PINNACLE, DRAFTKINGS];
    const books = profiles.map((each) => {
      const profile = compressBook(each, factor);
      return new Sportsbook({ rng: rng.fork('sportsbooks'), profile, games, startMs });
    });
    this.vendor = new OddsVendor({ books, startMs });
  }

  begin(): void {
    this.#stepVendor();
    this.#stepExchange();
    this.#stepCrowd();
    for (const game of this.#parts.games) this.#follow(game);
  }

  /** Stops what repeats itself, so that the clock can run out. */
  close(): void {
    this.#closing = true;
  }

  /** What a new subscriber of the odds gets. */
  connectOdds(nowMs: EpochMs): readonly string[] {
    return this.vendor.connect(nowMs);
  }

  #stepVendor(): void {
    const { onOdds, timers } = this.#parts;
    if (onOdds === null) return;
    const { frames, nextMs } = this.vendor.step(timers.nowMs());
    for (const frame of frames) onOdds(frame);
    if (nextMs !== null && !this.#closing)
      timers.at(nextMs, 'sportsbooks', () => this.#stepVendor());
  }

  /** Lets the exchange do what happens by the clock alone: expiries, closings, settlements. */
  #stepExchange(): void {
    this.#parts.exchange.advance(this.#parts.timers.nowMs());
    const nextMs = this.#parts.exchange.nextWakeMs();
    if (nextMs !== null && nextMs <= this.#parts.endMs)
      this.#parts.timers.at(nextMs, 'exchange', () => this.#stepExchange());
  }

  #stepCrowd(): void {
    const crowd: readonly CrowdMarket[] = this.#parts.markets.map(({ market, mapping }) => ({
      market,
      startTimeMs: mapping.startTimeMs,
    }));
    const parts = { exchange: this.#parts.exchange, markets: crowd, startMs: this.#parts.startMs };
    const truthOf = this.#truth();
    const groups = [
      new MarketMakers({
        ...parts,
        rng: this.#parts.rng.fork('makers'),
        params: compressMakers(this.#parts.factor),
      }),
      new Takers({
        ...parts,
        rng: this.#parts.rng.fork('takers'),
        params: compressTakers(this.#parts.factor),
      }),
    ];
    for (const group of groups) {
      const step = (): void => {
        const nextMs = group.step(this.#parts.timers.nowMs(), truthOf);
        if (nextMs !== null && nextMs <= this.#parts.endMs && !this.#closing)
          this.#parts.timers.at(nextMs, 'crowd', step);
      };
      this.#parts.timers.at(this.#parts.startMs, 'crowd', step);
    }
  }

  #truth(): (ticker: string) => number {
    const games = new Map(this.#parts.games.map((game) => [game.gameId, game]));
    const mappings = new Map(this.#parts.markets.map(({ mapping }) => [mapping.market, mapping]));
    return (ticker) => {
      const mapping = mappings.get(ticker);
      const game = mapping === undefined ? undefined : games.get(mapping.gameId);
      invariant(mapping !== undefined && game !== undefined, 'the crowd trades listed markets');
      const home = game.trueHomeProbability(this.#parts.timers.nowMs());
      return mapping.yesSide === 'home' ? home : 1 - home;
    };
  }

  /** The scoreboard tells of a game again and again, and the exchange determines its markets at the end. */
  #follow(game: Game): void {
    const tell = (): void => {
      const nowMs = this.#parts.timers.nowMs();
      const seenMs = Math.max(this.#parts.startMs, nowMs - SCOREBOARD_LAG_MS);
      const state = game.stateAt(seenMs);
      this.#parts.onGameState({ ...state, sourceTimeMs: seenMs, receivedMs: nowMs });
      if (state.phase === 'final' || this.#closing) return;
      const nextMs =
        state.phase === 'pregame'
          ? Math.min(nowMs + AWAITED_MS, Math.max(nowMs + SCOREBOARD_MS, game.startTimeMs))
          : nowMs + SCOREBOARD_MS;
      this.#parts.timers.at(nextMs, 'scoreboard', tell);
    };
    this.#parts.timers.at(this.#parts.startMs, 'scoreboard', tell);
    const determineAtMs = game.finalAtMs + this.#parts.determineAfterMs;
    this.#parts.timers.at(determineAtMs, 'determine', () => {
      const nowMs = this.#parts.timers.nowMs();
      for (const { market, mapping } of this.#parts.markets) {
        if (mapping.gameId !== game.gameId) continue;
        const result: MarketResult = { kind: mapping.yesSide === game.result ? 'yes' : 'no' };
        // A script that was begun again may find its markets determined.
        if (this.#parts.exchange.floor.listing(market.ticker)?.life.result !== null) continue;
        const refusal = this.#parts.exchange.determine(market.ticker, result, nowMs);
        invariant(refusal === null, `${market.ticker} can be determined`);
        this.#parts.onResult(market.ticker, result);
      }
      this.#stepExchange();
    });
  }
}
