import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/domain/decisions/canonical-json.ts';
import type { DecisionRecord } from '../../shared/domain/decisions/decision-record.ts';
import type { DecisionLog } from '../../shared/ports/decision-log.ts';

const decision = (decisionId: string, change: Partial<DecisionRecord> = {}): DecisionRecord => ({
  decisionId,
  kind: 'entry',
  market: 'A',
  decidedAtMs: 5,
  versions: { strategy: 'fair-line@1.0' },
  inputs: { b: 1, a: [null, true, '~0.5'] },
  outcome: { entry: { kind: 'refused' } },
  ...change,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What every decision log must do, whatever it is made of. */
export function decisionLogContract(name: string, make: () => Promise<DecisionLog>): void {
  describe(`decision log contract: ${name}`, () => {
    it('chains each decision to the one before it in its market', async () => {
      const log = await make();
      const first = await log.append(decision('1'));
      const second = await log.append(decision('2'));
      expect(first.previousSha256).toBe('0'.repeat(64));
      expect(first.sha256).toBe(sha256(first.previousSha256 + canonicalJson(decision('1'))));
      expect(second.previousSha256).toBe(first.sha256);
      expect(second.sha256).toBe(sha256(first.sha256 + canonicalJson(decision('2'))));
    });

    it('keeps a chain of its own for each market', async () => {
      const log = await make();
      const inA = await log.append(decision('1'));
      const inB = await log.append(decision('2', { market: 'B' }));
      const again = await log.append(decision('3'));
      expect(inB.previousSha256).toBe('0'.repeat(64));
      expect(again.previousSha256).toBe(inA.sha256);
    });

    it('keeps the first record of an id and gives it back', async () => {
      const log = await make();
      const first = await log.append(decision('1'));
      expect(await log.append(decision('1', { decidedAtMs: 99 }))).toEqual(first);
      expect(await log.all()).toEqual([first]);
      const next = await log.append(decision('2'));
      expect(next.previousSha256).toBe(first.sha256);
    });

    it('gives a market’s decisions in the order in which they were appended', async () => {
      const log = await make();
      expect(await log.all()).toEqual([]);
      for (const id of ['c', 'a', 'b']) await log.append(decision(id));
      expect((await log.all()).map(({ record }) => record.decisionId)).toEqual(['c', 'a', 'b']);
    });

    it('makes one unbroken chain of what many append at the same time', async () => {
      const log = await make();
      await Promise.all(Array.from({ length: 20 }, (_, n) => log.append(decision(`${n % 15}`))));
      const all = await log.all();
      expect(all).toHaveLength(15);
      for (const [index, { previousSha256 }] of all.entries())
        expect(previousSha256).toBe(all[index - 1]?.sha256 ?? '0'.repeat(64));
    });
  });
}
