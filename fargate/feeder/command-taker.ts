import { commandCodec } from '../../shared/contracts/messages.ts';
import {
  COMMAND_MAX_AGE_MS,
  type CommandMessage,
} from '../../shared/contracts/messages/command-schema.ts';
import { MessageRefusal } from '../../shared/contracts/messages/message-codec.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { CommandSource, TakenCommand } from '../../shared/ports/command-source.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { TaskTimers } from './task-timers.ts';

/** From a look that brought nothing to the next. The look itself may wait. */
const PAUSE_MS = 1_000;
/** After a source that could not be reached. */
const RETRY_MS = 5_000;

/** `again`: it did not come to its end, and is to come once more. */
export type CommandResult = 'done' | 'again';

/** What each command does; `sentMs` is when it was asked for, by the queue's clock. */
export type CommandActions = {
  readonly [K in CommandMessage['kind']]: (
    command: Extract<CommandMessage, { kind: K }>,
    sentMs: EpochMs,
  ) => CommandResult | Promise<CommandResult>;
};

/** A command as it came, and what it says. */
type ReadCommand = { readonly taken: TakenCommand; readonly command: CommandMessage };

/**
 * Takes commands for as long as one epoch runs. A command is acknowledged when it is done, but `drain` before: it must
 * not come again and end the feeder that leads next. What cannot be read or fails is not acknowledged, and is a dead
 * letter after a few receives; what is too old is ignored, and so is a `drain` that was sent before this epoch began,
 * since it was meant for another one. Of commands that come together the kill switch is the first.
 */
export class CommandTaker {
  readonly #source: CommandSource;
  readonly #timers: Timers;
  readonly #tasks: TaskTimers;
  readonly #telemetry: Telemetry;
  readonly #actions: CommandActions;
  readonly #beganMs: EpochMs;
  readonly #abort = new AbortController();

  constructor(parts: {
    readonly source: CommandSource;
    readonly timers: Timers;
    readonly tasks: TaskTimers;
    readonly telemetry: Telemetry;
    readonly actions: CommandActions;
    /** When the epoch began. */
    readonly beganMs: EpochMs;
  }) {
    this.#source = parts.source;
    this.#timers = parts.timers;
    this.#tasks = parts.tasks;
    this.#telemetry = parts.telemetry;
    this.#actions = parts.actions;
    this.#beganMs = parts.beganMs;
  }

  begin(): void {
    this.#planTake(0);
  }

  /** Gives the wait for commands up; those that are under way come again. */
  end(): void {
    this.#abort.abort();
  }

  #planTake(delayMs: number): void {
    this.#tasks.after(delayMs, 'feeder takes commands', async () => {
      const { signal } = this.#abort;
      const taken = await this.#tasks.guard('commands', () => this.#source.take(signal));
      for (const one of this.#inOrder(taken ?? [])) {
        if (this.#tasks.isOver) return;
        await this.#tasks.guard('command', () => this.#obey(one));
      }
      if (taken === null) this.#planTake(RETRY_MS);
      else this.#planTake(taken.length === 0 ? PAUSE_MS : 0);
    });
  }

  #inOrder(commands: readonly TakenCommand[]): readonly ReadCommand[] {
    const read = commands.flatMap((taken) => {
      const command = this.#read(taken);
      return command === null ? [] : [{ taken, command }];
    });
    const isFirst = ({ command }: ReadCommand): boolean => command.kind === 'cancel_everything';
    return [...read.filter(isFirst), ...read.filter((one) => !isFirst(one))];
  }

  async #obey({ taken, command }: ReadCommand): Promise<void> {
    const { messageId, sentMs } = taken;
    const { kind } = command;
    const ageMs = Math.max(0, this.#timers.nowMs() - sentMs);
    const fields = { kind, message: messageId, ageMs };
    const isForAnother = kind === 'drain' && sentMs < this.#beganMs;
    if (ageMs > COMMAND_MAX_AGE_MS[kind] || isForAnother) {
      this.#telemetry.log('warn', 'command_too_old', fields);
      await this.#source.ack(taken);
      return;
    }
    this.#telemetry.log('info', 'command_taken', fields);
    if (kind === 'drain') await this.#source.ack(taken);
    const result = await this.#carryOut(command, sentMs);
    // Who leads next carries it out again; to end in order it has been acknowledged already.
    if (this.#tasks.isOver) return;
    if (result === 'again') this.#telemetry.log('error', 'command_comes_again', fields);
    else if (kind !== 'drain') await this.#source.ack(taken);
  }

  /** Null for what is no command; where it is wrong is told, what it holds is not. */
  #read({ body, messageId }: TakenCommand): CommandMessage | null {
    try {
      return commandCodec.parse(body);
    } catch (error) {
      if (!(error instanceof MessageRefusal)) throw error;
      const { code, what, where } = error;
      this.#telemetry.count('feeder.command_refused', 1);
      this.#telemetry.log('error', 'message_refused', { code, what, where, message: messageId });
      return null;
    }
  }

  async #carryOut(command: CommandMessage, sentMs: EpochMs): Promise<CommandResult> {
    const actions = this.#actions;
    switch (command.kind) {
      case 'refresh_directory':
        return actions.refresh_directory(command, sentMs);
      case 'resnapshot':
        return actions.resnapshot(command, sentMs);
      case 'drain':
        return actions.drain(command, sentMs);
      case 'status':
        return actions.status(command, sentMs);
      case 'cancel_everything':
        return actions.cancel_everything(command, sentMs);
      case 'resume':
        return actions.resume(command, sentMs);
      case 'reset_fuse':
        return actions.reset_fuse(command, sentMs);
    }
  }
}
