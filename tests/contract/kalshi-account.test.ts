import { describe, expect, it } from 'vitest';
import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../shared/adapters/kalshi/http-transport.ts';
import { KalshiAccount } from '../../shared/adapters/kalshi/kalshi-account.ts';
import { encodeAccountLimits } from '../../shared/adapters/kalshi/wire/account-limits-encode.ts';
import { encodeApiKeys } from '../../shared/adapters/kalshi/wire/api-keys.ts';
import {
  decodeShardTransferBody,
  encodeTransfer,
  encodeTransferCreated,
} from '../../shared/adapters/kalshi/wire/cash-transfers.ts';
import { encodeSubaccountBalances } from '../../shared/adapters/kalshi/wire/subaccounts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { NOON } from '../support/trade-builders.ts';

/** Answers each request with the next of the given replies. */
class GivenReplies implements HttpTransport {
  readonly requests: HttpRequest[] = [];
  readonly #replies: HttpReply[];

  constructor(...replies: readonly HttpReply[]) {
    this.#replies = [...replies];
  }

  request(request: HttpRequest): Promise<HttpReply> {
    this.requests.push(request);
    const reply = this.#replies.shift();
    if (reply === undefined) throw new Error(`no reply was given for ${request.path}`);
    return Promise.resolve(reply);
  }
}

const ok = (body: string, status = 200): HttpReply => ({ kind: 'answered', status, body });
const LOST: HttpReply = { kind: 'failed', cause: 'timeout' };
const answer = (id: string, word: string) =>
  ok(JSON.stringify({ transfer: { transfer_id: id, status: word } }));
const asking = (...replies: readonly HttpReply[]) => {
  const transport = new GivenReplies(...replies);
  return { transport, account: new KalshiAccount(transport) };
};
const BUCKET = { refillPerS: 1_200, capacity: 3_600 };
const LIMITS = { tier: 'premier', read: BUCKET, write: BUCKET };

describe('what an account may ask for', () => {
  const grant = { level: 'premier', source: 'volume' } as const;

  it.each([
    ['no grant', [], null],
    ['a permanent one', [{ ...grant, lane: 'event_contract' as const, endsAtMs: null }], null],
    [
      'the first to end, of our lane only',
      [
        { ...grant, lane: 'event_contract' as const, endsAtMs: NOON + 9_999 },
        { ...grant, lane: 'event_contract' as const, endsAtMs: NOON + 5_000 },
        { ...grant, lane: 'margined' as const, endsAtMs: NOON },
      ],
      NOON + 5_000,
    ],
  ])('ends with %s', async (_, grants, grantEndsAtMs) => {
    const { account } = asking(ok(encodeAccountLimits(LIMITS, grants)));
    expect(await account.allowance()).toEqual({
      kind: 'read',
      value: { ...LIMITS, grantEndsAtMs },
    });
  });

  it('is read although a grant cannot be', async () => {
    const body = {
      ...(JSON.parse(encodeAccountLimits(LIMITS)) as object),
      grants: ['?', { level: 1 }],
    };
    const { account } = asking(ok(JSON.stringify(body)));
    expect(await account.allowance()).toMatchObject({
      kind: 'read',
      value: { grantEndsAtMs: null },
    });
  });

  it('is tried again when it was lost, and then not known', async () => {
    const { account, transport } = asking(LOST, LOST, LOST);
    expect(await account.allowance()).toEqual({
      kind: 'unavailable',
      reason: '/account/limits: timeout',
    });
    expect(transport.requests).toHaveLength(3);
  });
});

describe('keys', () => {
  const KEY = { keyId: 'k-1', name: 'trader', scopes: ['read', 'write::trade'] };

  it.each([null, NOON])('say until when their owner’s statement holds: %s', async (until) => {
    const { account } = asking(
      ok(encodeApiKeys({ keys: [{ ...KEY, subaccount: null }], regionExpiresAtMs: until })),
    );
    expect(await account.keys()).toEqual({
      kind: 'read',
      value: [{ ...KEY, regionExpiresAtMs: until }],
    });
  });

  it('that are refused are not tried again', async () => {
    const { account, transport } = asking(ok('', 403));
    expect(await account.keys()).toMatchObject({ kind: 'unavailable' });
    expect(transport.requests).toHaveLength(1);
  });
});

it('subaccounts are told apart by number and shard', async () => {
  const balances = [
    { subaccount: 0, exchangeIndex: 0, available: money(98_018_600) },
    { subaccount: 7, exchangeIndex: 2, available: money(1) },
  ];
  const { account } = asking(ok(encodeSubaccountBalances(balances, NOON)));
  expect(await account.subaccounts()).toEqual({ kind: 'read', value: balances });
});

describe('cash that moves between shards', () => {
  const MOVE = { fromShard: 0, toShard: 2, amount: money(12_345_600) };

  it('is asked for in 1e-4 dollars, and done when the exchange says so', async () => {
    const shown = { ...MOVE, transferId: 't-1', createdAtMs: NOON };
    const { account, transport } = asking(
      ok(encodeTransferCreated('t-1'), 201),
      ok(encodeTransfer({ ...shown, state: 'pending' })),
      ok(encodeTransfer({ ...shown, state: 'done' })),
    );
    expect(await account.moveCash(MOVE)).toEqual({ kind: 'accepted', transferId: 't-1' });
    expect(decodeShardTransferBody(transport.requests[0]?.body ?? '')).toMatchObject(MOVE);
    expect(JSON.parse(transport.requests[0]?.body ?? '')).toMatchObject({ amount: 123_456 });
    expect(await account.transfer('t-1')).toEqual({ kind: 'read', value: { state: 'pending' } });
    expect(await account.transfer('t-1')).toEqual({ kind: 'read', value: { state: 'done' } });
  });

  it.each([money(0), money(-100), money(50)])('cannot be %d micro-dollars', async (amount) => {
    const { account, transport } = asking();
    expect(await account.moveCash({ ...MOVE, amount })).toMatchObject({
      kind: 'rejected',
      code: 'unsendable_amount',
    });
    expect(transport.requests).toEqual([]);
  });

  it.each([
    ['nothing', LOST, 'unknown'],
    ['503', ok('', 503), 'unknown'],
    ['an empty success', ok('', 201), 'unknown'],
    ['400', ok('{"error":{"code":"insufficient_balance"}}', 400), 'rejected'],
  ])('of which %s came back is asked for once', async (_, reply, kind) => {
    const { account, transport } = asking(reply);
    expect(await account.moveCash(MOVE)).toMatchObject({ kind });
    expect(transport.requests).toHaveLength(1);
  });

  it('is not believed by the answer about another transfer, nor done by a word that is not known', async () => {
    const { account } = asking(
      answer('t-2', 'complete'),
      answer('t-1', 'new word'),
      answer('t-1', 'failed'),
    );
    expect(await account.transfer('t-1')).toMatchObject({ kind: 'unavailable' });
    expect(await account.transfer('t-1')).toMatchObject({ value: { state: 'pending' } });
    expect(await account.transfer('t-1')).toMatchObject({ value: { state: 'failed' } });
  });
});
