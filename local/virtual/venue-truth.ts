import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { VenueTruth } from '../invariants/books.ts';

/** The simulated exchange's own truth about an account, summed over its shards. */
export function venueTruth(exchange: SimExchange, account: string): VenueTruth {
  const truth = exchange.truth(account);
  const sum = (amounts: ReadonlyMap<number, number>): number =>
    [...amounts.values()].reduce((total, amount) => total + amount, 0);
  return {
    cash: sum(truth.cashByShard),
    reserved: sum(truth.reservedByShard),
    deposits: sum(truth.depositsByShard),
    positions: new Map([...truth.positions].map(([market, { quantity }]) => [market, quantity])),
    orders: truth.orders.map(({ clientOrderId, count, filled }) => ({
      clientOrderId,
      count,
      filled,
    })),
    fills: truth.fills.map(({ tradeId, orderId, fee }) => ({ key: `${tradeId}|${orderId}`, fee })),
    settlements: truth.settlements.map(({ market, revenue }) => ({ market, revenue })),
  };
}
