import { decodeApiKeyBody } from '../../adapters/kalshi/wire/account-bodies.ts';
import { encodeKeyCreated } from '../../adapters/kalshi/wire/account-encode.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import { joinedQuery, type RequestQuery } from '../../adapters/kalshi/wire/request-query.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { answerAbsent } from './absent-endpoints.ts';
import { accountActOf, readAccount, subaccountOfQuery } from './account-routes.ts';
import { commandOf } from './command-routes.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import { withinKey } from './key-bounds.ts';
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
  const { method, path } = request;
  const asked = { method, path, body: request.body, query: joinedQuery(request.query) };
  if (!exchange.limiter.admit(account, asked, nowMs))
    return errorAnswer(EXCHANGE_ERRORS.tooManyRequests);
  const key = request.keyId === undefined ? undefined : exchange.keys.find(request.keyId);
  const allowed = key === undefined ? request : withinKey(key, request);
  if (allowed === null) return errorAnswer(UNCONFIRMED.outOfScope);
  const { body } = allowed;
  const params = new QueryParams(allowed.query);
  const isLocked = key !== undefined && key.subaccount !== null;
  try {
    return method === 'GET'
      ? read(exchange, account, { path, params, isLocked }, nowMs)
      : write(
          exchange,
          account,
          { method, path, body, query: joinedQuery(allowed.query), params },
          nowMs,
        );
  } catch (error) {
    if (error instanceof BadParameter) return error.answer;
    throw error;
  }
}

function read(
  exchange: SimExchange,
  account: string,
  asked: { readonly path: string; readonly params: QueryParams; readonly isLocked: boolean },
  nowMs: EpochMs,
): HttpAnswer {
  return (
    readMarketData(exchange, asked.path, asked.params, nowMs) ??
    readAccount({ exchange, account, ...asked, nowMs }) ??
    answerAbsent(asked.path) ??
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
