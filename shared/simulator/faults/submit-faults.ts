import type { Rng } from '../rng.ts';

/**
 * What can go wrong with a submitted order beyond a refusal. The first of each pair never reached the matching engine,
 * the second did and only its answer is lost; `empty_success` is a 2xx without an order in it, after the effect.
 */
export const SUBMIT_FAULTS = [
  'timeout_without_effect',
  'timeout_with_effect',
  'server_error_without_effect',
  'server_error_with_effect',
  'empty_success',
] as const;

export type SubmitFault = (typeof SUBMIT_FAULTS)[number];

/** Probability of each fault per submit; together at most 1. */
export type SubmitFaultMix = Readonly<Record<SubmitFault, number>>;

export const NO_SUBMIT_FAULTS: SubmitFaultMix = {
  timeout_without_effect: 0,
  timeout_with_effect: 0,
  server_error_without_effect: 0,
  server_error_with_effect: 0,
  empty_success: 0,
};

/** True when the exchange booked the order although the caller does not learn it. */
export function hasEffect(fault: SubmitFault): boolean {
  switch (fault) {
    case 'timeout_with_effect':
    case 'server_error_with_effect':
    case 'empty_success':
      return true;
    case 'timeout_without_effect':
    case 'server_error_without_effect':
      return false;
  }
}

/** Draws the fault of one submit, or null for none; one uniform draw, always. */
export function drawSubmitFault(rng: Rng, mix: SubmitFaultMix): SubmitFault | null {
  const uniform = rng.uniform();
  let threshold = 0;
  for (const fault of SUBMIT_FAULTS) {
    threshold += mix[fault];
    if (uniform < threshold) return fault;
  }
  return null;
}
