import type { Wiring, WiringTarget } from '../../shared/contracts/environment/wiring.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import type { Deliver } from './event-bus.ts';
import { nextRunMs, parseSchedule, type ScheduleExpression } from './schedule-expression.ts';

export type SchedulesOptions = {
  readonly timers: Timers;
  readonly schedules: Wiring['schedules'];
  readonly deliver: Deliver;
  readonly onFailedDelivery?: (schedule: string, target: WiringTarget, why: string) => void;
};

export type ScheduleCounters = { readonly runs: number; readonly failed: number };

type Entry = {
  readonly schedule: Wiring['schedules'][number];
  readonly expression: ScheduleExpression;
  readonly input: unknown;
  timer: TimerHandle | null;
  runs: number;
  failed: number;
};

/** EventBridge Scheduler: targets called at rates and local times. A run does not wait for the one before it. */
export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #entries: readonly Entry[];
  #startMs: EpochMs = 0;
  #delivering = 0;

  /** Throws for an expression that cannot be read. */
  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.#entries = options.schedules.map((schedule) => ({
      schedule,
      expression: parseSchedule(schedule.expression),
      input: inputOf(schedule),
      timer: null,
      runs: 0,
      failed: 0,
    }));
  }

  get isIdle(): boolean {
    return this.#delivering === 0;
  }

  counters(name: string): ScheduleCounters | null {
    const entry = this.#entries.find(({ schedule }) => schedule.name === name);
    return entry === undefined ? null : { runs: entry.runs, failed: entry.failed };
  }

  /** Rates count from now. */
  start(): void {
    this.#startMs = this.#options.timers.nowMs();
    for (const entry of this.#entries) if (entry.schedule.enabled) this.#plan(entry);
  }

  /** Nothing more is called; what was called goes on. */
  stop(): void {
    for (const entry of this.#entries) {
      if (entry.timer !== null) this.#options.timers.cancel(entry.timer);
      entry.timer = null;
    }
  }

  #plan(entry: Entry): void {
    const { timers } = this.#options;
    const { schedule, expression } = entry;
    const atMs = nextRunMs(expression, schedule.timezone, timers.nowMs(), this.#startMs);
    if (atMs === null) return;
    entry.timer = timers.at(atMs, `schedule ${schedule.name}`, () => {
      this.#plan(entry);
      return this.#run(entry);
    });
  }

  async #run(entry: Entry): Promise<void> {
    const { schedule } = entry;
    entry.runs += 1;
    this.#delivering += 1;
    try {
      const delivery = await this.#options.deliver(schedule.target, entry.input);
      if (delivery.kind !== 'failed') return;
      entry.failed += 1;
      this.#options.onFailedDelivery?.(schedule.name, schedule.target, delivery.why);
    } finally {
      this.#delivering -= 1;
    }
  }
}

function inputOf({ name, input }: Wiring['schedules'][number]): unknown {
  try {
    return JSON.parse(input);
  } catch (error) {
    throw new Error(`schedule ${name}: its input is not JSON: ${input}`, { cause: error });
  }
}
