import type { EpochMs } from '../market/market.ts';

/** How far two sources may differ about a start and still mean the same game, in milliseconds. */
export const START_TOLERANCE_MS = 30 * 60_000;

/** US Eastern is this far behind UTC, in summer and in winter. */
const ZONE_OFFSETS_MS = [4 * 3_600_000, 5 * 3_600_000] as const;

/** What a second source says of a start. `offMs` is positive where the feed has it later. */
export type StartCheck =
  | { readonly kind: 'agrees'; readonly offMs: number }
  /**
   * Off by what lies between Eastern and UTC: the feed may have changed the zone of its wall clock. For a person to
   * look at; the game is not mapped.
   */
  | { readonly kind: 'zone_suspected'; readonly offMs: number }
  /** Another game of the same teams, or a start that moved: the game is not mapped. */
  | { readonly kind: 'differs'; readonly offMs: number };

/**
 * A feed's start of a game against a scoreboard's. Up to 30 minutes apart they agree. Four or five hours apart, give or
 * take those minutes and in either direction, a zone was switched; anything else differs. Only `agrees` maps a game.
 * NaN and infinities differ.
 */
export function checkStart(starts: {
  readonly feedMs: EpochMs;
  readonly scoreboardMs: EpochMs;
}): StartCheck {
  const offMs = starts.feedMs - starts.scoreboardMs;
  const apartMs = Math.abs(offMs);
  if (apartMs <= START_TOLERANCE_MS) return { kind: 'agrees', offMs };
  const isZone = ZONE_OFFSETS_MS.some((zoneMs) => Math.abs(apartMs - zoneMs) <= START_TOLERANCE_MS);
  return { kind: isZone ? 'zone_suspected' : 'differs', offMs };
}

/** Where a feed's starts stand, taken together. */
export type StartsSummary = {
  readonly checked: number;
  readonly agree: number;
  readonly zoneSuspected: number;
  readonly differ: number;
  /**
   * True when more of a feed's starts are off by a zone than agree: it is the feed and not a game. A person then
   * decides whether its zone is to be changed.
   */
  readonly isZoneSwitch: boolean;
};

export function summariseStarts(checks: readonly StartCheck[]): StartsSummary {
  const count = (kind: StartCheck['kind']) => checks.filter((check) => check.kind === kind).length;
  const agree = count('agrees');
  const zoneSuspected = count('zone_suspected');
  return {
    checked: checks.length,
    agree,
    zoneSuspected,
    differ: count('differs'),
    isZoneSwitch: zoneSuspected > agree,
  };
}
