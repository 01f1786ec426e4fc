import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimExit,
  returnSellable,
  takeSellable,
} from '../../../../shared/domain/exits/claim-exit.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import {
  applyEntryFill,
  applyExitFill,
} from '../../../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import { aFillOf, anEntry, anExit } from '../../../support/trade-builders.ts';
import { runs } from '../../../support/property-settings.ts';

type Sale = { readonly id: string; count: number };

/** A position and its sales in flight, as an exchange would hold them. */
class World {
  position: Position = applyEntryFill(null, aFillOf(anEntry()), anEntry(), 'position-1');
  readonly sales: Sale[] = [];
  readonly ids = new Set<string>();
  started = 0;

  claim(critical: boolean): void {
    if (this.position.state === 'closed') return;
    const claimed = critical
      ? claimExit(this.position, 'stop_loss', 'critical')
      : claimExit(this.position, 'profit_target', 'medium');
    if (claimed.kind === 'outranked') return;
    expect(claimed.position.exit.generation).toBeGreaterThanOrEqual(this.position.exit.generation);
    this.position = claimed.position;
  }

  sell(count: number): void {
    const taken = takeSellable(this.position, contracts(count));
    if (taken.kind === 'insufficient') return;
    this.position = taken.position;
    const id = `${this.position.exit.generation}/${taken.attempt}`;
    expect(this.ids.has(id)).toBe(false);
    this.ids.add(id);
    this.sales.push({ id, count });
    this.started += 1;
  }

  fill(pick: number, share: number): void {
    const sale = this.sales[pick % this.sales.length];
    if (sale === undefined || sale.count === 0) return;
    const count = contracts(Math.ceil(sale.count * share));
    this.position = applyExitFill(this.position, aFillOf(anExit({ count }))).position;
    sale.count -= count;
  }

  end(pick: number): void {
    const [sale] = this.sales.splice(pick % Math.max(1, this.sales.length), 1);
    if (sale !== undefined) this.position = returnSellable(this.position, contracts(sale.count));
  }

  buyMore(count: number): void {
    const intent = anEntry();
    const fill = aFillOf(intent, { count: contracts(count) });
    this.position = applyEntryFill(this.position, fill, intent, 'position-1');
  }
}

const pick = fc.nat({ max: 5 });
const event = fc.oneof(
  fc.boolean().map((critical) => (world: World) => world.claim(critical)),
  fc.integer({ min: 1, max: 1_200 }).map((count) => (world: World) => world.sell(count)),
  fc.tuple(pick, fc.constantFrom(0.2, 0.5, 1)).map((args) => (world: World) => world.fill(...args)),
  pick.map((index) => (world: World) => world.end(index)),
  fc.integer({ min: 1, max: 300 }).map((count) => (world: World) => world.buyMore(count)),
);

describe('sales in flight', () => {
  it('and what may still be sold are always exactly the position, and no id is used twice', () => {
    let started = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40, size: '+1' }), (events) => {
        const world = new World();
        for (const apply of events) {
          apply(world);
          const inFlight = world.sales.reduce((sum, { count }) => sum + count, 0);
          expect(inFlight + world.position.exit.sellable).toBe(world.position.quantity);
        }
        started += world.started;
      }),
      runs(1_000),
    );
    expect(started).toBeGreaterThan(1_000);
  });
});
