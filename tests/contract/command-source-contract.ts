import { describe, expect, it } from 'vitest';
import type { CommandSource } from '../../shared/ports/command-source.ts';

/** A source, the queue behind it, and time that passes. A command that is not acknowledged comes again after a second. */
export type CommandSourceWorld = {
  readonly source: CommandSource;
  readonly send: (body: string) => void;
  readonly nowMs: () => number;
  readonly pass: (ms: number) => Promise<void>;
};

const HIDDEN_MS = 1_000;
const never = (): AbortSignal => new AbortController().signal;

/** What every source of commands must do. */
export function commandSourceContract(name: string, open: () => CommandSourceWorld): void {
  describe(`command source contract: ${name}`, () => {
    it('gives each command as it was sent, with the time at which it was', async () => {
      const { source, send, nowMs } = open();
      const sentMs = nowMs();
      for (const body of ['{"v":1,"kind":"status"}', 'no JSON — ünïcode']) send(body);
      const taken = await source.take(never());
      expect(taken.map(({ body }) => body).toSorted()).toEqual([
        'no JSON — ünïcode',
        '{"v":1,"kind":"status"}',
      ]);
      for (const command of taken) {
        expect(command.sentMs - sentMs).toBeGreaterThanOrEqual(0);
        expect(command.sentMs - sentMs).toBeLessThan(500);
        await source.ack(command);
      }
    });

    it('gives a command again that was not acknowledged, as the same one, and no other', async () => {
      const { source, send, pass } = open();
      for (const body of ['done', 'left']) send(body);
      const taken = await source.take(never());
      await source.ack(taken.find(({ body }) => body === 'done')!);
      await pass(HIDDEN_MS + 100);
      const again = await source.take(never());
      const before = taken.find(({ body }) => body === 'left')!;
      expect(again).toMatchObject([
        { messageId: before.messageId, body: 'left', sentMs: before.sentMs },
      ]);
      expect(again[0]!.handle).not.toBe(before.handle);
      // The older handle may not be good any more; the newer one is.
      await source.ack(again[0]!);
    });

    it('gives nothing when it is given up, and takes nothing with it', async () => {
      const { source, send, pass } = open();
      const abort = new AbortController();
      const given = source.take(abort.signal);
      await pass(50);
      abort.abort();
      expect(await given).toEqual([]);
      send('later');
      const taken = await source.take(never());
      expect(taken.map(({ body }) => body)).toEqual(['later']);
      await source.ack(taken[0]!);
    });
  });
}
