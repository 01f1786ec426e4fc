import { EspnClient, type EspnClientOptions } from '../../shared/adapters/espn/espn-client.ts';
import {
  EspnScoreboard,
  type EspnScoreboardOptions,
} from '../../shared/adapters/espn/espn-scoreboard.ts';
import type { ScoreboardLook } from '../../shared/adapters/espn/scoreboard-look.ts';
import type { GetText } from '../../shared/adapters/http/get-text.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { FrameRefusal } from '../../shared/ports/market-data.ts';
import type { GameFinding, SourceDown } from '../../shared/ports/streams.ts';
import { AnswerFaults } from '../../shared/simulator/faults/answer-faults.ts';
import {
  ScoreboardVenue,
  SPORTS_PATH,
} from '../../shared/simulator/scoreboards/scoreboard-venue.ts';
import type { ScriptedEvent } from '../../shared/simulator/scoreboards/scripted-event.ts';
import { ManualTimers } from './manual-timers.ts';

type WorldChange = Partial<EspnScoreboardOptions> & Pick<EspnClientOptions, 'budget'>;

/** ESPN without a socket, a scoreboard that looks at it on a clock that is moved by hand, and all that it told. */
export class ScoreboardWorld {
  readonly timers: ManualTimers;
  readonly faults = new AnswerFaults();
  readonly venue: ScoreboardVenue;
  client: EspnClient;
  scoreboard: EspnScoreboard;
  readonly states: GameState[] = [];
  readonly findings: GameFinding[] = [];
  readonly refused: FrameRefusal[] = [];
  readonly looks: ScoreboardLook[] = [];
  readonly source: (SourceDown['code'] | 'up')[] = [];
  /** Requests are held until it is null. */
  hold: Promise<void> | null = null;
  readonly #options: EspnScoreboardOptions & WorldChange;

  constructor(startMs: number, events: readonly ScriptedEvent[], change: WorldChange = {}) {
    this.timers = new ManualTimers(startMs);
    const nowMs = () => this.timers.nowMs();
    this.venue = new ScoreboardVenue({ events, nowMs, lagMs: 0, startMs: 0, faults: this.faults });
    const options: EspnScoreboardOptions & WorldChange = (this.#options = {
      baseUrl: `https://scores.example${SPORTS_PATH}`,
      leagues: ['nfl'],
      timers: this.timers,
      timeoutMs: 5_000,
      maxBytes: 1_000_000,
      requestsPerHour: 500,
      liveMs: 15_000,
      breaker: { failures: 3, openMs: 120_000 },
      onLook: (look) => this.looks.push(look),
      ...change,
    });
    this.client = new EspnClient({ ...options, getText: this.#getText() });
    this.scoreboard = new EspnScoreboard({ ...options, client: this.client });
  }

  /** The process dies and another one starts, which knows nothing of it. */
  async restart(): Promise<void> {
    await this.scoreboard.close();
    this.client = new EspnClient({ ...this.#options, getText: this.#getText() });
    this.scoreboard = new EspnScoreboard({ ...this.#options, client: this.client });
    await this.open();
  }

  async open(): Promise<void> {
    this.scoreboard.open({
      onState: (state) => this.states.push(state),
      onFinding: (finding) => this.findings.push(finding),
      onRefused: (refusal) => this.refused.push(refusal),
      onDown: ({ code }) => this.source.push(code),
      onUp: () => this.source.push('up'),
    });
    await this.pass(0);
  }

  /** Moves the clock from one thing that is due to the next, and lets each be told. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.timers.nowMs() + ms;
    for (;;) {
      const { nextMs } = this.timers;
      const toMs = nextMs === null ? untilMs : Math.min(untilMs, nextMs);
      this.timers.pass(Math.max(0, toMs - this.timers.nowMs()));
      await turn();
      if (this.timers.nowMs() >= untilMs && (this.timers.nextMs ?? Infinity) > untilMs) return;
    }
  }

  /** What was told of a game, newest last. */
  statesOf(gameId: string): readonly GameState[] {
    return this.states.filter((state) => state.gameId === gameId);
  }

  #getText(): GetText {
    return async ({ url, signal }) => {
      if (this.hold !== null) await this.hold;
      if (signal?.aborted === true)
        return { kind: 'failed', cause: 'cancelled', reason: 'cancelled' };
      const answer = this.venue.answer({
        path: url.pathname,
        query: url.searchParams,
        headers: {},
      });
      if (answer.kind !== 'answer')
        return { kind: 'failed', cause: 'no_answer', reason: 'no answer' };
      const { status, body } = answer;
      return { kind: 'answer', status, headers: new Headers(answer.headers), text: body };
    };
  }
}

/** All promises that can go on do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
