import type { EpochMs } from '../domain/market/market.ts';
import type { Contracts } from '../domain/money/contracts.ts';
import { scopeKey, type CauseScope } from '../domain/risk/trading-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Fuse, HotStore, Row } from '../ports/hot-store.ts';
import type { GroupOutcome, OrderGroups } from '../ports/order-groups.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { causeKey } from './market-state.ts';
import { clearCause, raiseCause } from './trading-causes.ts';

/**
 * Fuses: one order group for each strategy on each shard, whose limit the exchange itself enforces (Kalshi: Order
 * Groups). Its id lies in the hot store, so that every process, and every later start, uses the same one.
 */

export type FuseDeps = {
  readonly clock: Clock;
  readonly store: HotStore;
  readonly telemetry: Telemetry;
  readonly groups: OrderGroups;
  readonly config: { readonly fuseLimit: Contracts };
};

/** Whose fuse. */
export type FusePlace = { readonly strategy: string; readonly exchangeIndex: number };

export type ArmedFuse =
  | { readonly kind: 'armed'; readonly orderGroupId: string }
  /** There is none, and none could be made now: nothing that would burn with it may go. */
  | { readonly kind: 'missing'; readonly reason: string };

const CODE = 'fuse_blown';
/** A group that was made less long ago may not be readable yet. */
const READABLE_AFTER_MS = 10_000;
/** Tries of one change of the stored fuse against other processes. */
const MAX_TRIES = 5;

function keyOf({ strategy, exchangeIndex }: FusePlace): string {
  return `${strategy}|${exchangeIndex}`;
}

/** The fuse that is stored; null when there is none yet. One read, nothing else. */
export async function knownFuse(
  { store }: Pick<FuseDeps, 'store'>,
  place: FusePlace,
): Promise<string | null> {
  return (await store.get('fuses', keyOf(place)))?.value.orderGroupId ?? null;
}

/**
 * The fuse of a strategy on a shard, made at the exchange when there is none. Of two processes that make one at the same
 * time the first to store its own wins, and the other's is removed. A group whose making was lost on the way stays behind
 * unused, and the next try makes another. It is not cleaned up: the exchange lists groups without a name, an owner or a
 * time (Kalshi: Order Groups), so that it cannot be told from a group that a person, another program of the account, or a
 * process of ours that has not stored it yet has made; and removing a group cancels its orders. Unused it cancels
 * nothing and costs nothing.
 */
export async function armFuse(deps: FuseDeps, place: FusePlace): Promise<ArmedFuse> {
  const known = await knownFuse(deps, place);
  return known === null ? makeFuse(deps, place, null) : { kind: 'armed', orderGroupId: known };
}

/** Makes a group and stores it, instead of `row` when that is given. */
async function makeFuse(
  deps: FuseDeps,
  place: FusePlace,
  row: Row<Fuse> | null,
): Promise<ArmedFuse> {
  const limit = deps.config.fuseLimit;
  const armedAtMs = deps.clock.nowMs();
  const made = await deps.groups.create({ limit, exchangeIndex: place.exchangeIndex });
  if (made.kind !== 'created') {
    const reason = made.kind === 'rejected' ? made.code : made.cause;
    deps.telemetry.log('error', 'fuse_not_made', { ...placeFields(place), reason });
    return { kind: 'missing', reason };
  }
  const key = keyOf(place);
  const value: Fuse = { ...placeOf(place), orderGroupId: made.id, limit, armedAtMs };
  const commit = await deps.store.transact([
    row === null
      ? { kind: 'insert', table: 'fuses', key, value }
      : { kind: 'replace', table: 'fuses', key, value, version: row.version },
  ]);
  if (commit.kind === 'committed') {
    deps.telemetry.log('info', 'fuse_armed', { ...placeFields(place), limit });
    return { kind: 'armed', orderGroupId: made.id };
  }
  // Another process was first: its fuse is the one.
  await deps.groups.remove({ id: made.id, exchangeIndex: place.exchangeIndex });
  const stored = await knownFuse(deps, place);
  return stored === null
    ? { kind: 'missing', reason: 'its row was removed' }
    : { kind: 'armed', orderGroupId: stored };
}

/**
 * Codes of refusals that have nothing to do with a fuse. The exchange's code for a blown one is not known for certain, so
 * that every other refusal of an order with a fuse is a reason to look at it.
 */
const NOT_OF_FUSES: ReadonlySet<string> = new Set([
  'authentication_error',
  'credentials_refused',
  'insufficient_balance',
  'insufficient_shard_balance',
  'invalid_price',
  'market_not_found',
  'order_already_exists',
  'post_only_cross',
  'rate_limited',
  'user_not_found',
]);

/** An order with a fuse was refused: when that may be its fuse, looks at it. */
export async function onRefusedOrder(
  deps: FuseDeps,
  refused: FusePlace & { readonly orderGroupId: string; readonly code: string },
): Promise<void> {
  if (NOT_OF_FUSES.has(refused.code)) return;
  const row = await deps.store.get('fuses', keyOf(refused));
  if (row?.value.orderGroupId === refused.orderGroupId) await lookAtFuse(deps, row);
}

export type FuseLook = 'intact' | 'blown' | 'made_again' | 'unread';

/**
 * Reads every fuse back: one that is blown stops its shard, one that the exchange does not know any more is made again,
 * and one with another limit than the configuration's is given that. To be repeated.
 */
export async function lookAtFuses(deps: FuseDeps): Promise<readonly FuseLook[]> {
  const looks: FuseLook[] = [];
  for (const row of await deps.store.list('fuses')) looks.push(await lookAtFuse(deps, row));
  return looks;
}

async function lookAtFuse(deps: FuseDeps, row: Row<Fuse>): Promise<FuseLook> {
  const { orderGroupId: id, exchangeIndex, armedAtMs, limit } = row.value;
  const nowMs = deps.clock.nowMs();
  const read = await deps.groups.one({ id, exchangeIndex });
  if (read.kind === 'unavailable') {
    deps.telemetry.count('fuse.unread', 1);
    return 'unread';
  }
  if (read.value === null) {
    if (nowMs - armedAtMs < READABLE_AFTER_MS) return 'unread';
    deps.telemetry.log('error', 'fuse_lost', placeFields(row.value));
    return (await makeFuse(deps, row.value, row)).kind === 'armed' ? 'made_again' : 'unread';
  }
  if (read.value.isTriggered) {
    await raiseBlown(deps, row.value, nowMs);
    return 'blown';
  }
  if (limit !== deps.config.fuseLimit) await changeLimit(deps, row);
  return 'intact';
}

async function changeLimit(deps: FuseDeps, row: Row<Fuse>): Promise<void> {
  const { orderGroupId: id, exchangeIndex } = row.value;
  const limit = deps.config.fuseLimit;
  const changed = await deps.groups.setLimit({ id, exchangeIndex }, limit);
  if (changed.kind !== 'done') return;
  const { key, version } = row;
  const value = { ...row.value, limit };
  await deps.store.transact([{ kind: 'replace', table: 'fuses', key, value, version }]);
  deps.telemetry.log('info', 'fuse_limit', { ...placeFields(row.value), limit });
}

/**
 * The exchange's stream says that a group was triggered. True when it is a fuse of ours and stops its shard; what is told
 * of the time before the fuse was made or reset is past.
 */
export async function fuseTriggered(
  deps: Pick<FuseDeps, 'store' | 'telemetry'>,
  told: { readonly orderGroupId: string; readonly exchangeTimeMs: EpochMs },
): Promise<boolean> {
  const rows = await deps.store.list('fuses');
  const fuse = rows.find(({ value }) => value.orderGroupId === told.orderGroupId)?.value;
  if (fuse === undefined || told.exchangeTimeMs < fuse.armedAtMs) return false;
  await raiseBlown(deps, fuse, told.exchangeTimeMs);
  return true;
}

/** Only exits until a person resets the fuse: why it blew has to be understood first. */
async function raiseBlown(
  deps: Pick<FuseDeps, 'store' | 'telemetry'>,
  fuse: Fuse,
  sinceMs: EpochMs,
): Promise<void> {
  const isNew = await raiseCause(deps.store, {
    code: CODE,
    scope: scopeOf(fuse),
    state: 'reduce',
    sinceMs,
    detail: `strategy ${fuse.strategy}: its order group ${fuse.orderGroupId} is triggered`,
  });
  if (!isNew) return;
  deps.telemetry.count('fuse.blown', 1);
  deps.telemetry.log('critical', CODE, {
    ...placeFields(fuse),
    orderGroupId: fuse.orderGroupId,
    limit: fuse.limit,
  });
}

export type FuseReset =
  /** The fuse holds again, or none is needed until the next order makes one; trading on its shard goes on. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'no_such_fuse' }
  /** It blew after it was to be reset: nobody has looked at that yet. */
  | { readonly kind: 'blown_since' }
  /** The exchange did not confirm it: the fuse counts as blown still. */
  | { readonly kind: 'not_reset'; readonly reason: string };

/**
 * A person's command of `askedMs`: the fuse is reset at the exchange, and only then is its cause lifted. Safe to repeat:
 * a command that comes twice lifts nothing that blew since. A group that the exchange does not know any more is
 * forgotten.
 */
export async function resetFuse(
  deps: FuseDeps,
  place: FusePlace,
  askedMs: EpochMs,
): Promise<FuseReset> {
  const blown = await deps.store.get('causes', causeKey({ code: CODE, scope: scopeOf(place) }));
  if (blown !== null && blown.value.sinceMs > askedMs) return { kind: 'blown_since' };
  const key = keyOf(place);
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const row = await deps.store.get('fuses', key);
    if (row === null) return { kind: 'no_such_fuse' };
    const armedAtMs = deps.clock.nowMs();
    const { orderGroupId: id, exchangeIndex } = row.value;
    const outcome = await deps.groups.reset({ id, exchangeIndex });
    const refusal = refusalOf(outcome);
    if (refusal !== null) return { kind: 'not_reset', reason: refusal };
    const { version } = row;
    const commit = await deps.store.transact([
      outcome.kind === 'not_found'
        ? { kind: 'remove', table: 'fuses', key, version }
        : { kind: 'replace', table: 'fuses', key, version, value: { ...row.value, armedAtMs } },
    ]);
    if (commit.kind !== 'committed') continue;
    await clearCause(deps.store, { code: CODE, scope: scopeOf(place) });
    deps.telemetry.log('warn', 'fuse_reset', { ...placeFields(place), by: 'operator' });
    return { kind: 'reset' };
  }
  return { kind: 'not_reset', reason: 'other processes changed it at the same time: try again' };
}

function refusalOf(outcome: GroupOutcome): string | null {
  switch (outcome.kind) {
    case 'done':
    case 'not_found':
      return null;
    case 'rejected':
      return `${outcome.code}: ${outcome.message}`;
    case 'unknown':
      return outcome.cause;
  }
}

function scopeOf({ exchangeIndex }: FusePlace): CauseScope {
  return { kind: 'shard', exchangeIndex };
}

function placeOf({ strategy, exchangeIndex }: FusePlace): FusePlace {
  return { strategy, exchangeIndex };
}

function placeFields(place: FusePlace) {
  return { strategy: place.strategy, scope: scopeKey(scopeOf(place)) };
}
