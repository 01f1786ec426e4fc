import type { Read } from '../../ports/exchange.ts';
import type {
  AccountAllowance,
  ApiKey,
  ExchangeAccount,
  ShardTransfer,
  SubaccountBalance,
  TransferOutcome,
} from '../../ports/exchange-account.ts';
import type { FrameRefusal } from '../../ports/market-data.ts';
import type { HttpTransport } from './http-transport.ts';
import { NO_WAITS, PagedReads, refused, type ReadWaits } from './paged-reads.ts';
import { decodeAccountAllowance } from './wire/account-limits.ts';
import { decodeApiKeys } from './wire/api-keys.ts';
import {
  centicentsOf,
  decodeTransfer,
  decodeTransferCreated,
  encodeShardTransfer,
} from './wire/cash-transfers.ts';
import { decodeSubaccountBalances } from './wire/subaccounts.ts';
import { writeReply } from './write-outcome.ts';

const TRANSFER = '/portfolio/intra_exchange_instance_transfer';
const TRANSFERS = '/portfolio/intra_exchange_instance_transfers';

/** What an amount is refused with that the exchange could not be told. */
export const UNSENDABLE_AMOUNT = 'unsendable_amount';

/** Kalshi's account: what it may ask for, its keys, and its cash between shards. */
export class KalshiAccount implements ExchangeAccount {
  readonly #transport: HttpTransport;
  readonly #reads: PagedReads;

  constructor(transport: HttpTransport, waits: ReadWaits = NO_WAITS) {
    this.#transport = transport;
    this.#reads = new PagedReads(transport, waits);
  }

  async allowance(): Promise<Read<AccountAllowance>> {
    const path = '/account/limits';
    const read = await this.#read(path, decodeAccountAllowance);
    return read.kind === 'unavailable' ? read : { kind: 'read', value: read.value.allowance };
  }

  async keys(): Promise<Read<readonly ApiKey[]>> {
    const read = await this.#read('/api_keys', decodeApiKeys);
    return read.kind === 'unavailable' ? read : { kind: 'read', value: read.value.keys };
  }

  async subaccounts(): Promise<Read<readonly SubaccountBalance[]>> {
    const path = '/portfolio/subaccounts/balances';
    const read = await this.#read(path, decodeSubaccountBalances);
    return read.kind === 'unavailable' ? read : { kind: 'read', value: read.value.balances };
  }

  /** Sent once: the exchange knows no id of ours by which a second one could be told from the first. */
  async moveCash(transfer: ShardTransfer): Promise<TransferOutcome> {
    const centicents = centicentsOf(transfer.amount);
    if (centicents === null)
      return {
        kind: 'rejected',
        code: UNSENDABLE_AMOUNT,
        message: `${transfer.amount} micro-dollars cannot be moved: whole 1e-4 dollars above zero can`,
      };
    const written = writeReply(
      await this.#transport.request({
        method: 'POST',
        path: TRANSFER,
        query: {},
        body: encodeShardTransfer(transfer, centicents),
      }),
    );
    if (written.kind === 'unknown') return { kind: 'unknown' };
    if (written.kind === 'rejected')
      return { kind: 'rejected', code: written.code, message: written.message };
    const created = decodeTransferCreated(written.body);
    return created.kind === 'refused'
      ? { kind: 'unknown' }
      : { kind: 'accepted', transferId: created.transferId };
  }

  async transfer(
    transferId: string,
  ): Promise<Read<{ readonly state: 'pending' | 'done' | 'failed' }>> {
    const path = `${TRANSFERS}/${encodeURIComponent(transferId)}`;
    const read = await this.#read(path, decodeTransfer);
    if (read.kind === 'unavailable') return read;
    return read.value.transferId === transferId
      ? { kind: 'read', value: { state: read.value.state } }
      : { kind: 'unavailable', reason: `${path}: the answer is about another transfer` };
  }

  async #read<T extends { readonly kind: string }>(
    path: string,
    decode: (text: string) => T | FrameRefusal,
  ): Promise<Read<T>> {
    const read = await this.#reads.text(path, {});
    if (read.kind === 'unavailable') return read;
    const decoded = decode(read.value);
    return isRefused(decoded) ? refused(decoded) : { kind: 'read', value: decoded };
  }
}

function isRefused(decoded: { readonly kind: string }): decoded is FrameRefusal {
  return decoded.kind === 'refused';
}
