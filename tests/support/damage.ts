import * as fc from 'fast-check';

/** A small change of a text: a flipped bit, a lost, doubled or foreign piece. */
export function someDamage(): fc.Arbitrary<(text: string) => string> {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  return fc.oneof(
    fc.tuple(at, fc.nat(7)).map(([where, bit]) => (text: string): string => {
      const i = index(text, where);
      const flipped = String.fromCharCode(text.charCodeAt(i) ^ (1 << bit));
      return text.slice(0, i) + flipped + text.slice(i + 1);
    }),
    fc
      .tuple(at, fc.integer({ min: 1, max: 5 }))
      .map(([where, length]) => (text: string): string => {
        const i = index(text, where);
        return text.slice(0, i) + text.slice(i + length);
      }),
    fc
      .tuple(
        at,
        fc.constantFrom('0', '-', '.', '"', '\\', '}', ' ', '\n', 'é', '\\u0041', '00', ','),
      )
      .map(([where, piece]) => (text: string): string => {
        const i = index(text, where);
        return text.slice(0, i) + piece + text.slice(i);
      }),
  );
}

function index(text: string, where: number): number {
  return Math.floor(where * text.length);
}
