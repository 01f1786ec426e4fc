import type { JournalEntry } from '../ledger/journal.ts';
import type { EpochMs } from '../market/market.ts';
import {
  addContracts,
  NO_CONTRACTS,
  subtractContracts,
  type Contracts,
} from '../money/contracts.ts';
import { addMoney, cost, NO_MONEY, subtractMoney, type Money } from '../money/money.ts';
import type { Price } from '../money/price.ts';
import { legPrice } from '../positions/fold-position.ts';

/** The price, on the scale of its leg, at which a position could be sold at a time. */
export type MarkSample = {
  readonly positionId: string;
  readonly legPrice: Price;
  readonly atMs: EpochMs;
};

/** Equity is cash plus positions at their marks; one without a mark counts at its basis. Fees are paid from cash. */
export type EquityPoint = {
  readonly atMs: EpochMs;
  readonly cash: Money;
  readonly positions: Money;
  readonly equity: Money;
};

type Holding = {
  readonly quantity: Contracts;
  readonly basis: Money;
  readonly mark: Price | null;
};

/**
 * Folds the journal and the marks into one point per time at which either has something, in order of time. Within one
 * time the journal goes first, each in its given order, so that a mark of a moment finds the position bought in it.
 */
export function equityCurve({
  journal,
  marks,
}: {
  readonly journal: readonly JournalEntry[];
  readonly marks: readonly MarkSample[];
}): readonly EquityPoint[] {
  const steps = [
    ...journal.map((entry) => ({ atMs: entry.atMs, apply: () => book(account, entry) })),
    ...marks.map((mark) => ({ atMs: mark.atMs, apply: () => remark(account, mark) })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const account: Account = { cash: NO_MONEY, holdings: new Map() };
  const points: EquityPoint[] = [];
  for (const [index, { atMs, apply }] of steps.entries()) {
    apply();
    if (steps[index + 1]?.atMs !== atMs) points.push(pointOf(account, atMs));
  }
  return points;
}

type Account = { cash: Money; readonly holdings: Map<string, Holding> };

const EMPTY: Holding = { quantity: NO_CONTRACTS, basis: NO_MONEY, mark: null };

function book(account: Account, entry: JournalEntry): void {
  switch (entry.kind) {
    case 'opening':
      account.cash = addMoney(account.cash, entry.cash);
      return;
    case 'residual':
      account.cash = addMoney(account.cash, entry.amount);
      return;
    case 'fill':
      bookFill(account, entry);
      return;
    case 'settlement':
      account.cash = addMoney(account.cash, subtractMoney(entry.payout, entry.fee));
      account.holdings.delete(entry.positionId);
      return;
    case 'order':
    case 'position_opened':
    case 'position_closed':
      return;
  }
}

function bookFill(account: Account, entry: Extract<JournalEntry, { kind: 'fill' }>): void {
  const { fill, positionId } = entry;
  const amount = cost(legPrice(entry.leg, fill.price), fill.count);
  const held = account.holdings.get(positionId) ?? EMPTY;
  if (entry.purpose === 'entry') {
    account.cash = subtractMoney(account.cash, addMoney(amount, fill.fee));
    account.holdings.set(positionId, {
      ...held,
      quantity: addContracts(held.quantity, fill.count),
      basis: addMoney(held.basis, amount),
    });
    return;
  }
  account.cash = addMoney(account.cash, subtractMoney(amount, fill.fee));
  const quantity = subtractContracts(held.quantity, fill.count);
  if (quantity === NO_CONTRACTS) account.holdings.delete(positionId);
  else
    account.holdings.set(positionId, {
      ...held,
      quantity,
      basis: subtractMoney(held.basis, entry.basis),
    });
}

function remark(account: Account, mark: MarkSample): void {
  const held = account.holdings.get(mark.positionId);
  if (held !== undefined) account.holdings.set(mark.positionId, { ...held, mark: mark.legPrice });
}

function pointOf(account: Account, atMs: EpochMs): EquityPoint {
  const values = [...account.holdings.values()].map(({ quantity, basis, mark }) =>
    mark === null ? basis : cost(mark, quantity),
  );
  const positions = addMoney(...values);
  return { atMs, cash: account.cash, positions, equity: addMoney(account.cash, positions) };
}
