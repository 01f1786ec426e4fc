import { accountChecks } from './checks/account-checks.ts';
import { groupChecks } from './checks/group-checks.ts';
import { orderChecks } from './checks/order-checks.ts';
import { stateChecks } from './checks/state-checks.ts';
import { streamChecks } from './checks/stream-checks.ts';
import type { Check } from './check.ts';

/** Every check in the order in which it is made: what needs no order first within each part of the exchange. */
export const CHECKS: readonly Check[] = [
  ...accountChecks,
  ...streamChecks,
  ...groupChecks,
  ...orderChecks,
  ...stateChecks,
];

/** What the documents leave open and nobody can look at with one contract and good manners. */
export const NOT_PROBED: readonly { readonly topic: string; readonly why: string }[] = [
  { topic: 'code of the position limit', why: 'it needs a position at the limit' },
  { topic: 'code of 200,000 resting orders', why: 'it needs 200,000 resting orders' },
  { topic: 'code of 100,000 order groups', why: 'it needs 100,000 order groups' },
  { topic: 'stream error 26, too many markets', why: 'the bound is not known and may be 500,000' },
  {
    topic: 'stream error 27, too many requests',
    why: 'it needs more than 10,000 commands a second',
  },
  {
    topic: 'unit of the fee rebate',
    why: 'it needs an order whose fills have lost a whole cent by rounding',
  },
  {
    topic: 'what collateral is returned',
    why: 'it needs positions in several markets of one event',
  },
  { topic: 'records of voided and disputed markets', why: 'they are as rare as they should be' },
];

/**
 * Rows of the simulator's table of unconfirmed refusals that have no check of their own, and why. A test holds the
 * table against this list and the checks.
 */
export const ROWS_WITHOUT_CHECK: Readonly<Record<string, string>> = {
  tooManyOrderGroups: 'it needs 100,000 order groups',
  tooManyOpenOrders: 'it needs 200,000 resting orders',
  fillOrKillRefused: 'the other answer of check fill-or-kill',
  subaccountsNeedTier: 'to make a subaccount is for good',
  tooManySubaccounts: 'it needs 63 subaccounts',
  transferRepeated: 'it needs money to be moved',
  transferToItself: 'it is the answer to moving money',
  alwaysNetted: 'it would change how the account is netted',
  noMarginedInstance: 'it is the answer to moving money',
  attestationLapsed: 'it needs a key whose statement of place has run out',
  outOfScope: 'it needs a key of another scope',
  badPublicKey: 'a key that was taken would stay',
  upgradeNeedsOrders: 'it would change the tier of the account',
};
