import type { Edge } from '../edge/edge.ts';
import type { FeeSchedule } from '../market/fee-schedule.ts';
import { estimateTakerFee } from '../market/fees.ts';
import { contracts, ONE_CONTRACT, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { MICROS_PER_DOLLAR, money, NO_MONEY, type Money } from '../money/money.ts';
import { complement, type Price } from '../money/price.ts';
import { clampProbability } from '../money/probability.ts';
import { floorProportion } from '../money/proportion.ts';
import {
  KELLY_EQUITY_CAP_MILLIONTHS,
  kellyFraction,
  refuseKellyFraction,
  type CalibrationCertificate,
} from './kelly.ts';

const WHOLE_MILLIONTHS = 1_000_000;

/** How much of equity a position gets before any cap. Kelly acts only with a certificate; without, its fallback does. */
export type SizingMethod =
  | { readonly kind: 'fixed_fraction'; readonly millionths: number }
  | {
      readonly kind: 'kelly';
      /** Share of the full Kelly bet, 100,000 to 500,000. */
      readonly fractionMillionths: number;
      readonly certificate: CalibrationCertificate | null;
      /** The fixed fraction of equity that applies without a certificate. */
      readonly fallbackMillionths: number;
    };

/** 0.25 % of equity per position until Kelly is certified. */
export const DEFAULT_FIXED_FRACTION_MILLIONTHS = 2_500;

/** The method that acted, for the decision record. */
export type SizingActed = 'fixed_fraction' | 'kelly' | 'fixed_fraction_without_certificate';

export type SizingCaps = {
  /** Shares of equity, in millionths. */
  readonly positionMillionths: number;
  readonly eventMillionths: number;
  readonly stagePositionCap: Money | null;
  readonly minCount: Contracts;
  /** Share of what the edge found executable that one order may take, in millionths. */
  readonly depthShareMillionths: number;
};

/** Headroom that is stored now; it may be negative after a loss, and then there is none. */
export type SizingRoom = {
  readonly account: Money;
  readonly event: Money;
  readonly market: Money;
  readonly cash: Money;
  /** Positions that may still be opened. */
  readonly slots: number;
};

/** What may limit a size, in the order in which ties are named. */
export type SizeCap =
  | 'target'
  | 'kelly_equity_cap'
  | 'position_cap'
  | 'event_cap'
  | 'stage_cap'
  | 'account_room'
  | 'event_room'
  | 'market_room'
  | 'cash_room'
  | 'depth_share';

/** Every cap with its numbers: micro-dollars (for `depth_share`: 1e-2 contracts) and the whole contracts it allows. */
export type SizingArithmetic = {
  readonly method: SizingActed;
  readonly equity: Money;
  readonly legPrice: Price;
  readonly feePerContract: Money;
  readonly slots: number;
  readonly minCount: Contracts;
  readonly caps: Readonly<
    Partial<Record<SizeCap, { readonly amount: number; readonly count: Contracts }>>
  >;
};

export type SizedOrder = {
  readonly kind: 'sized';
  readonly count: Contracts;
  readonly limitedBy: SizeCap;
  readonly arithmetic: SizingArithmetic;
};

/**
 * `no_room`: no equity, no free position, or what is already at risk and the cash leave too little. `size_below_minimum`:
 * the method, a cap or the depth would allow too little even with nothing at risk.
 */
export type SizingRefusalCode = 'no_room' | 'size_below_minimum';

export type SizingRefusal = {
  readonly kind: 'refused';
  readonly code: SizingRefusalCode;
  readonly limitedBy: SizeCap;
  readonly arithmetic: SizingArithmetic;
};

export type SizingInput = {
  readonly edge: Edge;
  readonly fees: FeeSchedule;
  readonly method: SizingMethod;
  readonly equity: Money;
  readonly caps: SizingCaps;
  readonly room: SizingRoom;
};

/**
 * The count of an entry: the method's share of equity, then each cap, the smallest of all, in whole contracts and never
 * rounded up. Everything is valued at the worst price of the edge, where price plus fee is highest. Caps on exposure
 * count the price alone, as the reservation does; cash and the Kelly stake count the fee of one contract with it.
 */
export function sizeOrder(input: SizingInput): SizedOrder | SizingRefusal {
  const { edge, fees: schedule, equity, caps, room } = input;
  const legPrice = edge.leg === 'yes' ? edge.limitPrice : complement(edge.limitPrice);
  invariant(legPrice > 0, 'an edge has a price above zero');
  const feePerContract = estimateTakerFee({
    price: edge.limitPrice,
    count: ONE_CONTRACT,
    schedule,
  });
  const target = targetOf(input, legPrice, feePerContract);
  const numbers = capNumbers(input, target, legPrice, feePerContract);
  const { limitedBy, count } = smallest(numbers);
  const arithmetic: SizingArithmetic = {
    method: target.method,
    equity,
    legPrice,
    feePerContract,
    slots: room.slots,
    minCount: caps.minCount,
    caps: numbers,
  };
  const code = refusalCode(input, count, limitedBy);
  return code === null
    ? { kind: 'sized', count, limitedBy, arithmetic }
    : { kind: 'refused', code, limitedBy, arithmetic };
}

type CapNumbers = { readonly amount: number; readonly count: Contracts };
type Target = { readonly method: SizingActed; readonly stake: Money };

function capNumbers(
  { edge, equity, caps, room }: SizingInput,
  target: Target,
  legPrice: Price,
  feePerContract: Money,
): Partial<Record<SizeCap, CapNumbers>> {
  const priced = legPrice * ONE_CONTRACT;
  const allIn = priced + feePerContract;
  const depth = floorProportion(edge.count, caps.depthShareMillionths, WHOLE_MILLIONTHS);
  const kelly = target.method === 'kelly';
  return {
    target: affordable(target.stake, kelly ? allIn : priced),
    ...(kelly && {
      kelly_equity_cap: affordable(shareOf(equity, KELLY_EQUITY_CAP_MILLIONTHS), allIn),
    }),
    position_cap: affordable(shareOf(equity, caps.positionMillionths), priced),
    event_cap: affordable(shareOf(equity, caps.eventMillionths), priced),
    ...(caps.stagePositionCap !== null && { stage_cap: affordable(caps.stagePositionCap, priced) }),
    account_room: affordable(room.account, priced),
    event_room: affordable(room.event, priced),
    market_room: affordable(room.market, priced),
    cash_room: affordable(room.cash, allIn),
    depth_share: { amount: depth, count: contracts(depth - (depth % ONE_CONTRACT)) },
  };
}

/** Whole contracts that an amount pays for; of a negative amount none. */
function affordable(amount: Money, perContract: number): CapNumbers {
  const whole = Math.floor(Math.max(0, amount) / perContract);
  return { amount, count: contracts(whole * ONE_CONTRACT) };
}

function refusalCode(
  { equity, caps, room }: SizingInput,
  count: Contracts,
  limitedBy: SizeCap,
): SizingRefusalCode | null {
  if (equity <= 0 || room.slots < 1) return 'no_room';
  if (count > 0 && count >= caps.minCount) return null;
  return ROOMS.has(limitedBy) ? 'no_room' : 'size_below_minimum';
}

const ROOMS: ReadonlySet<SizeCap> = new Set([
  'account_room',
  'event_room',
  'market_room',
  'cash_room',
]);

/** What the method would stake, in micro-dollars rounded down. */
function targetOf(
  { edge, equity, method }: SizingInput,
  legPrice: Price,
  feePerContract: Money,
): Target {
  if (method.kind === 'fixed_fraction')
    return { method: 'fixed_fraction', stake: shareOf(equity, method.millionths) };
  invariant(
    refuseKellyFraction(method.fractionMillionths) === null,
    'a Kelly fraction is validated with the configuration, 0.10 to 0.50',
  );
  if (method.certificate === null)
    return {
      method: 'fixed_fraction_without_certificate',
      stake: shareOf(equity, method.fallbackMillionths),
    };
  // What one contract pays on average is what it costs and what it promises beyond that.
  const payout = legPrice * ONE_CONTRACT + feePerContract + edge.worstPerContract;
  const full = kellyFraction({
    probability: clampProbability(payout / MICROS_PER_DOLLAR),
    legPrice,
    feePerContract,
  });
  return { method: 'kelly', stake: shareOf(equity, Math.floor(full * method.fractionMillionths)) };
}

/** A share of equity rounded down; of nothing or less, nothing. */
function shareOf(equity: Money, millionths: number): Money {
  return equity <= 0 ? NO_MONEY : money(floorProportion(equity, millionths, WHOLE_MILLIONTHS));
}

/** The first of the caps with the smallest count. */
function smallest(numbers: Partial<Record<SizeCap, CapNumbers>>): {
  readonly limitedBy: SizeCap;
  readonly count: Contracts;
} {
  let limitedBy: SizeCap = 'target';
  let count = numbers.target?.count ?? contracts(0);
  for (const name of SIZE_CAPS) {
    const allowed = numbers[name]?.count;
    if (allowed !== undefined && allowed < count) {
      count = allowed;
      limitedBy = name;
    }
  }
  return { limitedBy, count };
}

const SIZE_CAPS: readonly SizeCap[] = [
  'target',
  'kelly_equity_cap',
  'position_cap',
  'event_cap',
  'stage_cap',
  'account_room',
  'event_room',
  'market_room',
  'cash_room',
  'depth_share',
];
