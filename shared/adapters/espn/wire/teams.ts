/** ESPN's abbreviations where they differ from ours. */
const OURS: Readonly<Record<string, string>> = { WSH: 'WAS', LAR: 'LA' };
const THEIRS: Readonly<Record<string, string>> = { WAS: 'WSH', LA: 'LAR' };

/** Our code of a team that ESPN abbreviates so. */
export function ourCode(abbreviation: string): string {
  return OURS[abbreviation] ?? abbreviation;
}

/** ESPN's abbreviation of a team of ours. */
export function espnCode(code: string): string {
  return THEIRS[code] ?? code;
}
