import type { OddsSource } from '../../domain/odds/line.ts';

/** American odds as a book rounds them: up to `below` in absolute value in steps of `step`. */
export type OddsLadder = readonly { readonly below: number; readonly step: number }[];

/** A range that is drawn from uniformly, in milliseconds. */
export type TimeRange = { readonly leastMs: number; readonly mostMs: number };

/** How a sportsbook makes its moneyline, and how it tells it. */
export type BookProfile = {
  readonly source: OddsSource;
  /** Sum of the inverse odds less one, before rounding to the ladder. */
  readonly margin: number;
  /** What the book believes is the true probability of this long ago. */
  readonly lagMs: number;
  /** Error of its belief in log-odds: stationary deviation, and the time in which half of it is forgotten. */
  readonly noiseDeviation: number;
  readonly noiseHalfLifeMs: number;
  readonly ladder: OddsLadder;
  /** The book quotes again when its belief has left the posted one by this much. */
  readonly moveThreshold: number;
  /** No odds outside [least, 1 − least]. */
  readonly leastProbability: number;
  /** How often it looks at a game. */
  readonly look: { readonly pregame: TimeRange; readonly live: TimeRange };
  /** Both legs are said again after this time without a message. */
  readonly heartbeat: { readonly pregame: TimeRange; readonly live: TimeRange };
  /** Chance that a change comes one leg at a time, and how much later the other one is. */
  readonly oneLegFirst: number;
  readonly otherLeg: TimeRange;
  /** Chances that it suspends the market, and for how long. */
  readonly suspends: {
    readonly onScore: number;
    readonly onBreak: number;
    readonly onNews: number;
    readonly length: TimeRange;
  };
};

/** The sharp book: low margin, quick, whole American odds. */
export const PINNACLE: BookProfile = {
  source: 'pinnacle',
  margin: 0.025,
  lagMs: 1_200,
  noiseDeviation: 0.06,
  noiseHalfLifeMs: 240_000,
  ladder: [{ below: Number.POSITIVE_INFINITY, step: 1 }],
  moveThreshold: 0.003,
  leastProbability: 0.02,
  look: {
    pregame: { leastMs: 4_000, mostMs: 6_000 },
    live: { leastMs: 700, mostMs: 1_300 },
  },
  heartbeat: {
    pregame: { leastMs: 12_000, mostMs: 16_000 },
    live: { leastMs: 2_000, mostMs: 3_500 },
  },
  oneLegFirst: 0.15,
  otherLeg: { leastMs: 100, mostMs: 800 },
  suspends: {
    onScore: 0.7,
    onBreak: 0.3,
    onNews: 0.1,
    length: { leastMs: 8_000, mostMs: 25_000 },
  },
};

/** The retail book: twice the margin, slower, with more of its own opinion and coarser odds. */
export const DRAFTKINGS: BookProfile = {
  source: 'draftkings',
  margin: 0.045,
  lagMs: 4_000,
  noiseDeviation: 0.045,
  noiseHalfLifeMs: 90_000,
  ladder: [
    { below: 200, step: 5 },
    { below: 500, step: 10 },
    { below: 1_000, step: 25 },
    { below: 2_000, step: 50 },
    { below: Number.POSITIVE_INFINITY, step: 100 },
  ],
  moveThreshold: 0.006,
  leastProbability: 0.03,
  look: {
    pregame: { leastMs: 5_000, mostMs: 9_000 },
    live: { leastMs: 1_500, mostMs: 2_500 },
  },
  heartbeat: {
    pregame: { leastMs: 12_000, mostMs: 18_000 },
    live: { leastMs: 2_500, mostMs: 4_000 },
  },
  oneLegFirst: 0.2,
  otherLeg: { leastMs: 100, mostMs: 800 },
  suspends: {
    onScore: 0.9,
    onBreak: 0.5,
    onNews: 0.3,
    length: { leastMs: 15_000, mostMs: 45_000 },
  },
};

/** A retail book between the two: a little quicker and closer than DraftKings. */
export const FANDUEL: BookProfile = {
  ...DRAFTKINGS,
  source: 'fanduel',
  margin: 0.042,
  lagMs: 3_500,
  noiseDeviation: 0.04,
};

/** A retail book that is slow, dear and coarse, and suspends for longer. */
export const BETMGM: BookProfile = {
  ...DRAFTKINGS,
  source: 'betmgm',
  margin: 0.05,
  lagMs: 5_000,
  noiseDeviation: 0.05,
  moveThreshold: 0.008,
  suspends: { ...DRAFTKINGS.suspends, length: { leastMs: 20_000, mostMs: 60_000 } },
};
