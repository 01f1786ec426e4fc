import {
  encodeAllocation,
  encodeCashEntries,
  encodeNetting,
  encodeSubaccountTransfers,
  encodeVolumeProgress,
} from '../../adapters/kalshi/wire/account-encode.ts';
import { encodeApiKeys } from '../../adapters/kalshi/wire/api-keys.ts';
import { encodeTransfer, encodeTransfersPage } from '../../adapters/kalshi/wire/cash-transfers.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import { encodeSubaccountBalances } from '../../adapters/kalshi/wire/subaccounts.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { contracts } from '../../domain/money/contracts.ts';
import type { AccountAct } from './account-entry.ts';
import { accountRead } from './account-reads.ts';
import type { Transfer } from './cash-desk.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import { listAnswer, ok } from './list-answer.ts';
import type { DataTier } from './market-reads.ts';
import type { QueryParams } from './query-params.ts';
import type { SimExchange } from './sim-exchange.ts';
import { subaccountName } from './subaccount-name.ts';

const ORDER_STATUSES = ['resting', 'canceled', 'executed'] as const;
/** Most events that a list may be narrowed to. */
const MAX_EVENTS = 10;
const MAX_SUBACCOUNT = 63;
const COUNT_FIELDS = ['position', 'total_traded'] as const;
const CASH_PAGES = { usual: 100, most: 500 };
const THIRTY_DAYS_MS = 30 * 86_400_000;

type Asked = {
  readonly exchange: SimExchange;
  readonly account: string;
  readonly path: string;
  readonly params: QueryParams;
  readonly nowMs: EpochMs;
  /** Asked with a key of one subaccount, whose number then stands in the parameters. */
  readonly isLocked: boolean;
};

/** What an account reads of itself; null for a path that is none of it. */
export function readAccount(asked: Asked): HttpAnswer | null {
  const { exchange, account, path, params, nowMs } = asked;
  switch (path) {
    case '/portfolio/orders':
      return orders(asked, 'live');
    case '/historical/orders':
      return orders(asked, 'historical');
    case '/portfolio/fills':
      return fills(asked, 'live');
    case '/historical/fills':
      return fills(asked, 'historical');
    case '/portfolio/positions':
      return positions(asked, 'live');
    case '/historical/positions':
      return positions(asked, 'historical');
    case '/portfolio/settlements':
      return exchange.reads.settlements(
        account,
        { ...rowsQuery(params), ...eventQuery(params) },
        nowMs,
      );
    case '/portfolio/balance':
      return exchange.reads.balance(
        account,
        { ...placeQuery(params), isLocked: asked.isLocked },
        nowMs,
      );
    case '/exchange/user_data_timestamp':
      return exchange.reads.userDataTimestamp(nowMs);
    case '/account/limits':
    case '/account/endpoint_costs':
      return accountRead(exchange.limiter, account, path);
    default:
      return readCash(asked) ?? readOneOf(asked);
  }
}

/** Cash, subaccounts and keys. */
function readCash({ exchange, account, path, params, nowMs }: Asked): HttpAnswer | null {
  exchange.advance(nowMs);
  const { cash } = exchange.floor;
  switch (path) {
    case '/portfolio/deposits':
    case '/portfolio/withdrawals': {
      const list = path === '/portfolio/deposits' ? 'deposits' : 'withdrawals';
      const entries = cash.entries(account, list === 'deposits' ? 'deposit' : 'withdrawal');
      const encode = (rows: typeof entries, cursor: string | null): string =>
        encodeCashEntries(list, rows, cursor);
      return listAnswer(entries, params.page(), encode, CASH_PAGES);
    }
    case '/portfolio/subaccounts/balances': {
      const { asOfMs, rows } = exchange.reads.cashOf(account, cash.subaccounts(account), nowMs);
      return ok(encodeSubaccountBalances(rows, asOfMs));
    }
    case '/portfolio/subaccounts/transfers':
      return listAnswer(cash.moves(account), params.page(), encodeSubaccountTransfers);
    case '/portfolio/subaccounts/netting':
      return ok(
        encodeNetting(
          cash.subaccounts(account).map((subaccount) => ({
            subaccount,
            isNetted: true,
            exchangeIndex: 0,
          })),
        ),
      );
    case '/portfolio/intra_exchange_instance_transfers':
      return listAnswer(cash.transfers(account), params.page(), (rows, cursor) =>
        encodeTransfersPage(rows.map(shownTransfer), cursor),
      );
    case '/portfolio/target_balance_allocation':
      return ok(
        encodeAllocation(cash.allocations.of(account) ?? { parts: [], restingMargin: 'sum' }),
      );
    case '/api_keys': {
      const regionExpiresAtMs = exchange.settings.attestations.get(account) ?? null;
      return ok(encodeApiKeys({ keys: exchange.keys.of(account), regionExpiresAtMs }));
    }
    case '/account/api_usage_level/volume_progress': {
      const volume = exchange
        .truth(account)
        .fills.filter(({ atMs }) => atMs > nowMs - THIRTY_DAYS_MS)
        .reduce((sum, { count }) => sum + count, 0);
      return ok(encodeVolumeProgress({ atMs: nowMs, volume: contracts(volume) }));
    }
    default:
      return null;
  }
}

const TRANSFER = /^\/portfolio\/intra_exchange_instance_transfers\/([^/]+)$/;
const ONE_ORDER = /^\/portfolio\/orders\/([^/]+)$/;
const QUEUE_POSITION = /^\/portfolio\/orders\/([^/]+)\/queue_position$/;
const ORDER_GROUP = /^\/portfolio\/order_groups\/([^/]+)$/;

/** Queues, groups, and paths that name what is read. */
function readOneOf({ exchange, account, path, params, nowMs, isLocked }: Asked): HttpAnswer | null {
  const name = (pattern: RegExp): string | null => {
    const found = pattern.exec(path)?.[1];
    return found === undefined ? null : decodeURIComponent(found);
  };
  const own = subaccountOfQuery(exchange, account, params) ?? '';
  const exchangeIndex = params.count('exchange_index');
  if (path === '/portfolio/orders/queue_positions') {
    const markets = params.list('market_tickers', 1_000);
    const eventTicker = params.text('event_ticker');
    const query = {
      ...(markets !== undefined && { markets }),
      ...(eventTicker !== undefined && { eventTicker }),
    };
    return exchange.queue.many(own, query, nowMs);
  }
  if (path === '/portfolio/order_groups')
    return exchange.groups.list(own, exchangeIndex ?? null, nowMs);
  const queued = name(QUEUE_POSITION);
  if (queued !== null) return exchange.queue.one(own, queued, nowMs);
  const groupId = name(ORDER_GROUP);
  if (groupId !== null)
    return exchange.groups.one(own, { groupId, exchangeIndex: exchangeIndex ?? 0 }, nowMs);
  const transferId = name(TRANSFER);
  if (transferId !== null) {
    const transfer = exchange.floor.cash.transfers(account).find(({ id }) => id === transferId);
    return transfer === undefined
      ? errorAnswer(EXCHANGE_ERRORS.notFound)
      : ok(encodeTransfer(shownTransfer(transfer)));
  }
  const orderId = name(ONE_ORDER);
  return orderId === null
    ? null
    : exchange.reads.order(account, { orderId, ...(isLocked && subaccountQuery(params)) }, nowMs);
}

const KEY = /^\/api_keys\/([^/]+)$/;

/** The write of an account beside its orders that a request asks for; null when it is none. */
export function accountActOf(request: {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
}): AccountAct | null {
  const body = request.body ?? '';
  switch (`${request.method} ${request.path}`) {
    case 'POST /portfolio/subaccounts':
      return { kind: 'create_subaccount', body };
    case 'POST /portfolio/subaccounts/transfer':
      return { kind: 'subaccount_transfer', body };
    case 'PUT /portfolio/subaccounts/netting':
      return { kind: 'set_netting', body };
    case 'POST /portfolio/intra_exchange_instance_transfer':
      return { kind: 'shard_transfer', body };
    case 'POST /portfolio/target_balance_allocation':
      return { kind: 'set_allocation', body };
    case 'POST /api_keys':
      return { kind: 'create_key', body };
    case 'POST /account/api_usage_level/upgrade':
      return { kind: 'upgrade_tier' };
    default: {
      const keyId = request.method === 'DELETE' ? KEY.exec(request.path)?.[1] : undefined;
      return keyId === undefined ? null : { kind: 'delete_key', keyId: decodeURIComponent(keyId) };
    }
  }
}

/** The account of the subaccount that a query names; null when the account has none of this number. */
export function subaccountOfQuery(
  { floor }: SimExchange,
  account: string,
  params: QueryParams,
): string | null {
  const subaccount = params.count('subaccount') ?? 0;
  if (subaccount === 0) return account;
  return floor.cash.subaccounts(account).includes(subaccount)
    ? subaccountName(account, subaccount)
    : null;
}

function orders({ exchange, account, params, nowMs }: Asked, tier: DataTier): HttpAnswer {
  const status = params.oneOf('status', ORDER_STATUSES);
  const eventTickers = params.list('event_ticker', MAX_EVENTS);
  const query = {
    ...rowsQuery(params),
    ...shardQuery(params),
    ...(status !== undefined && { status }),
    ...(eventTickers !== undefined && { eventTickers }),
  };
  return exchange.reads.orders(account, query, nowMs, tier);
}

function fills({ exchange, account, params, nowMs }: Asked, tier: DataTier): HttpAnswer {
  const orderId = params.text('order_id');
  const query = {
    ...rowsQuery(params),
    ...shardQuery(params),
    ...(orderId !== undefined && { orderId }),
  };
  return exchange.reads.fills(account, query, nowMs, tier);
}

function positions({ exchange, account, params, nowMs }: Asked, tier: DataTier): HttpAnswer {
  const ticker = params.text('ticker');
  const words = params.list('count_filter', 2);
  const fields = COUNT_FIELDS.filter((field) => words?.includes(field));
  const query = {
    ...params.page(),
    ...placeQuery(params),
    ...eventQuery(params),
    ...(ticker !== undefined && { ticker }),
    ...(words !== undefined && { countFilter: fields }),
  };
  return exchange.reads.positions(account, query, nowMs, tier);
}

function rowsQuery(params: QueryParams): {
  readonly ticker?: string;
  readonly minTs?: number;
  readonly maxTs?: number;
  readonly limit?: number;
  readonly cursor?: string;
  readonly subaccount?: number;
} {
  const ticker = params.text('ticker');
  const minTs = params.count('min_ts');
  const maxTs = params.count('max_ts');
  return {
    ...params.page(),
    ...subaccountQuery(params),
    ...(ticker !== undefined && { ticker }),
    ...(minTs !== undefined && { minTs }),
    ...(maxTs !== undefined && { maxTs }),
  };
}

function placeQuery(params: QueryParams): {
  readonly exchangeIndex?: number;
  readonly subaccount?: number;
} {
  return { ...shardQuery(params), ...subaccountQuery(params) };
}

function shardQuery(params: QueryParams): { readonly exchangeIndex?: number } {
  const exchangeIndex = params.count('exchange_index');
  return exchangeIndex === undefined ? {} : { exchangeIndex };
}

/** One that no account can have is one that this account has not. */
function subaccountQuery(params: QueryParams): { readonly subaccount?: number } {
  const subaccount = params.count('subaccount');
  return subaccount === undefined ? {} : { subaccount: Math.min(subaccount, MAX_SUBACCOUNT + 1) };
}

function eventQuery(params: QueryParams): { readonly eventTicker?: string } {
  const eventTicker = params.text('event_ticker');
  return eventTicker === undefined ? {} : { eventTicker };
}

function shownTransfer({ id, from, to, amount, state, atMs }: Readonly<Transfer>): {
  readonly transferId: string;
  readonly fromShard: number;
  readonly toShard: number;
  readonly amount: Transfer['amount'];
  readonly state: Transfer['state'];
  readonly createdAtMs: EpochMs;
} {
  const [fromShard, toShard] = [from.shard, to.shard];
  return { transferId: id, fromShard, toShard, amount, state, createdAtMs: atMs };
}
