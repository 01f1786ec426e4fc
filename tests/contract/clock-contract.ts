import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/ports/clock.ts';

/** What every clock must do; `pass` lets some time go by. */
export function clockContract(
  name: string,
  make: () => { readonly clock: Clock; readonly pass: () => Promise<void> },
): void {
  describe(`clock contract: ${name}`, () => {
    it('tells whole milliseconds since 1970', async () => {
      const { clock, pass } = make();
      for (let look = 0; look < 3; look += 1) {
        expect(Number.isSafeInteger(clock.nowMs())).toBe(true);
        expect(clock.nowMs()).toBeGreaterThan(Date.UTC(2020));
        await pass();
      }
    });

    it('goes forward when time passes and never back', async () => {
      const { clock, pass } = make();
      let last = clock.nowMs();
      for (let look = 0; look < 5; look += 1) {
        await pass();
        expect(clock.nowMs()).toBeGreaterThan(last);
        last = clock.nowMs();
      }
    });
  });
}
