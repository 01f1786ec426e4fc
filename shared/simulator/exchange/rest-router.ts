import { decodeApiKeyBody } from '../../adapters/kalshi/wire/account-bodies.ts';
import { encodeKeyCreated } from '../../adapters/kalshi/wire/account-encode.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import { joinedQuery, type RequestQuery } from '../../adapters/kalshi/wire/request-query.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { answerAbsent } from './absent-endpoints.ts';
import { accountActOf, readAccount, subaccountOfQuery } from './account-routes.ts';
import { commandOf } from './command-routes.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import { isInScope } from './key-ring.ts';
import { readMarketData } from './market-routes.ts';
import { BadParameter, QueryParams } from './query-params.ts';
import type { SimExchange } from './sim-exchange.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

/** A request as it reaches the exchange, after authentication. The path is below `/trade-api/v2`. */
export type RestRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query: RequestQuery;
  readonly body: string | null;
  /** The key with which it was signed: what that may do bounds what is done. Absent: everything. */
  readonly keyId?: string;
};

const ORDERS = '/portfolio/events/orders';
/** What was sent here before 2026-06. */
const REMOVED = /^\/portfolio\/orders(\/.*)?$/;
const ORDER = /^\/portfolio\/events\/orders\/([^/]+)$/;

/** Answers one REST request of an account at the exchange's own time. */
export function answerRest(
  exchange: SimExchange,
  account: string,
  request: RestRequest,
  nowMs: EpochMs,
): HttpAnswer {
  const { method, path, body } = request;
  const charged = { method, path, body, query: joinedQuery(request.query) };
  if (!exchange.limiter.admit(account, charged, nowMs))
    return errorAnswer(EXCHANGE_ERRORS.tooManyRequests);
  if (!isAllowed(exchange, request)) return errorAnswer(UNCONFIRMED.outOfScope);
  const params = new QueryParams(request.query);
  try {
    return method === 'GET'
      ? read(exchange, account, { path, params }, nowMs)
      : write(exchange, account, { ...charged, method, params }, nowMs);
  } catch (error) {
    if (error instanceof BadParameter) return error.answer;
    throw error;
  }
}

function read(
  exchange: SimExchange,
  account: string,
  { path, params }: { readonly path: string; readonly params: QueryParams },
  nowMs: EpochMs,
): HttpAnswer {
  return (
    readMarketData(exchange, path, params, nowMs) ??
    readAccount({ exchange, account, path, params, nowMs }) ??
    answerAbsent(path) ??
    errorAnswer(EXCHANGE_ERRORS.notFound)
  );
}

function write(
  exchange: SimExchange,
  account: string,
  request: {
    readonly method: 'POST' | 'PUT' | 'DELETE';
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly body: string | null;
    readonly params: QueryParams;
  },
  nowMs: EpochMs,
): HttpAnswer {
  const { method, path, body, query, params } = request;
  if (REMOVED.test(path)) return errorAnswer(UNCONFIRMED.removedEndpoint);
  if (method === 'POST' && path === '/api_keys/generate')
    return generateKey(exchange, account, body ?? '', nowMs);
  const act = accountActOf(request);
  if (act !== null) return exchange.command(account, { kind: 'account', act }, nowMs);
  const command = commandOf(request);
  if (command?.kind === 'cancel_all') {
    const subaccount = params.count('subaccount');
    const only = subaccount === undefined ? {} : { subaccount };
    return exchange.command(account, { ...command, ...only }, nowMs);
  }
  const own = subaccountOfQuery(exchange, account, params);
  // Nothing of a subaccount that is not there is found.
  if (own === null) return errorAnswer(EXCHANGE_ERRORS.notFound);
  if (method === 'POST' && path === ORDERS) return exchange.submit(own, body ?? '', nowMs);
  if (command !== null) return exchange.command(own, command, nowMs);
  const orderId = ORDER.exec(path)?.[1];
  return method === 'DELETE' && orderId !== undefined
    ? exchange.cancel(own, cancelQuery(orderId, query), nowMs)
    : errorAnswer(EXCHANGE_ERRORS.notFound);
}

/** The pair is made outside; what is written down is the key that comes of it. */
function generateKey(
  exchange: SimExchange,
  account: string,
  body: string,
  nowMs: EpochMs,
): HttpAnswer {
  const wanted = decodeApiKeyBody(body);
  if (wanted.kind === 'refused') return errorAnswer(wanted);
  const pair = exchange.newKeyPair();
  if (pair === null) return errorAnswer(EXCHANGE_ERRORS.notFound);
  const { name, scopes, subaccount } = wanted;
  const key = { name, scopes, subaccount, public_key: pair.publicKeyPem };
  const act = { kind: 'create_key', body: JSON.stringify(key) } as const;
  const created = exchange.command(account, { kind: 'account', act }, nowMs);
  if (created.status !== 201) return created;
  const { api_key_id: keyId } = JSON.parse(created.body) as { readonly api_key_id: string };
  return { status: 201, body: encodeKeyCreated(keyId, pair.privateKeyPem) };
}

/** A key with scopes may do what is in them; one of a subaccount only what is of it. */
function isAllowed(exchange: SimExchange, { method, path, query, keyId }: RestRequest): boolean {
  const key = keyId === undefined ? undefined : exchange.keys.find(keyId);
  if (key === undefined) return true;
  if (!isInScope(key.scopes, { method, path })) return false;
  const asked = query['subaccount'];
  return key.subaccount === null || asked === undefined || asked === String(key.subaccount);
}

function cancelQuery(
  orderId: string,
  query: Readonly<Record<string, string>>,
): { readonly orderId: string; readonly exchangeIndex?: number; readonly market?: string } {
  return {
    orderId: decodeURIComponent(orderId),
    ...(query['exchange_index'] !== undefined && {
      exchangeIndex: Number(query['exchange_index']),
    }),
    ...(query['market_ticker'] !== undefined && { market: query['market_ticker'] }),
  };
}
