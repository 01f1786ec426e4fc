import { sourcesOf } from '../pricing/fair-value.ts';
import { findEdge } from '../edge/find-edge.ts';
import type { Edge } from '../edge/edge.ts';
import type { EntryIntent } from '../execution/intent.ts';
import type { RefusalNumbers } from '../execution/validate-intent.ts';
import { estimateTakerFee } from '../market/fees.ts';
import type { EpochMs } from '../market/market.ts';
import type { MarketTick } from '../market/market-tick.ts';
import { ONE_CONTRACT } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { money, type Money } from '../money/money.ts';
import { ONE_DOLLAR, price, type Price } from '../money/price.ts';
import type { FairValue } from '../pricing/fair-value.ts';
import type { PricingConfig } from '../pricing/price-market.ts';
import { gate, type RiskApproved, type RiskRefusalCode } from '../risk/gate.ts';
import type { Caps, HeadroomKey } from '../risk/headroom.ts';
import type { TradingCause } from '../risk/trading-state.ts';
import type { SkipReason } from '../decisions/skip-reason.ts';
import {
  sizeOrder,
  type SizingArithmetic,
  type SizingMethod,
  type SizingRefusalCode,
  type SizingRoom,
} from '../sizing/size-order.ts';
import { decideEntry, type EntryLimits } from './decide-entry.ts';
import type { StrategyVersion } from './strategy-version.ts';

/** The rules an entry is decided by; all of it is part of the configuration's fingerprint. */
export type EntryRules = {
  readonly strategy: StrategyVersion;
  readonly pricing: PricingConfig;
  readonly sizing: SizingMethod;
  readonly caps: Caps;
  readonly limits: EntryLimits & { readonly entryMaxAgeMs: number; readonly leaseMarginMs: number };
};

/** Everything else that one entry was decided from, as it is recorded. */
export type EntryInputs = {
  readonly tick: MarketTick;
  /** When the tick was scored, and when its order was decided. */
  readonly scoredAtMs: EpochMs;
  readonly decidedAtMs: EpochMs;
  readonly clientOrderId: string;
  readonly generation: number;
  readonly equity: Money;
  /** What may still be used in each scope of the order. */
  readonly room: { readonly [scope in HeadroomKey]?: number };
  readonly causes: readonly TradingCause[];
  readonly leaseExpiresAtMs: EpochMs | null;
};

/** The arithmetic behind a decision, for its record and for whoever asks why. */
export type EntryReasons = {
  readonly fair: FairValue;
  readonly edge: Edge;
  readonly sizing: SizingArithmetic;
};

export type EntryRefusalCode = SkipReason | SizingRefusalCode | RiskRefusalCode;

export type EntryDecision =
  | {
      readonly kind: 'approved';
      readonly approval: RiskApproved<EntryIntent>;
      readonly reasons: EntryReasons;
    }
  | {
      readonly kind: 'refused';
      readonly code: EntryRefusalCode;
      readonly numbers: RefusalNumbers;
      readonly intent: EntryIntent | null;
      readonly reasons: EntryReasons | null;
    };

/**
 * One entry from tick to approved order, a pure function of what is recorded with it: price, edge, size within the
 * room that is left, the tightest limit that still takes that size, the gate.
 */
export function decideOrder(inputs: EntryInputs, rules: EntryRules): EntryDecision {
  const { tick } = inputs;
  const scored = decideEntry({ tick, nowMs: inputs.scoredAtMs, ...rules });
  if (scored.kind === 'skip') return refused(scored.reason);
  const sized = sizeOrder({
    edge: scored.edge,
    fees: tick.market.fees,
    method: rules.sizing,
    equity: inputs.equity,
    caps: {
      ...rules.caps,
      minCount: ONE_CONTRACT,
      depthShareMillionths: rules.strategy.depthShareMillionths,
    },
    room: roomOf(inputs),
  });
  if (sized.kind === 'refused') return refused(sized.code, { limitedBy: sized.limitedBy });
  const tightened = findEdge({
    fair: scored.fair.probability,
    view: tick.book.view,
    fees: tick.market.fees,
    minPerContract: rules.strategy.minEdgePerContract,
    maxCount: sized.count,
  });
  invariant(tightened.kind === 'edge', 'a smaller order has an edge when a larger one has');
  const edge =
    tightened.edge.leg === scored.edge.leg ? tightened.edge : tightened.both[scored.edge.leg];
  invariant(edge !== null, 'the leg that was chosen has an edge at a smaller size');
  const reasons: EntryReasons = { fair: scored.fair, edge, sizing: sized.arithmetic };
  const intent = entryIntent(inputs, rules, edge);
  const verdict = gate({
    intent,
    market: tick.market,
    sources: sourcesOf(scored.fair),
    causes: inputs.causes,
    leaseExpiresAtMs: inputs.leaseExpiresAtMs,
    nowMs: inputs.decidedAtMs,
    limits: {
      entryMaxAgeMs: rules.limits.entryMaxAgeMs,
      closeGuardMs: rules.strategy.closeGuardMs,
      leaseMarginMs: rules.limits.leaseMarginMs,
      collar: null,
    },
    room: (scope) => inputs.room[scope] ?? 0,
  });
  return verdict.kind === 'approved'
    ? { kind: 'approved', approval: verdict.approval, reasons }
    : { kind: 'refused', code: verdict.code, numbers: verdict.numbers, intent, reasons };
}

/** The scopes in which one market's order needs room. */
export function scopesOfMarket(market: MarketTick['market']): readonly HeadroomKey[] {
  return [
    'account',
    'slots',
    `event:${market.eventTicker}`,
    `market:${market.ticker}`,
    `cash:${market.exchangeIndex}`,
  ];
}

function refused(code: EntryRefusalCode, numbers: RefusalNumbers = {}): EntryDecision {
  return { kind: 'refused', code, numbers, intent: null, reasons: null };
}

function entryIntent(inputs: EntryInputs, rules: EntryRules, edge: Edge): EntryIntent {
  const { market, stamp } = inputs.tick;
  return {
    purpose: 'entry',
    clientOrderId: inputs.clientOrderId,
    decisionId: `entry:${market.ticker}:${stamp.epoch}:${stamp.n}`,
    market: market.ticker,
    eventTicker: market.eventTicker,
    seriesTicker: market.seriesTicker,
    exchangeIndex: market.exchangeIndex,
    strategy: { name: rules.strategy.name, version: rules.strategy.version },
    leg: edge.leg,
    limitPrice: edge.limitPrice,
    count: edge.count,
    estimatedFees: estimateTakerFee({
      price: worstFeePrice(edge, inputs.tick),
      count: edge.count,
      schedule: market.fees,
    }),
    decidedAtMs: inputs.scoredAtMs,
    stamp,
    generation: inputs.generation,
  };
}

/** The price within the limit at which the fee is highest: the one nearest to half a dollar. */
function worstFeePrice(edge: Edge, tick: MarketTick): Price {
  const touch = (edge.leg === 'yes' ? tick.book.view.asks[0] : tick.book.view.bids[0])?.price;
  const best = touch ?? edge.limitPrice;
  const [low, high] = best < edge.limitPrice ? [best, edge.limitPrice] : [edge.limitPrice, best];
  return price(Math.min(high, Math.max(low, ONE_DOLLAR / 2)));
}

function roomOf({ room, tick }: EntryInputs): SizingRoom {
  const of = (scope: HeadroomKey): Money => money(room[scope] ?? 0);
  return {
    account: of('account'),
    event: of(`event:${tick.market.eventTicker}`),
    market: of(`market:${tick.market.ticker}`),
    cash: of(`cash:${tick.market.exchangeIndex}`),
    slots: room.slots ?? 0,
  };
}
