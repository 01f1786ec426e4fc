import * as z from 'zod';

/** What is read of one competition: a game, a match or a bout. */

const name = z.string().min(1).max(200);
const id = z.string().min(1).max(40);
const count = z.number().min(0).max(10_000);

/** On a scoreboard a text of digits, in a team's schedule an object; anything else is not a score. */
const score = z.union([z.string().max(40), z.object({ value: count })]);

const linescore = z.object({
  value: z.number().optional(),
  tiebreak: z.int().min(0).optional(),
});

const competitorFields = z.object({
  id,
  order: z.int().optional(),
  homeAway: z.enum(['home', 'away']).optional(),
  winner: z.boolean().optional(),
  score: score.optional(),
  shootoutScore: z.int().min(0).optional(),
  linescores: z.array(linescore).max(100).optional(),
  team: z.object({ abbreviation: z.string().max(20).optional(), displayName: name }).optional(),
  athlete: z.object({ displayName: name.optional() }).optional(),
  roster: z.object({ displayName: name.optional() }).optional(),
});

const statusFields = z.object({
  clock: z.number().min(0).max(100_000).optional(),
  displayClock: z.string().max(40).optional(),
  period: z.int().min(0).max(200).optional(),
  type: z.object({
    name: z.string().min(1).max(100),
    state: z.string().max(20),
    completed: z.boolean(),
    detail: z.string().max(200).optional(),
  }),
});

export const competitionFields = z.object({
  id,
  date: z.string().max(40),
  timeValid: z.boolean().optional(),
  type: z
    .object({
      id: z.string().max(20).optional(),
      slug: z.string().max(100).optional(),
      abbreviation: z.string().max(100).optional(),
    })
    .optional(),
  format: z.object({ regulation: z.object({ periods: z.int().positive() }) }).optional(),
  status: statusFields,
  competitors: z.array(competitorFields).length(2),
});

export type CompetitorFields = z.infer<typeof competitorFields>;
export type CompetitionFields = z.infer<typeof competitionFields>;
