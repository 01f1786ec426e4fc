import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { GroupAddress, OrderGroups } from '../../shared/ports/order-groups.ts';
import { settled, valueOf } from '../support/port-reads.ts';
import {
  farQuote,
  orderWhen,
  placed,
  type QuotingPlace,
  type QuotingWorld,
} from './quoting-contract.ts';

export type GroupsPlace = QuotingPlace & { readonly groups: OrderGroups };
export type GroupsWorld = QuotingWorld & { readonly groups: OrderGroups };

const LIMIT = contracts(1_000);

/** What every exchange must do with fuses, wherever it is. Leaves nothing behind. */
export function orderGroupsContract(name: string, enter: () => Promise<GroupsPlace>): void {
  describe(`order groups contract: ${name}`, () => {
    it('a group is listed as it was made, with another limit when it is set, and gone when removed', async () => {
      const place = await open(enter);
      const group = await made(place);
      const listed = () => groupIn(place, group);
      expect(await listed()).toMatchObject({ limit: LIMIT, isTriggered: false });
      expect(await place.groups.setLimit(group, contracts(2_000))).toEqual({ kind: 'done' });
      await settled(listed, (found) => found?.limit === 2_000, place.catchUp);
      expect(await valueOf(place.groups.one(group))).toMatchObject({ id: group.id, orderIds: [] });
      expect(await place.groups.remove(group)).toEqual({ kind: 'done' });
      await settled(listed, (found) => found === undefined, place.catchUp);
      expect(await valueOf(place.groups.one(group))).toBeNull();
    });

    it('triggered, it cancels its orders and refuses new ones until it is reset', async () => {
      const place = await open(enter);
      const group = await made(place);
      const burning = { orderGroupId: group.id };
      const [inside, outside] = [
        await placed(place, farQuote(place, burning)),
        await placed(place, farQuote(place)),
      ];
      await settled(
        () => valueOf(place.groups.one(group)),
        (found) => found?.orderIds.join() === inside.exchangeOrderId,
        place.catchUp,
      );
      expect(await place.groups.trigger(group)).toEqual({ kind: 'done' });
      await orderWhen(place, inside, 'cancelled');
      await settled(
        () => groupIn(place, group),
        (found) => found?.isTriggered === true,
        place.catchUp,
      );
      expect(await place.quoting.quote(farQuote(place, burning))).toMatchObject({
        kind: 'rejected',
      });
      expect(await place.groups.reset(group)).toEqual({ kind: 'done' });
      await placed(place, farQuote(place, burning));
      // Removed with what rests in it; what has no fuse stays.
      expect(await place.groups.remove(group)).toEqual({ kind: 'done' });
      expect(await place.quoting.cancelMany([outside])).toMatchObject([{ kind: 'cancelled' }]);
    });

    it('does nothing to a group that is not there', async () => {
      const { groups, exchangeIndex } = await open(enter);
      const absent = { id: randomUUID(), exchangeIndex };
      expect(await valueOf(groups.one(absent))).toBeNull();
      expect([
        await groups.setLimit(absent, LIMIT),
        await groups.trigger(absent),
        await groups.reset(absent),
        await groups.remove(absent),
      ]).toEqual(Array.from({ length: 4 }, () => ({ kind: 'not_found' })));
    });
  });
}

/** What needs somebody to trade with. */
export function orderGroupsWorldContract(name: string, enter: () => Promise<GroupsWorld>): void {
  describe(`order groups contract in a world of our own: ${name}`, () => {
    const near = { limitPrice: price(5_100), count: contracts(600) } as const;

    it('blows when so much has matched within 15 seconds, and not one contract more', async () => {
      const world = await open(enter);
      const group = await made(world);
      const quotes = [
        await placed(world, farQuote(world, { ...near, orderGroupId: group.id })),
        await placed(world, farQuote(world, { ...near, orderGroupId: group.id })),
      ];
      world.others('ask', 5_100, 2_000);
      await world.catchUp();
      const fills = await valueOf(world.exchange.fills({ sinceMs: 0 }));
      expect(fills.reduce((sum, { count }) => sum + count, 0)).toBe(LIMIT);
      expect(await groupIn(world, group)).toMatchObject({ isTriggered: true });
      expect(await orderWhen(world, quotes[0]!, 'executed')).toMatchObject({ filled: 600 });
      expect(await orderWhen(world, quotes[1]!, 'cancelled')).toMatchObject({ filled: 400 });
    });

    it('does not blow by the same contracts spread over more than 15 seconds', async () => {
      const world = await open(enter);
      const group = await made(world);
      const change = { ...near, orderGroupId: group.id };
      await placed(world, farQuote(world, change));
      world.others('ask', 5_100, 600);
      world.wait(15_001);
      await placed(world, farQuote(world, change));
      world.others('ask', 5_100, 600);
      await world.catchUp();
      expect(await groupIn(world, group)).toMatchObject({ isTriggered: false });
    });

    it('blows at once when its limit is set below what has matched', async () => {
      const world = await open(enter);
      const group = await made(world);
      const change = { ...near, orderGroupId: group.id };
      const quote = await placed(world, farQuote(world, change));
      world.others('ask', 5_100, 300);
      expect(await world.groups.setLimit(group, contracts(200))).toEqual({ kind: 'done' });
      await world.catchUp();
      expect(await groupIn(world, group)).toMatchObject({ isTriggered: true });
      expect(await orderWhen(world, quote, 'cancelled')).toMatchObject({ filled: 300 });
    });

    it('is of one shard: on another there is no such group', async () => {
      const world = await open(enter);
      const group = await made(world);
      const elsewhere = { ...group, exchangeIndex: group.exchangeIndex + 1 };
      expect(await world.groups.trigger(elsewhere)).toEqual({ kind: 'not_found' });
      expect(await groupIn(world, group)).toMatchObject({ isTriggered: false });
    });
  });
}

async function open<Place extends GroupsPlace>(enter: () => Promise<Place>): Promise<Place> {
  const place = await enter();
  onTestFinished(() => place.close?.());
  return place;
}

async function made({ groups, exchangeIndex }: GroupsPlace): Promise<GroupAddress> {
  const created = await groups.create({ limit: LIMIT, exchangeIndex });
  if (created.kind !== 'created') throw new Error(`the group: ${JSON.stringify(created)}`);
  return { id: created.id, exchangeIndex };
}

async function groupIn({ groups }: GroupsPlace, { id }: GroupAddress) {
  return (await valueOf(groups.list())).find((group) => group.id === id);
}
