/**
 * The density of the standard normal distribution.
 */
export function normalDensity(x: number): number {
  return DENSITY_AT_ZERO * Math.exp((-x * x) / 2);
}

/**
 * Φ(x), the share of the standard normal distribution below x, within 1e-13 of itself; the lower tail too, down to
 * x = −37.5, below which a float holds nothing. W. J. Cody, Rational Chebyshev approximations for the error function,
 * Mathematics of Computation 23 (1969), in the form for Φ of his Algorithm 715 (ACM TOMS 19, 1993).
 */
export function normalShareBelow(x: number): number {
  const size = Math.abs(x);
  if (size <= CENTRE) return 0.5 + x * ratio(NEAR_ZERO, x * x);
  const tail = gaussian(size) * (size <= FAR ? ratio(MIDDLE, size) : farTail(size));
  return x > 0 ? 1 - tail : tail;
}

/**
 * Φ⁻¹(p) for p in (0, 1), within 1e-14 of itself; NaN elsewhere. M. J. Wichura, Algorithm AS 241, PPND16, Applied
 * Statistics 37 (1988).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(QUANTILE_CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? ratio(QUANTILE_MIDDLE, r - 1.6) : ratio(QUANTILE_FAR, r - 5);
  return q < 0 ? -size : size;
}

/** Coefficients of two polynomials, the constant first. */
type Fraction = { readonly numerator: readonly number[]; readonly denominator: readonly number[] };

function ratio({ numerator, denominator }: Fraction, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) value = value * x + (coefficients[i] ?? 0);
  return value;
}

/** exp(−x²/2), x² in two parts of which the first is exact: squared at once, its rounding would show in the tail. */
function gaussian(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp((-coarse * coarse) / 2) * Math.exp((-(x - coarse) * (x + coarse)) / 2);
}

function farTail(x: number): number {
  const square = 1 / (x * x);
  return (DENSITY_AT_ZERO - square * ratio(FAR_OUT, square)) / x;
}

/** 1/√(2π). */
const DENSITY_AT_ZERO = 0.3989422804014327;
/** Where Φ is 0.75: the tail is subtracted from no more than it can bear. */
const CENTRE = 0.66291;
/** √32. */
const FAR = 5.656854249492381;

/** Of x². */
const NEAR_ZERO: Fraction = {
  numerator: [
    18154.98125334356, 1067.6894854603709, 161.02823106855587, 2.2352520354606837,
    0.06568233791820745,
  ],
  denominator: [45507.78933502673, 10260.932208618979, 976.0985517377767, 47.202581904688245, 1],
};

/** Of |x|. */
const MIDDLE: Fraction = {
  numerator: [
    9842.714838383978, 11602.65143764735, 6848.190450536283, 2494.5375852903726, 597.2702763948002,
    93.50665613217785, 8.883149794388377, 0.39894151208813466, 1.0765576773720192e-8,
  ],
  denominator: [
    19685.429676859992, 38912.00328609327, 34900.95272114598, 18615.571640885097, 6485.558298266761,
    1519.3775994075547, 235.387901782625, 22.266688044328117, 1,
  ],
};

/** Of 1/x². */
const FAR_OUT: Fraction = {
  numerator: [
    2.9112874951168793e-5, 0.0014216191932278934, 0.022235277870649807, 0.12740116116024736,
    0.215898534057957, 0.023073441764940174,
  ],
  denominator: [
    7.297515550839662e-5, 0.0037823963320275824, 0.06598813786892856, 0.4682382124808651,
    1.284260096144911, 1,
  ],
};

/** Of 0.180625 − (p − ½)². */
const QUANTILE_CENTRE: Fraction = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852854,
  ],
};

/** Of √(−ln tail) − 1.6. */
const QUANTILE_MIDDLE: Fraction = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

/** Of √(−ln tail) − 5. */
const QUANTILE_FAR: Fraction = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
