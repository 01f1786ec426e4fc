import { resolveOrders } from '../../shared/application/resolve-orders.ts';
import { startAndRecover } from '../../shared/application/start-and-recover.ts';
import type { FeederParts } from './feeder-parts.ts';
import type { TaskTimers } from './task-timers.ts';

const RECOVERY_RETRY_MS = 2_000;

/** The recovery with which each epoch begins, and the looks at open orders that follow it. */
export class Recovery {
  readonly #parts: FeederParts;
  readonly #tasks: TaskTimers;
  readonly #epoch: number;
  #isDone: boolean;

  constructor(parts: FeederParts, tasks: TaskTimers, epoch: number) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#epoch = epoch;
    this.#isDone = parts.trading === null;
  }

  /** Where nobody trades there is nothing to recover. */
  get isDone(): boolean {
    return this.#isDone;
  }

  begin(): void {
    this.#tasks.after(0, 'recovery', () => this.#recover());
  }

  /** Refuses new risk, asks the exchange about everything, and only then opens; then looks at open orders for ever. */
  async #recover(): Promise<void> {
    const { trading, telemetry, limits } = this.#parts;
    if (trading === null) return;
    const recovery = await this.#tasks.guard('recovery', () => startAndRecover(trading));
    if (this.#tasks.isOver) return;
    if (recovery?.kind !== 'open') {
      if (recovery !== null) telemetry.log('warn', 'not_recovered', { reason: recovery.reason });
      this.#tasks.after(RECOVERY_RETRY_MS, 'recovery', () => this.#recover());
      return;
    }
    this.#isDone = true;
    telemetry.log('info', 'recovered', { epoch: this.#epoch });
    this.#tasks.every(limits.lookupIntervalMs, 'resolver', async () => {
      await resolveOrders(trading);
    });
  }
}
