import { ACCOUNT_KEY } from '../../shared/application/account-state.ts';
import { balanceOf, imbalance } from '../../shared/domain/ledger/fold-ledger.ts';
import type { HeadroomKey } from '../../shared/domain/risk/headroom.ts';
import { isPending, type Books, type VenueTruth } from './books.ts';
import type { InvariantTally } from './invariant-tally.ts';

/** Headroom, reservations and positions add up to the cap in every scope; this holds at every moment. */
export async function checkHeadroom(tally: InvariantTally, books: Books): Promise<void> {
  const caps = await books.store.caps();
  const used = new Map<HeadroomKey, number>();
  const use = (key: HeadroomKey, amount: number): void => {
    used.set(key, (used.get(key) ?? 0) + amount);
  };
  for (const { reservation, intent } of books.store.peekAll('orders')) {
    use('account', reservation.exposure);
    use(`event:${intent.eventTicker}`, reservation.exposure);
    use(`market:${intent.market}`, reservation.exposure);
    use('slots', reservation.slots);
  }
  for (const position of books.store.peekAll('positions')) {
    use('account', position.basis);
    use(`event:${position.eventTicker}`, position.basis);
    use(`market:${position.market}`, position.basis);
    use('slots', position.state === 'open' ? 1 : 0);
  }
  for (const [key, free] of books.store.headrooms()) {
    if (key.startsWith('cash:')) continue;
    const total = free + (used.get(key) ?? 0);
    tally.check(
      17,
      total === caps.get(key),
      () => `${key}: free and used are ${total}, the cap is ${caps.get(key)}`,
    );
  }
}

/**
 * Holds our books against the venue's truth. Only while nothing is in flight on either side: what is under way would be
 * a difference that is none. True when it could be checked.
 */
export async function checkAgainstTruth(
  tally: InvariantTally,
  books: Books,
  truth: VenueTruth,
): Promise<boolean> {
  const orders = books.store.peekAll('orders');
  const fills = books.store.peekAll('fills');
  const settled = truth.settlements.every(
    ({ market }) => books.store.peek('settlements', market) !== null,
  );
  const inFlight = orders.some(isPending) || fills.length !== truth.fills.length || !settled;
  const entries = await books.ledger.entries();
  const postedFills = entries.filter((entry) => entry.source.kind === 'fill').length;
  if (inFlight || postedFills !== fills.length || books.store.peek('account', ACCOUNT_KEY) === null)
    return false;

  const keys = new Set(
    books.store.peekAll('fills').map(({ fill }) => `${fill.tradeId}|${fill.exchangeOrderId}`),
  );
  tally.check(
    12,
    keys.size === fills.length && truth.fills.every(({ key }) => keys.has(key)),
    () => `${fills.length} fills are booked, the exchange has ${truth.fills.length}`,
  );
  checkPositions(tally, books, truth);
  const balances = balanceOf(entries);
  let cash = 0;
  for (const [account, amount] of balances) if (account.startsWith('cash:')) cash += amount;
  const postedSettlements = entries.filter((entry) => entry.source.kind === 'settlement').length;
  if (postedSettlements < truth.settlements.length) return false;
  tally.check(
    10,
    cash === truth.cash + truth.reserved,
    () =>
      `the ledger has ${cash} micro-dollars of cash, the exchange ${truth.cash + truth.reserved}`,
  );
  tally.check(10, (balances.get('suspense') ?? 0) === 0, () => 'something stands in suspense');
  tally.check(40, imbalance(entries) === 0, () => 'the ledger does not balance');
  return true;
}

function checkPositions(tally: InvariantTally, books: Books, truth: VenueTruth): void {
  const ours = new Map<string, number>();
  for (const { market, leg, quantity } of books.store.peekAll('positions'))
    ours.set(market, leg === 'yes' ? quantity : -quantity);
  for (const market of new Set([...ours.keys(), ...truth.positions.keys()])) {
    const [our, their] = [ours.get(market) ?? 0, truth.positions.get(market) ?? 0];
    tally.check(11, our === their, () => `${market}: we hold ${our}, the exchange ${their}`);
  }
  const bought = new Map<string, number>();
  for (const { fill, positionId } of books.store.peekAll('fills')) {
    const position = books.store.peek('positions', fill.market);
    if (position?.positionId !== positionId) continue;
    const sign = (fill.bookSide === 'bid') === (position.leg === 'yes') ? 1 : -1;
    bought.set(fill.market, (bought.get(fill.market) ?? 0) + sign * fill.count);
  }
  for (const [market, sum] of bought) {
    const position = books.store.peek('positions', market);
    if (position === null || books.store.peek('settlements', market) !== null) continue;
    tally.check(
      11,
      sum === position.quantity,
      () => `${market}: fills add up to ${sum}, the position is ${position.quantity}`,
    );
  }
}
