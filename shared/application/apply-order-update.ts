import type { Fill } from '../domain/execution/fill.ts';
import type { MarketDataEvent } from '../ports/market-data.ts';
import { progressOrder, type Progress } from './progress-order.ts';
import type { TradingDeps } from './trading-deps.ts';

/** What the exchange's stream says about an order of ours. */
export type OrderMessage = Extract<MarketDataEvent, { kind: 'fill' | 'order_update' }>;

export type Applied = 'applied' | 'nothing_new' | 'contradiction' | 'stranger';

/**
 * Applies one message of the exchange's user stream: once, in any order, however often it comes. An order that we do
 * not know is a stranger: it alarms, and the reconcile counts it.
 */
export async function applyOrderUpdate(deps: TradingDeps, message: OrderMessage): Promise<Applied> {
  const clientOrderId =
    message.kind === 'fill' ? message.clientOrderId : message.update.clientOrderId;
  if (clientOrderId === null) return stranger(deps, message);
  const progress =
    message.kind === 'fill'
      ? await applyFill(deps, clientOrderId, message.fill)
      : await applyView(deps, clientOrderId, message.update);
  switch (progress.kind) {
    case 'progressed':
      return 'applied';
    case 'nothing_new':
    case 'contradiction':
      return progress.kind;
    case 'no_such_order':
      return stranger(deps, message);
  }
}

async function applyFill(deps: TradingDeps, clientOrderId: string, fill: Fill): Promise<Progress> {
  const progress = await progressOrder(deps, clientOrderId, { kind: 'fill', fill });
  if (progress.kind === 'progressed') deps.points.reached('after_fill_booked');
  return progress;
}

function applyView(
  deps: TradingDeps,
  clientOrderId: string,
  update: Extract<OrderMessage, { kind: 'order_update' }>['update'],
): Promise<Progress> {
  const { status, exchangeOrderId, filled } = update;
  return progressOrder(deps, clientOrderId, {
    kind: 'view',
    view: {
      exchangeOrderId,
      // A word that we do not know tells us only that the order is there.
      status: status === 'unrecognised' ? 'resting' : status,
      filled,
      atMs: deps.clock.nowMs(),
    },
  });
}

function stranger(deps: TradingDeps, message: OrderMessage): Applied {
  const exchangeOrderId =
    message.kind === 'fill' ? message.fill.exchangeOrderId : message.update.exchangeOrderId;
  deps.telemetry.log('critical', 'stranger_order', { exchangeOrderId });
  deps.telemetry.count('order.stranger', 1);
  return 'stranger';
}
