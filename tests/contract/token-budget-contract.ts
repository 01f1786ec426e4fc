import { describe, expect, it } from 'vitest';
import { usableLimit } from '../../shared/domain/rate/token-bucket.ts';
import type { TokenAsk, TokenBudget } from '../../shared/ports/token-budget.ts';
import { NOON } from '../support/trade-builders.ts';

const limit = usableLimit({ refillPerS: 100, capacity: 100 }, 0);

const ask = (change: Partial<TokenAsk> = {}): TokenAsk => ({
  bucket: 'write',
  limit,
  least: 10_000,
  wanted: 10_000,
  keep: 0,
  nowMs: NOON,
  ...change,
});

/** What every budget of tokens must do. `make` gives two processes' views of one and the same account. */
export function tokenBudgetContract(
  name: string,
  make: () => Promise<readonly [TokenBudget, TokenBudget]>,
): void {
  describe(`token budget contract: ${name}`, () => {
    it('gives what is there, by turns to both, and then says until when to wait', async () => {
      const [one, other] = await make();
      for (let n = 0; n < 5; n += 1) {
        expect(await one.take(ask())).toEqual({ kind: 'granted', tokens: 10_000 });
        expect(await other.take(ask())).toEqual({ kind: 'granted', tokens: 10_000 });
      }
      expect(await one.take(ask())).toEqual({ kind: 'wait', untilMs: NOON + 100 });
      expect(await other.take(ask())).toEqual({ kind: 'wait', untilMs: NOON + 100 });
      expect(await other.take(ask({ nowMs: NOON + 100 }))).toMatchObject({ kind: 'granted' });
      expect(await one.take(ask({ nowMs: NOON + 100 }))).toMatchObject({ kind: 'wait' });
    });

    it('gives between the least and what is wanted, and leaves what is kept back', async () => {
      const [one, other] = await make();
      await other.take(ask({ least: 60_000, wanted: 60_000 }));
      expect(await one.take(ask({ wanted: 50_000, keep: 20_000 }))).toEqual({
        kind: 'granted',
        tokens: 20_000,
      });
      expect(await one.take(ask({ keep: 20_000 }))).toMatchObject({ kind: 'wait' });
      expect(await other.take(ask({ least: 2_000, wanted: 2_000 }))).toMatchObject({
        kind: 'granted',
      });
    });

    it('fills up again although who took never came back', async () => {
      const [dead, alive] = await make();
      await dead.take(ask({ least: 100_000, wanted: 100_000 }));
      expect(await alive.take(ask({ nowMs: NOON + 500, wanted: 90_000 }))).toEqual({
        kind: 'granted',
        tokens: 50_000,
      });
      expect(
        await alive.take(ask({ nowMs: NOON + 9_000, least: 100_000, wanted: 100_000 })),
      ).toEqual({ kind: 'granted', tokens: 100_000 });
    });

    it('is empty for both when the exchange said so', async () => {
      const [one, other] = await make();
      await one.drain({ bucket: 'write', limit, nowMs: NOON });
      expect(await other.take(ask())).toEqual({ kind: 'wait', untilMs: NOON + 100 });
      await other.drain({ bucket: 'write', limit, nowMs: NOON - 500 });
      expect(await one.take(ask({ nowMs: NOON + 100 }))).toMatchObject({ kind: 'granted' });
    });

    it('keeps buckets apart, and says what none of them holds', async () => {
      const [one, other] = await make();
      await one.take(ask({ least: 100_000, wanted: 100_000 }));
      expect(await other.take(ask({ bucket: 'write:3' }))).toMatchObject({ kind: 'granted' });
      expect(await other.take(ask({ least: 101_000, wanted: 101_000 }))).toEqual({
        kind: 'too_large',
      });
    });

    it('goes on after a clock that was a day ahead', async () => {
      const [one, other] = await make();
      await one.take(ask({ nowMs: NOON + 86_400_000 }));
      expect(await other.take(ask())).toEqual({ kind: 'wait', untilMs: NOON + 100 });
    });

    it('never gives more than it holds to rivals that ask at once', async () => {
      const [one, other] = await make();
      const grants = await Promise.all(
        Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : other).take(ask())),
      );
      expect(grants.filter(({ kind }) => kind === 'granted').length).toBeLessThanOrEqual(10);
      expect(grants.filter(({ kind }) => kind === 'granted').length).toBeGreaterThan(0);
    });
  });
}
