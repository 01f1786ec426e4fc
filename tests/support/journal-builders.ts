import type { Leg } from '../../shared/domain/edge/edge.ts';
import type { OrderIntent } from '../../shared/domain/execution/intent.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { MarketResult } from '../../shared/domain/market/market.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { aFillOf, anEntry, anExit } from './trade-builders.ts';

type Trade = {
  readonly id: string;
  readonly positionId?: string;
  readonly leg?: Leg;
  readonly exchangeIndex?: number;
  readonly units: number;
  readonly count: number;
  readonly fee?: number;
  readonly atMs: number;
};

export function opening(cash: number, atMs = 0, exchangeIndex = 0): JournalEntry {
  const journalId = `opening-${exchangeIndex}`;
  return { kind: 'opening', journalId, exchangeIndex, cash: money(cash), atMs };
}

export function planned(intent: OrderIntent, atMs: number): JournalEntry {
  const { clientOrderId } = intent;
  const journalId = `order-${clientOrderId}`;
  const moved = { from: null, to: 'planned', detail: '' } as const;
  return { kind: 'order', journalId, clientOrderId, intent, ...moved, atMs };
}

function filled(purpose: 'entry' | 'exit', trade: Trade, basis: number): JournalEntry {
  const leg = trade.leg ?? 'yes';
  const intent = purpose === 'entry' ? anEntry({ leg }) : anExit({ leg });
  return {
    kind: 'fill',
    journalId: `fill-${trade.id}`,
    fill: aFillOf(intent, {
      tradeId: trade.id,
      price: price(trade.units),
      count: contracts(trade.count),
      fee: money(trade.fee ?? 0),
      exchangeTimeMs: trade.atMs,
    }),
    clientOrderId: `${purpose}-${trade.positionId ?? 'position-1'}`,
    positionId: trade.positionId ?? 'position-1',
    exchangeIndex: trade.exchangeIndex ?? 0,
    leg,
    purpose,
    basis: money(basis),
    atMs: trade.atMs,
  };
}

export function purchase(trade: Trade): JournalEntry {
  return filled('entry', trade, 0);
}

export function sale(trade: Trade & { readonly basis: number }): JournalEntry {
  return filled('exit', trade, trade.basis);
}

export function settlement(of: {
  readonly positionId?: string;
  readonly leg?: Leg;
  readonly exchangeIndex?: number;
  readonly result: MarketResult;
  readonly quantity: number;
  readonly basis: number;
  readonly payout: number;
  readonly fee?: number;
  readonly atMs: number;
}): JournalEntry {
  const positionId = of.positionId ?? 'position-1';
  return {
    kind: 'settlement',
    journalId: `settlement-${positionId}`,
    market: anEntry().market,
    positionId,
    exchangeIndex: of.exchangeIndex ?? 0,
    leg: of.leg ?? 'yes',
    result: of.result,
    quantity: contracts(of.quantity),
    basis: money(of.basis),
    payout: money(of.payout),
    fee: money(of.fee ?? 0),
    atMs: of.atMs,
  };
}

export function residual(amount: number, atMs: number, exchangeIndex = 0): JournalEntry {
  const journalId = `residual-${atMs}`;
  const reason = 'unexplained';
  return { kind: 'residual', journalId, exchangeIndex, amount: money(amount), reason, atMs };
}
