/** A game's label, which is also its subscription key, taken apart. */
export type BoltLabel = {
  /** As the feed orders it: home first, but for a label with `@`. */
  readonly home: string;
  readonly away: string;
  /** The Eastern day of the start, `2026-11-22`. */
  readonly day: string;
  /** 1 to 12, of a 12-hour clock: 1 is one in the night or in the afternoon. It names nothing. Null in newer labels. */
  readonly hour12: number | null;
  /** Twelve hex digits, in newer labels. */
  readonly universalId: string | null;
};

const TAIL = /^(.+), (\d{4}-\d\d-\d\d)(?:, (\d{1,2}))?(?:, ([0-9a-f]{12}))?$/;

/**
 * Reads `Home vs Away, YYYY-MM-DD, NN` and the newer form that ends with `, <12 hex digits>`. `Away @ Home` is turned
 * round. Null for anything else.
 */
export function parseBoltLabel(label: string): BoltLabel | null {
  const match = TAIL.exec(label);
  if (match === null) return null;
  const [, teams = '', day = '', hour, universalId = null] = match;
  const hour12 = hour === undefined ? null : Number(hour);
  if (hour12 !== null && (hour12 < 1 || hour12 > 12)) return null;
  const said = parseBoltTeams(teams);
  return said === null ? null : { ...said, day, hour12, universalId };
}

/** Reads `Home vs Away` or `Away @ Home`; null unless there are two names. */
export function parseBoltTeams(
  teams: string,
): { readonly home: string; readonly away: string } | null {
  const versus = teams.split(' vs ');
  const at = teams.split(' @ ');
  const [home = '', away = ''] =
    versus.length === 2 && at.length === 1
      ? versus
      : at.length === 2 && versus.length === 1
        ? at.toReversed()
        : [];
  return home === '' || away === '' ? null : { home, away };
}
