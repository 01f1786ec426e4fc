import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { sumOfShards, type VenueTruth } from '../invariants/books.ts';

/** The simulated exchange's own truth about an account, summed over its shards. */
export function venueTruth(exchange: SimExchange, account: string): VenueTruth {
  const truth = exchange.truth(account);
  return {
    cash: sumOfShards(truth.cashByShard),
    reserved: sumOfShards(truth.reservedByShard),
    deposits: sumOfShards(truth.depositsByShard),
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
