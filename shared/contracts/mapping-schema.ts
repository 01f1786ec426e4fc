import * as z from 'zod';
import { LEAGUES } from '../domain/market/leagues.ts';

const name = z.string().min(1).max(200);

/** A mapping as recordings keep it. */
export const mappingFields = {
  market: name,
  gameId: name,
  league: z.enum(LEAGUES),
  yesSide: z.enum(['home', 'away', 'draw']),
  startTimeMs: z.int().min(0),
  evidence: z.array(z.string()).readonly(),
};

/** Recordings of before mappings had a league named it in the id of the game: `nfl-2026-11-22-MIA-BUF`, `nba:22400061`. */
export function withLeague(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'league' in value) return value;
  const gameId = 'gameId' in value && typeof value.gameId === 'string' ? value.gameId : '';
  const league = LEAGUES.find(
    (one) => gameId.startsWith(`${one}-`) || gameId.startsWith(`${one}:`),
  );
  return { ...value, league };
}
