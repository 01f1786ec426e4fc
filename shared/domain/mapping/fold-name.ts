/** Letters that are no base letter with a mark, and how they are written without. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/ø/g, 'o'],
  [/ł/g, 'l'],
  [/đ/g, 'd'],
  [/ß/g, 'ss'],
  [/æ/g, 'ae'],
  [/œ/g, 'oe'],
  [/ı/g, 'i'],
];

/**
 * A name as it is compared: small letters, no diacritics, `&` as `and`, apostrophes and full stops left out, everything
 * else between words as one space. `St. Louis` and `st louis` are one, `Hawai'i` and `Hawaii`, `Nîmes` and `Nimes`.
 */
export function foldName(said: string): string {
  let name = said.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [letter, plain] of PLAIN) name = name.replace(letter, plain);
  return name
    .replace(/&/g, ' and ')
    .replace(/['’‘ʻ`.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
