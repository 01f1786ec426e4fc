import { expect } from 'vitest';
import { VIRTUAL_TURNS } from '../../local/run/microtask-turn.ts';
import { checkEndedWorld, drainWorld } from '../../local/virtual/end-world.ts';
import { ACCOUNT, type World } from '../../local/virtual/world.ts';
import { fillKey } from '../../shared/domain/execution/fill.ts';
import { balanceOf, imbalance } from '../../shared/domain/ledger/fold-ledger.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';

/** Runs a world that has begun up to a time. */
export async function runUntil(world: World, untilMs: EpochMs): Promise<void> {
  await world.scheduler.run({ untilMs, ...VIRTUAL_TURNS });
}

/** Runs a world second by second until something holds; false when its end comes first. */
export async function runUntilHolds(world: World, holds: () => boolean): Promise<boolean> {
  while (!holds()) {
    if (world.scheduler.nowMs() >= world.endMs) return false;
    await runUntil(world, world.scheduler.nowMs() + 1_000);
  }
  return true;
}

/** Runs a world to its end, delivers what is under way and lets the checker hold it against the truth. */
export async function runToEnd(world: World): Promise<void> {
  await runUntil(world, world.endMs);
  await drainWorld(world);
  await checkEndedWorld(world);
}

export function openPositions(world: World): readonly Position[] {
  return world.store.peekAll('positions').filter(({ state }) => state === 'open');
}

/**
 * Nothing was lost and nothing doubled, by the exchange's truth and without the checker: each order of ours stands there
 * at most once, each of its fills is booked once and none beside them, nothing is held any more, and the ledger holds
 * the exchange's cash to the last millionth. The checker agrees.
 */
export async function expectNothingLostOrDoubled(world: World): Promise<void> {
  const truth = world.exchange.truth(ACCOUNT);
  const sent = truth.orders.map(({ clientOrderId }) => clientOrderId);
  expect(new Set(sent).size).toBe(sent.length);
  const known = new Set<string | null>(
    world.store.peekAll('orders').map(({ intent }) => intent.clientOrderId),
  );
  expect(sent.filter((id) => !known.has(id))).toEqual([]);
  const booked = world.store.peekAll('fills').map(({ fill }) => fillKey(fill));
  const traded = truth.fills.map(({ tradeId, orderId }) =>
    fillKey({ tradeId, exchangeOrderId: orderId }),
  );
  expect(booked.toSorted()).toEqual(traded.toSorted());
  expect(truth.positions.size).toBe(0);
  expect(openPositions(world)).toEqual([]);
  const entries = await world.ledger.entries();
  expect(imbalance(entries)).toBe(0);
  expect(balanceOf(entries).get('cash:0')).toBe(truth.cashByShard.get(0));
  expect(
    world.checker.tally.records().flatMap(({ firstViolation }) => firstViolation ?? []),
  ).toEqual([]);
}

/** What the wire does to one frame of the exchange: nothing, or other frames in its place. */
export type Wire = (frame: string, nowMs: EpochMs) => readonly string[];

/** Puts a wire between the exchange and everybody who subscribes from now on. */
export function throughWire(exchange: SimExchange, wire: Wire): void {
  const subscribe = exchange.subscribe.bind(exchange);
  const disconnect = exchange.disconnect.bind(exchange);
  type Listener = Parameters<SimExchange['disconnect']>[0];
  const wrapped = new Map<Listener, Listener>();
  exchange.subscribe = (listener, params, nowMs) => {
    const behind: Listener = (frame, atMs) => {
      for (const received of wire(frame, atMs)) listener(received, atMs);
    };
    wrapped.set(listener, behind);
    return subscribe(behind, params, nowMs);
  };
  exchange.disconnect = (listener) => disconnect(wrapped.get(listener) ?? listener);
}

/** The type of a frame, for wires that do something to one kind only. */
export function typeOfFrame(frame: string): string {
  return (JSON.parse(frame) as { readonly type?: string }).type ?? '';
}
