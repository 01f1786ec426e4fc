import { cancelEverything, type CancelReport } from '../../shared/application/cancel-everything.ts';
import { resumeTrading } from '../../shared/application/resume-trading.ts';
import { resetFuse } from '../../shared/application/strategy-fuses.ts';
import type { CommandMessage } from '../../shared/contracts/messages/command-schema.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { CommandResult } from './command-taker.ts';
import type { FeederParts } from './feeder-parts.ts';

/** What the last `cancel_everything` of this process came to. */
export type KillSwitchReport = {
  readonly kind: CancelReport['kind'];
  /** Orders that the last look found resting. */
  readonly resting: number;
  readonly aftershockUntilMs: EpochMs;
  readonly atMs: EpochMs;
};

type ResetFuse = Extract<CommandMessage, { kind: 'reset_fuse' }>;

/**
 * What only a person may ask for: the kill switch, going on after it, and fuses that hold again. Each may come twice,
 * or again after a crash in its middle. What the exchange did not confirm is tried again with the next receive, and is
 * a dead letter, with its alarm, when that does not help.
 */
export class OperatorCommands {
  readonly #parts: FeederParts;
  #last: KillSwitchReport | null = null;

  constructor(parts: FeederParts) {
    this.#parts = parts;
  }

  /** Null when there was none. */
  get last(): KillSwitchReport | null {
    return this.#last;
  }

  async cancelEverything(askedMs: EpochMs): Promise<CommandResult> {
    const { store, telemetry, timers, trading, quoting } = this.#parts;
    if (trading === null || quoting === null) return this.#impossible('cancel_everything');
    telemetry.count('kill_switch.used', 1);
    const { exchange } = trading;
    const report = await cancelEverything(
      { clock: timers, store, exchange, quoting, telemetry },
      `cancel_everything, by command of ${new Date(askedMs).toISOString()}`,
      askedMs,
    );
    const { kind, resting, aftershockUntilMs } = report;
    this.#last = { kind, resting: resting.length, aftershockUntilMs, atMs: timers.nowMs() };
    if (kind === 'clean') return 'done';
    telemetry.count('kill_switch.not_clean', 1);
    return 'again';
  }

  async resume(askedMs: EpochMs): Promise<CommandResult> {
    const { kind } = await resumeTrading(this.#parts, askedMs);
    if (kind !== 'resumed') this.#parts.telemetry.log('warn', 'not_resumed', { why: kind });
    return 'done';
  }

  async resetFuse(command: ResetFuse, askedMs: EpochMs): Promise<CommandResult> {
    const { trading, telemetry } = this.#parts;
    if (trading === null || trading.groups === null) return this.#impossible('reset_fuse');
    const { strategy, exchangeIndex } = command;
    const deps = { ...trading, groups: trading.groups };
    const reset = await resetFuse(deps, { strategy, exchangeIndex }, askedMs);
    if (reset.kind === 'reset') return 'done';
    const why = reset.kind === 'not_reset' ? reset.reason : reset.kind;
    telemetry.count('fuse.not_reset', 1);
    telemetry.log('error', 'fuse_not_reset', { strategy, exchangeIndex, why });
    return reset.kind === 'not_reset' ? 'again' : 'done';
  }

  #impossible(command: CommandMessage['kind']): CommandResult {
    this.#parts.telemetry.log('error', 'command_impossible', {
      command,
      why: 'nobody trades here',
    });
    return 'done';
  }
}
