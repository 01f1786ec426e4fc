import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle } from '../../shared/ports/timers.ts';
import type { ReceivedMessage } from './queue-types.ts';

/** A message as a queue keeps it; a duplicate is a copy of its own with the same id. */
export type Copy = {
  readonly number: number;
  readonly messageId: string;
  readonly body: string;
  readonly sentMs: EpochMs;
  readonly deadLetterSource: string | null;
  firstReceivedMs: EpochMs;
  receives: number;
  state: 'delayed' | 'visible' | 'in_flight' | 'gone';
  timeout: TimerHandle | null;
};

/** A copy that is not shown yet; a dead letter carries the receives of its former life. */
export function copyOf(
  number: number,
  message: Pick<Copy, 'messageId' | 'body' | 'sentMs' | 'deadLetterSource'>,
  carried: Pick<Copy, 'firstReceivedMs' | 'receives'>,
): Copy {
  return {
    number,
    messageId: message.messageId,
    body: message.body,
    sentMs: message.sentMs,
    deadLetterSource: message.deadLetterSource,
    firstReceivedMs: carried.firstReceivedMs,
    receives: carried.receives,
    state: 'delayed',
    timeout: null,
  };
}

/** A receive of a copy, as the receiver gets it. */
export function receivedOf(copy: Copy): ReceivedMessage {
  return {
    messageId: copy.messageId,
    receiptHandle: `${copy.number}:${copy.receives}:${copy.messageId}`,
    body: copy.body,
    sentMs: copy.sentMs,
    firstReceivedMs: copy.firstReceivedMs,
    receives: copy.receives,
    deadLetterSource: copy.deadLetterSource,
  };
}

/** Which copy and which receive of it a handle names; null for what is no handle. */
export function parseHandle(
  receiptHandle: string,
): { readonly number: number; readonly receives: number; readonly messageId: string } | null {
  const first = receiptHandle.indexOf(':');
  const second = receiptHandle.indexOf(':', first + 1);
  if (first <= 0 || second <= first + 1) return null;
  const number = Number(receiptHandle.slice(0, first));
  const receives = Number(receiptHandle.slice(first + 1, second));
  const isHandle = Number.isSafeInteger(number) && Number.isSafeInteger(receives);
  if (!isHandle || number < 0 || receives < 1) return null;
  return { number, receives, messageId: receiptHandle.slice(second + 1) };
}
