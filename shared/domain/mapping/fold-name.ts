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

/** Names come again and again with every frame and every market; so many are kept. */
const MOST_KEPT = 20_000;
const kept = new Map<string, string>();

/**
 * A name as it is compared: small letters, no diacritics, `&` as `and`, apostrophes and full stops left out, everything
 * else between words as one space. `St. Louis` and `st louis` are one, `Hawai'i` and `Hawaii`, `Nîmes` and `Nimes`.
 */
export function foldName(said: string): string {
  const known = kept.get(said);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const folded = fold(said);
  kept.set(said, folded);
  return folded;
}

function fold(said: string): string {
  let name = said.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [letter, plain] of PLAIN) name = name.replace(letter, plain);
  return name
    .replace(/&/g, ' and ')
    .replace(/['’‘ʻ`.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
