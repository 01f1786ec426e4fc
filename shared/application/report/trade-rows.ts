import type { TradeRow } from '../../contracts/run-record.ts';
import { fromCanonical } from '../../domain/decisions/canonical-value.ts';
import type { EntryReasons } from '../../domain/strategies/decide-order.ts';
import type { EntryInputs } from '../../domain/strategies/decide-order.ts';
import { NO_MONEY, addMoney, cost, subtractMoney, type Money } from '../../domain/money/money.ts';
import { complementProbability } from '../../domain/money/probability.ts';
import { invariant } from '../../domain/money/invariant.ts';
import { legPrice } from '../../domain/positions/fold-position.ts';
import type { Position } from '../../domain/positions/position.ts';
import type { FairValue } from '../../domain/pricing/fair-value.ts';
import type { RoundTrip } from '../../domain/reports/trade-summary.ts';
import type { ChainedDecision } from '../../ports/decision-log.ts';

/** Each round trip with why it was opened, read from the decision that opened it. */
export function tradeRows(parts: {
  readonly trips: readonly RoundTrip[];
  readonly decisions: readonly ChainedDecision[];
  readonly titles: (market: string) => string;
  /** Positions that are still open, by id. */
  readonly open: ReadonlyMap<string, Position>;
}): readonly TradeRow[] {
  const made = new Map<string, { inputs: EntryInputs; reasons: EntryReasons }>();
  for (const { record } of parts.decisions) {
    const outcome = fromCanonical(record.outcome['entry'] ?? null) as {
      readonly kind: string;
      readonly reasons: EntryReasons;
    } | null;
    if (outcome?.kind !== 'approved') continue;
    const inputs = fromCanonical(record.inputs['entry'] ?? null) as EntryInputs;
    made.set(inputs.clientOrderId, { inputs, reasons: outcome.reasons });
  }
  return parts.trips.map((trip) => {
    const decision = made.get(trip.positionId);
    invariant(decision !== undefined, 'every position came of a recorded decision');
    return tradeRow(trip, decision, parts.titles(trip.market), parts.open.get(trip.positionId));
  });
}

function tradeRow(
  trip: RoundTrip,
  { inputs, reasons }: { readonly inputs: EntryInputs; readonly reasons: EntryReasons },
  title: string,
  open: Position | undefined,
): TradeRow {
  const { fair, edge } = reasons;
  const { market, book } = inputs.tick;
  const touch = edge.leg === 'yes' ? book.view.asks[0] : book.view.bids[0];
  invariant(touch !== undefined, 'an entry had a touch to trade against');
  const mark: Money =
    open === undefined || open.mark === null ? NO_MONEY : cost(open.mark.legPrice, open.quantity);
  return {
    positionId: trip.positionId,
    market: trip.market,
    eventTicker: market.eventTicker,
    title,
    leg: trip.leg,
    openedAtMs: trip.openedAtMs,
    closedAtMs: trip.closed?.atMs ?? null,
    boughtCount: trip.boughtCount,
    boughtCost: trip.boughtCost,
    why: {
      fairKind: fair.kind,
      fairFrom: sourceOf(fair),
      fair: edge.leg === 'yes' ? fair.probability : complementProbability(fair.probability),
      touch: legPrice(edge.leg, touch.price),
      edgePerContract: edge.worstPerContract,
    },
    closedBy: trip.closed?.cause ?? 'open',
    proceeds: trip.proceeds,
    fees: trip.fees,
    net: subtractMoney(addMoney(trip.proceeds, mark), addMoney(trip.boughtCost, trip.fees)),
  };
}

/** "pinnacle, shin" or "elo-nba-538@1.0.0". */
export function sourceOf(fair: FairValue): string {
  return fair.kind === 'line'
    ? fair.books.map(({ source, method }) => `${source}, ${method}`).join(' + ')
    : `${fair.model.name}@${fair.model.version}`;
}
