import type { AccountName } from './sim-order.ts';

/** The most that an account may have beside its primary one (Kalshi "Subaccounts"). */
export const MAX_SUBACCOUNTS = 63;

const MARK = '#';

/** A subaccount is an account of its own on the floor; 0 is the primary one. */
export function subaccountName(owner: AccountName, subaccount: number): AccountName {
  return subaccount === 0 ? owner : `${owner}${MARK}${subaccount}`;
}

/** Whose account it is: the same for all subaccounts. */
export function ownerOf(account: AccountName): AccountName {
  const at = account.lastIndexOf(MARK);
  return at === -1 ? account : account.slice(0, at);
}

/** The number of a subaccount; 0 for a primary account. */
export function subaccountOf(account: AccountName): number {
  const at = account.lastIndexOf(MARK);
  return at === -1 ? 0 : Number(account.slice(at + 1));
}

/** Whether what happens to an account is told to a reader: his own, and those under it when his is a primary one. */
export function isToldTo(account: AccountName, reader: AccountName): boolean {
  if (account === reader) return true;
  return account.length > reader.length && account.startsWith(reader + MARK);
}
