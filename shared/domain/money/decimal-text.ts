/** Why a decimal text was refused; the numbers behind it are in `text` and `scale`. */
export type DecimalTextRefusal = {
  readonly kind: 'refused';
  readonly code: 'not_decimal' | 'too_many_digits' | 'out_of_range';
  readonly text: string;
  readonly scale: number;
};

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads a plain decimal text as an integer of `10^-scale` units, exactly.
 * More digits than the scale holds are refused unless they are zeros; exponents, signs other than '-', blanks are refused.
 */
export function parseScaled(text: string, scale: number): number | DecimalTextRefusal {
  const refused = (code: DecimalTextRefusal['code']): DecimalTextRefusal => ({
    kind: 'refused',
    code,
    text,
    scale,
  });
  const match = DECIMAL.exec(text);
  if (match === null) return refused('not_decimal');
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return refused('too_many_digits');
  const magnitude = Number(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  if (!Number.isSafeInteger(magnitude)) return refused('out_of_range');
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
}

/** Writes an integer of `10^-scale` units as a decimal text with exactly `scale` digits after the point. */
export function formatScaled(units: number, scale: number): string {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return units < 0 ? `-${text}` : text;
}

/** The same value with trailing zeros of the fraction removed: `0.017500` becomes `0.0175`, `1.000000` becomes `1`. */
export function trimDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
