import {
  decodeAllocationBody,
  decodeApiKeyBody,
  decodeCreateSubaccountBody,
  decodeNettingBody,
  decodeSubaccountTransferBody,
} from '../../adapters/kalshi/wire/account-bodies.ts';
import {
  encodeAllocation,
  encodeKeyCreated,
  encodeSubaccountCreated,
} from '../../adapters/kalshi/wire/account-encode.ts';
import {
  decodeShardTransferBody,
  encodeTransferCreated,
} from '../../adapters/kalshi/wire/cash-transfers.ts';
import type { ExchangeError } from '../../adapters/kalshi/wire/exchange-error.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import { errorAnswer, EXCHANGE_ERRORS } from './exchange-errors.ts';
import type { KeyRing } from './key-ring.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { AccountName } from './sim-order.ts';
import type { TradingFloor } from './trading-floor.ts';
import { UNCONFIRMED } from './unconfirmed-codes.ts';

/** A write of an account beside its orders. `name` is the key that is deleted. */
export type AccountAct =
  | {
      readonly kind:
        | 'create_subaccount'
        | 'subaccount_transfer'
        | 'set_netting'
        | 'shard_transfer'
        | 'set_allocation'
        | 'create_key';
      readonly body: string;
    }
  | { readonly kind: 'delete_key'; readonly keyId: string }
  | { readonly kind: 'upgrade_tier' };

const DONE: HttpAnswer = { status: 200, body: '{}' };

/** Subaccounts, transfers, allocations, keys and tiers behind their wire. */
export class AccountEntry {
  readonly #floor: TradingFloor;
  readonly #keys: KeyRing;
  readonly #limiter: RateLimiter;

  constructor(parts: {
    readonly floor: TradingFloor;
    readonly keys: KeyRing;
    readonly limiter: RateLimiter;
  }) {
    this.#floor = parts.floor;
    this.#keys = parts.keys;
    this.#limiter = parts.limiter;
  }

  act(account: AccountName, act: AccountAct, nowMs: EpochMs): HttpAnswer {
    this.#floor.advance(nowMs);
    switch (act.kind) {
      case 'create_subaccount':
        return this.#createSubaccount(account, act.body);
      case 'subaccount_transfer':
        return this.#transferBetween(account, act.body);
      case 'set_netting':
        return this.#setNetting(account, act.body);
      case 'shard_transfer':
        return this.#transferShards(account, act.body);
      case 'set_allocation':
        return this.#setAllocation(account, act.body);
      case 'create_key':
        return this.#createKey(account, act.body);
      case 'delete_key':
        return this.#keys.remove(account, act.keyId)
          ? { status: 204, body: '' }
          : errorAnswer(EXCHANGE_ERRORS.notFound);
      case 'upgrade_tier':
        return this.#upgrade(account);
    }
  }

  /** `POST /portfolio/subaccounts`: for Advanced and above. */
  #createSubaccount(account: AccountName, body: string): HttpAnswer {
    const wanted = decodeCreateSubaccountBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    if (this.#limiter.termsOf(account).tier === 'basic')
      return errorAnswer(UNCONFIRMED.subaccountsNeedTier);
    const subaccount = this.#floor.cash.createSubaccount(account, wanted.exchangeIndex);
    return subaccount === null
      ? errorAnswer(UNCONFIRMED.tooManySubaccounts)
      : { status: 201, body: encodeSubaccountCreated(subaccount) };
  }

  /** `POST /portfolio/subaccounts/transfer`: at once; the same id again is 409. */
  #transferBetween(account: AccountName, body: string): HttpAnswer {
    const wanted = decodeSubaccountTransferBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    const { clientId, from, to, amount, exchangeIndex } = wanted;
    if (from === to) return errorAnswer(UNCONFIRMED.transferToItself);
    const move = { clientId, from, to, amount, exchangeIndex };
    const moved = this.#floor.cash.moveBetween(account, move);
    return moved === 'moved' ? DONE : errorAnswer(MOVE_ERRORS[moved]);
  }

  /** `PUT /portfolio/subaccounts/netting`: opposite positions are always netted here, and so a wish for less is refused. */
  #setNetting(account: AccountName, body: string): HttpAnswer {
    const wanted = decodeNettingBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    const { subaccount, isNetted } = wanted;
    if (!this.#floor.cash.subaccounts(account).includes(subaccount))
      return errorAnswer(UNCONFIRMED.subaccountNotFound);
    return isNetted ? DONE : errorAnswer(UNCONFIRMED.alwaysNetted);
  }

  /** `POST /portfolio/intra_exchange_instance_transfer`: the cash leaves at once and arrives later. */
  #transferShards(account: AccountName, body: string): HttpAnswer {
    const wanted = decodeShardTransferBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    const { source, destination, fromShard, toShard, fromSubaccount, toSubaccount } = wanted;
    if (source === 'margined' || destination === 'margined')
      return errorAnswer(UNCONFIRMED.noMarginedInstance);
    if (fromShard === toShard) return errorAnswer(UNCONFIRMED.transferToItself);
    if (
      this.#floor.pauseOf(fromShard) === 'exchange' ||
      this.#floor.pauseOf(toShard) === 'exchange'
    )
      return errorAnswer(UNCONFIRMED.exchangePaused);
    const known = this.#floor.cash.subaccounts(account);
    if (!known.includes(fromSubaccount) || !known.includes(toSubaccount))
      return errorAnswer(UNCONFIRMED.subaccountNotFound);
    const transfer = this.#floor.cash.transfer(account, {
      from: { shard: fromShard, subaccount: fromSubaccount },
      to: { shard: toShard, subaccount: toSubaccount },
      amount: wanted.amount,
    });
    return transfer === null
      ? errorAnswer(EXCHANGE_ERRORS.insufficientBalance)
      : { status: 200, body: encodeTransferCreated(transfer.id) };
  }

  /** `POST /portfolio/target_balance_allocation`. */
  #setAllocation(account: AccountName, body: string): HttpAnswer {
    const wanted = decodeAllocationBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    const { parts, restingMargin } = wanted;
    this.#floor.cash.setAllocation(account, { parts, restingMargin });
    return { status: 200, body: encodeAllocation({ parts, restingMargin }) };
  }

  /** `POST /api_keys`: with the public key of a pair that the account has made. */
  #createKey(account: AccountName, body: string): HttpAnswer {
    const wanted = decodeApiKeyBody(body);
    if (wanted.kind === 'refused') return errorAnswer(wanted);
    const { name, scopes, subaccount, publicKeyPem } = wanted;
    if (publicKeyPem === null) return errorAnswer(UNCONFIRMED.badPublicKey);
    if (subaccount !== null && !this.#floor.cash.subaccounts(account).includes(subaccount))
      return errorAnswer(UNCONFIRMED.subaccountNotFound);
    const { keyId } = this.#keys.create({ account, name, scopes, subaccount, publicKeyPem });
    return { status: 201, body: encodeKeyCreated(keyId, null) };
  }

  /** `POST /account/api_usage_level/upgrade`: from Basic to Advanced, for who has sent an order. */
  #upgrade(account: AccountName): HttpAnswer {
    const { tier } = this.#limiter.termsOf(account);
    if (tier !== 'basic') return DONE;
    if (!this.#floor.hasOrdered(account)) return errorAnswer(UNCONFIRMED.upgradeNeedsOrders);
    this.#limiter.setTier(account, 'advanced');
    return DONE;
  }
}

const MOVE_ERRORS: Readonly<
  Record<'repeated' | 'unknown_subaccount' | 'insufficient', ExchangeError>
> = {
  repeated: UNCONFIRMED.transferRepeated,
  unknown_subaccount: UNCONFIRMED.subaccountNotFound,
  insufficient: EXCHANGE_ERRORS.insufficientBalance,
};
