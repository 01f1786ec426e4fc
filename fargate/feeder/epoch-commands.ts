import type { CommandMessage } from '../../shared/contracts/messages/command-schema.ts';
import { CommandTaker, type CommandResult } from './command-taker.ts';
import type { FeederParts } from './feeder-parts.ts';
import type { OperatorCommands } from './operator-commands.ts';
import type { TaskTimers } from './task-timers.ts';

type OperatorKind = 'cancel_everything' | 'resume' | 'reset_fuse';

/** What the commands of the feeder's own work do; each is done when it ends. */
export type WorkActions = {
  readonly [K in Exclude<CommandMessage['kind'], OperatorKind>]: (
    command: Extract<CommandMessage, { kind: K }>,
  ) => unknown;
};

/** Takes the commands of one epoch, which begins now; null where nobody commands. */
export function epochCommands(
  { commands, timers, telemetry }: FeederParts,
  {
    tasks,
    operator,
    work,
  }: {
    readonly tasks: TaskTimers;
    readonly operator: OperatorCommands;
    readonly work: WorkActions;
  },
): CommandTaker | null {
  if (commands === null) return null;
  return new CommandTaker({
    source: commands,
    timers,
    tasks,
    telemetry,
    beganMs: timers.nowMs(),
    actions: {
      refresh_directory: done(work.refresh_directory),
      resnapshot: done(work.resnapshot),
      drain: done(work.drain),
      status: done(work.status),
      cancel_everything: (_, sentMs) => operator.cancelEverything(sentMs),
      resume: (_, sentMs) => operator.resume(sentMs),
      reset_fuse: (command, sentMs) => operator.resetFuse(command, sentMs),
    },
  });
}

function done<Command>(
  act: (command: Command) => unknown,
): (command: Command) => Promise<CommandResult> {
  return async (command) => {
    await act(command);
    return 'done';
  };
}
