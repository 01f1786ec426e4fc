import type { Contracts } from '../../domain/money/contracts.ts';
import type { Read } from '../../ports/exchange.ts';
import type {
  GroupAddress,
  GroupCreated,
  GroupOutcome,
  OrderGroup,
  OrderGroups,
} from '../../ports/order-groups.ts';
import type { HttpRequest, HttpTransport } from './http-transport.ts';
import { NO_WAITS, PagedReads, refused, type ReadWaits } from './paged-reads.ts';
import {
  decodeOrderGroup,
  decodeOrderGroupCreated,
  decodeOrderGroups,
  encodeCreateOrderGroup,
  encodeOrderGroupLimit,
} from './wire/order-groups.ts';
import { WRITE_SHARDS } from './wire/request-route.ts';
import { writeReply, type WriteReply } from './write-outcome.ts';

const GROUPS = '/portfolio/order_groups';
/** A list is of one shard. */
const ALL_SHARDS: readonly number[] = [0, ...WRITE_SHARDS];

/** Kalshi's order groups (docs.kalshi.com, "Order Groups"). A write is sent once. */
export class KalshiOrderGroups implements OrderGroups {
  readonly #transport: HttpTransport;
  readonly #reads: PagedReads;
  readonly #shards: readonly number[];

  constructor(
    transport: HttpTransport,
    {
      shards = ALL_SHARDS,
      waits = NO_WAITS,
    }: { readonly shards?: readonly number[]; readonly waits?: ReadWaits } = {},
  ) {
    this.#transport = transport;
    this.#reads = new PagedReads(transport, waits);
    this.#shards = shards;
  }

  async create(group: {
    readonly limit: Contracts;
    readonly exchangeIndex: number;
  }): Promise<GroupCreated> {
    const body = encodeCreateOrderGroup(group);
    const written = await this.#write({ method: 'POST', path: `${GROUPS}/create`, body });
    if (written.kind === 'unknown') return written;
    if (written.kind === 'rejected')
      return { kind: 'rejected', code: written.code, message: written.message };
    if (written.body.trim() === '') return { kind: 'unknown', cause: 'empty_success' };
    const read = decodeOrderGroupCreated(written.body);
    return read.kind === 'refused' ? { kind: 'unknown', cause: 'unreadable_success' } : read;
  }

  /** The groups of each shard; a shard on which the account is not has none. */
  async list(): Promise<Read<readonly OrderGroup[]>> {
    const groups = new Map<string, OrderGroup>();
    for (const shard of this.#shards) {
      const read = await this.#reads.textIfKnown(GROUPS, { exchange_index: String(shard) });
      if (read.kind === 'unavailable') return read;
      if (read.value === null) continue;
      const decoded = decodeOrderGroups(read.value);
      if (decoded.kind === 'refused') return refused(decoded);
      for (const group of decoded.groups)
        groups.set(group.id, { ...group, exchangeIndex: group.exchangeIndex ?? shard });
    }
    return { kind: 'read', value: [...groups.values()] };
  }

  async one({
    id,
    exchangeIndex,
  }: GroupAddress): Promise<Read<(OrderGroup & { readonly orderIds: readonly string[] }) | null>> {
    const query = { exchange_index: String(exchangeIndex) };
    const read = await this.#reads.textIfKnown(pathOf(id), query);
    if (read.kind === 'unavailable') return read;
    if (read.value === null) return { kind: 'read', value: null };
    const decoded = decodeOrderGroup(read.value);
    if (decoded.kind === 'refused') return refused(decoded);
    const { limit, isTriggered, orderIds } = decoded;
    return { kind: 'read', value: { id, exchangeIndex, limit, isTriggered, orderIds } };
  }

  setLimit(group: GroupAddress, limit: Contracts): Promise<GroupOutcome> {
    return this.#act(group, { method: 'PUT', act: '/limit', body: encodeOrderGroupLimit(limit) });
  }

  trigger(group: GroupAddress): Promise<GroupOutcome> {
    return this.#act(group, { method: 'PUT', act: '/trigger', body: null });
  }

  reset(group: GroupAddress): Promise<GroupOutcome> {
    return this.#act(group, { method: 'PUT', act: '/reset', body: null });
  }

  remove(group: GroupAddress): Promise<GroupOutcome> {
    return this.#act(group, { method: 'DELETE', act: '', body: null });
  }

  async #act(
    { id, exchangeIndex }: GroupAddress,
    {
      method,
      act,
      body,
    }: { readonly method: 'PUT' | 'DELETE'; readonly act: string; readonly body: string | null },
  ): Promise<GroupOutcome> {
    const query = { exchange_index: String(exchangeIndex) };
    const written = await this.#write({ method, path: pathOf(id) + act, query, body });
    switch (written.kind) {
      case 'success':
        return { kind: 'done' };
      case 'unknown':
        return written;
      case 'rejected':
        return written.status === 404
          ? { kind: 'not_found' }
          : { kind: 'rejected', code: written.code, message: written.message };
    }
  }

  async #write(
    request: Pick<HttpRequest, 'method' | 'path' | 'body'> & Partial<Pick<HttpRequest, 'query'>>,
  ): Promise<WriteReply> {
    return writeReply(await this.#transport.request({ query: {}, ...request }));
  }
}

function pathOf(id: string): string {
  return `${GROUPS}/${encodeURIComponent(id)}`;
}
