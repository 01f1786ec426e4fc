import { commandCodec } from '../../shared/contracts/messages.ts';
import type { CommandMessage } from '../../shared/contracts/messages/command-schema.ts';
import type { CommandSource, TakenCommand } from '../../shared/ports/command-source.ts';

/** Commands that a test speaks. What is not acknowledged is given again when the test says so. */
export class SpokenCommands implements CommandSource {
  readonly acked: string[] = [];
  readonly signals: AbortSignal[] = [];
  takes = 0;
  /** Takes, or acknowledgements, fail while it is set. */
  broken: 'take' | 'ack' | null = null;
  #waiting: TakenCommand[] = [];
  #number = 0;

  send(command: CommandMessage | string, sentMs: number): string {
    const messageId = `m${(this.#number += 1)}`;
    const body = typeof command === 'string' ? command : commandCodec.encode(command);
    this.#waiting.push({ messageId, handle: `${messageId}-1`, body, sentMs });
    return messageId;
  }

  take(signal: AbortSignal): Promise<readonly TakenCommand[]> {
    this.takes += 1;
    this.signals.push(signal);
    if (this.broken === 'take') return Promise.reject(new Error('the queue is down'));
    const taken = this.#waiting;
    this.#waiting = [];
    return Promise.resolve(taken);
  }

  ack({ messageId }: TakenCommand): Promise<void> {
    if (this.broken === 'ack') return Promise.reject(new Error('the queue is down'));
    this.acked.push(messageId);
    return Promise.resolve();
  }
}
