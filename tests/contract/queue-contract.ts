import { describe, expect, it } from 'vitest';
import type { Queue } from '../../shared/ports/queue.ts';

/** A queue with its consumer; `drain` lets everything be delivered that will be. */
export type QueueWorld = {
  readonly queue: Queue<string>;
  /** Handles one message; a false answer means that it failed and is to come again. */
  readonly consume: (handle: (message: string) => boolean) => void;
  readonly drain: () => Promise<void>;
};

const MESSAGES = Array.from({ length: 25 }, (_, index) => `message-${index}`);

/** What every queue must do: at least once, in any order, whatever it is made of. */
export function queueContract(name: string, open: () => QueueWorld): void {
  describe(`queue contract: ${name}`, () => {
    it('delivers each message at least once, and nothing else', async () => {
      const { queue, consume, drain } = open();
      const seen: string[] = [];
      consume((message) => seen.push(message) > 0);
      await queue.send(MESSAGES.slice(0, 10));
      await queue.send([]);
      await queue.send(MESSAGES.slice(10));
      await drain();
      expect(new Set(seen)).toEqual(new Set(MESSAGES));
    });

    it('keeps what was sent before there was a consumer', async () => {
      const { queue, consume, drain } = open();
      await queue.send(['early']);
      await drain();
      const seen = new Set<string>();
      consume((message) => seen.add(message).size > 0);
      await drain();
      expect(seen).toEqual(new Set(['early']));
    });

    it('delivers a message again that failed, and only that one of its batch must', async () => {
      const { queue, consume, drain } = open();
      const receives = new Map<string, number>();
      consume((message) => {
        const before = receives.get(message) ?? 0;
        receives.set(message, before + 1);
        return message !== 'message-3' || before > 0;
      });
      await queue.send(MESSAGES);
      await drain();
      expect(receives.size).toBe(MESSAGES.length);
      expect(receives.get('message-3')).toBeGreaterThanOrEqual(2);
    });

    it('takes messages that are sent while one is handled', async () => {
      const { queue, consume, drain } = open();
      const seen = new Set<string>();
      consume((message) => {
        if (message === 'first' && !seen.has('second')) void queue.send(['second']);
        return seen.add(message).size > 0;
      });
      await queue.send(['first']);
      await drain();
      expect(seen).toEqual(new Set(['first', 'second']));
    });
  });
}
