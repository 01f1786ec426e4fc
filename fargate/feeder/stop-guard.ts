import {
  decidePositionExit,
  evaluateExits,
  isOvertaken,
  type ExitEvaluation,
} from '../../shared/application/evaluate-exits.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { Crossing, Position } from '../../shared/domain/positions/position.ts';
import type { Row } from '../../shared/ports/hot-store.ts';
import type { TaskTimers } from './task-timers.ts';

export type StopGuardParts = {
  readonly trading: TradingDeps;
  readonly tasks: TaskTimers;
  /** Whether this process may act now: it has the lease, and enough of it left. */
  readonly mayAct: () => boolean;
};

/** A look under way in one market, and the newest tick that came meanwhile. */
type Look = { next: MarketTick | null };

/**
 * CRITICAL exits in the feeder itself, on the tick and without a queue. A tick is decided on the position as last read,
 * which costs nothing; only one that matters runs the use case, which reads the position again and claims the exit. The
 * same tick goes to the queue of held ticks as well: whoever claims first sells, and what fails here is left to that
 * second line.
 *
 * A tick matters when a CRITICAL exit would fire, and also when a crossing that waits for its confirmation begins or
 * ends: when it was first seen stands in the stored position, the same for both lines, and outlives this process.
 */
export class StopGuard {
  readonly #parts: StopGuardParts;
  readonly #known = new Map<MarketTicker, Row<Position>>();
  readonly #looks = new Map<MarketTicker, Look>();
  readonly #running = new Set<Promise<void>>();
  #sent = 0;

  constructor(parts: StopGuardParts) {
    this.#parts = parts;
  }

  /** Exit orders that it sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Positions as the stores say now; a row that is older than the one that is known changes nothing. */
  learn(rows: readonly Row<Position>[]): void {
    for (const row of rows) {
      const known = this.#known.get(row.key);
      if (known === undefined || known.version < row.version) this.#known.set(row.key, row);
    }
  }

  /** Looks at one market at a time: of the ticks that come meanwhile the newest is decided next. */
  onTick(tick: MarketTick): void {
    const { ticker } = tick.market;
    const look = this.#looks.get(ticker);
    if (look !== undefined) {
      look.next = tick;
      return;
    }
    if (!this.#matters(tick)) return;
    const begun: Look = { next: null };
    // In a task of the clock, so that a virtual one knows what is under way.
    const planned = this.#parts.tasks.after(0, 'feeder looks at a stop', () =>
      this.#follow(tick, begun),
    );
    if (planned !== null) this.#looks.set(ticker, begun);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #follow(first: MarketTick, look: Look): Promise<void> {
    const running = this.#lookWhileItMatters(first, look);
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
      this.#looks.delete(first.market.ticker);
    }
  }

  /** One look for each tick at most. */
  async #lookWhileItMatters(first: MarketTick, look: Look): Promise<void> {
    let tick: MarketTick | null = first;
    while (tick !== null && this.#matters(tick)) {
      await this.#look(tick);
      tick = look.next;
      look.next = null;
    }
  }

  #matters({ market, book, stamp }: MarketTick): boolean {
    const { trading, tasks, mayAct } = this.#parts;
    const position = this.#known.get(market.ticker)?.value;
    if (position === undefined || position.state === 'closed') return false;
    if (tasks.isOver || !mayAct() || isOvertaken(position, book)) return false;
    const { strategy, execution } = trading.config;
    const { decision } = decidePositionExit(
      { position, market, book, stamp, nowMs: trading.clock.nowMs() },
      strategy.exits,
      execution.bookMaxAgeMs,
    );
    return decision.kind === 'exit'
      ? decision.priority === 'critical'
      : !isSameCrossing(decision.crossing, position.crossing);
  }

  async #look(tick: MarketTick): Promise<void> {
    const { trading, tasks } = this.#parts;
    const { ticker } = tick.market;
    const evaluation = await tasks.guard('stop', () => evaluateExits(trading, tick));
    if (evaluation === null) trading.telemetry.count('feeder.stop_failed', 1);
    else this.#note(evaluation, tick);
    // What is stored by now: a mark of the second line, a crossing, a claim.
    const row = await tasks.guard('stop', () => trading.store.get('positions', ticker));
    if (row !== null) this.learn([row]);
  }

  #note(evaluation: ExitEvaluation, tick: MarketTick): void {
    if (evaluation.kind !== 'exiting') return;
    const { telemetry, clock } = this.#parts.trading;
    const { intent, state } = evaluation.order;
    this.#sent += 1;
    telemetry.count('feeder.stop_sent', 1);
    telemetry.log('info', 'stop_sent', {
      order: intent.clientOrderId,
      market: intent.market,
      state,
      sinceTickMs: clock.nowMs() - tick.feederTimeMs,
    });
  }
}

function isSameCrossing(a: Crossing | null, b: Crossing | null): boolean {
  return a?.rule === b?.rule && a?.sinceMs === b?.sinceMs;
}
