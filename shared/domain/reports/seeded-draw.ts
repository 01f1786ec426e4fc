import type { Draw } from './cluster-bootstrap.ts';

const TWO_32 = 2 ** 32;

/**
 * The chance of a resampling from a 32-bit seed: the same seed, the same draws (Mulberry32, T. Ettinger 2017, public
 * domain; it passes gjrand, and has a period of 2^32, more than any resampling here takes).
 */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / TWO_32) * below);
  };
}
