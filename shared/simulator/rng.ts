import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { InvariantViolation, invariant } from '../domain/money/invariant.ts';

/** A stream of seeded randomness. Equal seed and equal path of labels give equal draws on every machine. */
export interface Rng {
  /** A float64 in [0, 1), a multiple of 2^-53. */
  uniform(): number;
  /** An integer in [0, maxExclusive), without modulo bias. */
  integer(maxExclusive: number): number;
  /** Standard normal: mean 0, variance 1. */
  normal(): number;
  /** Exponential with the given mean, in the unit of the mean; never negative. */
  exponential(mean: number): number;
  /** True with probability `p`; always takes one draw, so that a changed `p` does not shift what follows. */
  chance(p: number): boolean;
  /** An independent stream: a function of the seed and the path of labels, not of what was drawn before. */
  fork(label: string): Rng;
}

/** The identity of a stream: 128 bits as four 32-bit words. */
type StreamKey = readonly [number, number, number, number];

/** The root stream of a run. `seed` is any safe integer. */
export function seededRng(seed: number): Rng {
  invariant(Number.isSafeInteger(seed), `a seed is a safe integer, not ${seed}`);
  return streamOf(absorb([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef], `seed:${seed}`));
}

function streamOf(key: StreamKey): Rng {
  // A generator of all zeros would stay at zero; the set bit costs one of 2^128 states.
  const generator = xoroshiro128plusFromState([key[0], key[1], key[2], key[3] | 1]);
  let spareNormal: number | null = null;
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    integer(maxExclusive) {
      invariant(
        Number.isSafeInteger(maxExclusive) && maxExclusive > 0,
        `an integer is drawn below a positive safe integer, not ${maxExclusive}`,
      );
      return uniformInt(generator, 0, maxExclusive - 1);
    },
    normal() {
      if (spareNormal !== null) {
        const spare = spareNormal;
        spareNormal = null;
        return spare;
      }
      const pair = polarPair(uniform);
      spareNormal = pair.second;
      return pair.first;
    },
    exponential(mean) {
      invariant(mean >= 0, `a mean time is not negative, and is not ${mean}`);
      return -mean * Math.log(1 - uniform());
    },
    chance: (p) => uniform() < p,
    fork: (label) => streamOf(absorb(key, label)),
  };
}

/**
 * Two independent standard normals by Marsaglia's polar method (Marsaglia and Bray 1964). A try succeeds with
 * probability pi/4, so the bound of 1,000 tries is never met by a working generator.
 */
function polarPair(uniform: () => number): { readonly first: number; readonly second: number } {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) {
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      return { first: x * scale, second: y * scale };
    }
  }
  throw new InvariantViolation('a uniform generator lands in the unit disc within 1,000 tries');
}

/** A new key from a key and a label: four multiply-and-fold lanes over the UTF-16 units, then mixed together. */
function absorb(key: StreamKey, label: string): StreamKey {
  let [a, b, c, d] = key;
  for (let index = 0; index < label.length; index += 1) {
    const unit = label.charCodeAt(index);
    a = b ^ Math.imul(a ^ unit, 0x239b961b);
    b = c ^ Math.imul(b ^ unit, 0xab0e9789);
    c = d ^ Math.imul(c ^ unit, 0x38b34ae5);
    d = a ^ Math.imul(d ^ unit, 0xa1e38b93);
  }
  a = avalanche(a ^ label.length ^ c);
  b = avalanche(b ^ a);
  c = avalanche(c ^ b);
  d = avalanche(d ^ c);
  return [avalanche(a ^ d), b, c, d];
}

/** The finaliser of MurmurHash3: every bit of a 32-bit word changes about half of the others. */
function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
