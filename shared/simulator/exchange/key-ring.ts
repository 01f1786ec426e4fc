import { deterministicId } from './deterministic-id.ts';
import type { AccountName } from './sim-order.ts';

/** A key of an account. */
export type HeldKey = {
  readonly keyId: string;
  readonly account: AccountName;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly publicKeyPem: string;
  /** The one subaccount that it is for; null for all. */
  readonly subaccount: number | null;
};

/** The keys that accounts hold: those they came with, and those they made here. */
export class KeyRing {
  readonly #keys = new Map<string, HeldKey>();
  #count = 0;

  /** A key that the account came with. */
  hold(key: HeldKey): void {
    this.#keys.set(key.keyId, key);
  }

  create(key: Omit<HeldKey, 'keyId'>): HeldKey {
    this.#count += 1;
    const held = { ...key, keyId: deterministicId('key', this.#count) };
    this.#keys.set(held.keyId, held);
    return held;
  }

  /** False when the account has no such key. */
  remove(account: AccountName, keyId: string): boolean {
    return this.#keys.get(keyId)?.account === account && this.#keys.delete(keyId);
  }

  find(keyId: string): HeldKey | undefined {
    return this.#keys.get(keyId);
  }

  of(account: AccountName): readonly HeldKey[] {
    return [...this.#keys.values()].filter((key) => key.account === account);
  }
}

/** True when a key may send such a request; `write` and `read` stand for all that is below them. */
export function isInScope(
  scopes: readonly string[],
  request: { readonly method: string; readonly path: string },
): boolean {
  if (request.method === 'GET')
    return (
      scopes.includes('read') ||
      (request.path === '/portfolio/balance' && scopes.includes('read::portfolio_balance'))
    );
  if (scopes.includes('write')) return true;
  return TRANSFERS.test(request.path)
    ? scopes.includes('write::transfer')
    : TRADES.test(request.path) && scopes.includes('write::trade');
}

const TRANSFERS = /^\/portfolio\/(subaccounts\/transfer|intra_exchange_instance_transfer)$/;
const TRADES = /^\/portfolio\/(events\/orders|order_groups)(\/|$)/;
