import { setImmediate } from 'node:timers/promises';
import { FeederPublisher, type PublishCounts } from '../../fargate/feeder/publish.ts';
import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { EpochMs, GameMapping, Market } from '../../shared/domain/market/market.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { OddsEvent } from '../../shared/ports/odds-feed.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';

/** A send to SQS within its region. */
const SEND_MS = 5;
/** The feeder looks at what conflation holds back this often. */
const FLUSH_MS = 10;

type Heard = { readonly atMs: EpochMs; readonly say: Say };
type Say = (session: FeederSession, nowMs: EpochMs) => readonly FeederCommand[];

/** A session that remembers what it heard up to a time, so that it can be said again. */
export class RememberingSession extends FeederSession {
  readonly #begin: ((session: FeederSession) => void)[] = [];
  readonly #heard: Heard[] = [];
  readonly #untilMs: EpochMs;

  constructor(epoch: number, untilMs: EpochMs) {
    super(epoch);
    this.#untilMs = untilMs;
  }

  override addMarket(market: Market, mapping: GameMapping | null): void {
    this.#begin.push((session) => session.addMarket(market, mapping));
    super.addMarket(market, mapping);
  }

  override onSubscribed(subscription: number, markets: readonly string[]): void {
    this.#begin.push((session) => session.onSubscribed(subscription, markets));
    super.onSubscribed(subscription, markets);
  }

  override onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    this.#hear(nowMs, (session, atMs) => session.onStreamEvent(event, atMs));
    return super.onStreamEvent(event, nowMs);
  }

  override onOdds(event: OddsEvent, nowMs: EpochMs): readonly FeederCommand[] {
    this.#hear(nowMs, (session, atMs) => session.onOdds(event, atMs));
    return super.onOdds(event, nowMs);
  }

  override onGameState(state: GameState, nowMs: EpochMs): readonly FeederCommand[] {
    this.#hear(nowMs, (session, atMs) => session.onGameState(state, atMs));
    return super.onGameState(state, nowMs);
  }

  /**
   * What a publisher counts when everything that was heard in a stretch of time comes `factor` times as fast; what came
   * before it is only known.
   */
  async published(stretch: {
    readonly fromMs: EpochMs;
    readonly untilMs: EpochMs;
    readonly factor: number;
  }): Promise<PublishCounts> {
    const { fromMs, untilMs, factor } = stretch;
    const clock = new Scheduler({ startMs: fromMs });
    const queue = { send: () => clock.sleep(SEND_MS) };
    const publisher = new FeederPublisher({
      timers: clock,
      ticks: queue,
      heldTicks: queue,
      orderMessages: queue,
      bus: { publish: () => clock.sleep(SEND_MS) },
      telemetry: new MemoryTelemetry(),
    });
    const session = new FeederSession(1);
    for (const begin of this.#begin) begin(session);
    const carryOut = (commands: readonly FeederCommand[]): void => {
      for (const command of commands)
        if (command.kind === 'publish_tick') publisher.tick(command.tick, command.held);
    };
    for (const { atMs, say } of this.#heard) {
      if (atMs < fromMs) say(session, atMs);
      if (atMs < fromMs || atMs >= untilMs) continue;
      clock.at(fromMs + Math.floor((atMs - fromMs) / factor), 'a frame', () => {
        publisher.onRawFrame();
        carryOut(say(session, clock.nowMs()));
      });
    }
    const endMs = fromMs + Math.ceil((untilMs - fromMs) / factor);
    for (let atMs = fromMs; atMs < endMs; atMs += FLUSH_MS)
      clock.at(atMs, 'a flush', () => carryOut(session.onTimer(clock.nowMs())));
    await clock.run({ untilMs: endMs + 1_000, turn: setImmediate });
    return publisher.counts;
  }

  #hear(atMs: EpochMs, say: Say): void {
    if (atMs < this.#untilMs) this.#heard.push({ atMs, say });
  }
}
