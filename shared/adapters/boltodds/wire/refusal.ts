import * as z from 'zod';
import type { FrameRefusal } from '../../../ports/market-data.ts';

const MAX_DETAIL_LENGTH = 200;

/** Of what the feed said nothing can be believed since a refusal; null names all of them. */
export type BoltScope = {
  readonly sport: string | null;
  readonly source: string | null;
  readonly label: string | null;
};

/** A message that could not be used; `scope` is what became uncertain by it, null when nothing did. */
export type BoltRefusal = FrameRefusal & { readonly scope: BoltScope | null };

export const ALL: BoltScope = { sport: null, source: null, label: null };
/** The leg that was refused is suspended: what else the book said of the game still counts, and is asked for again. */
export const NOTHING_ELSE = null;

const scopeFields = z.object({
  sport: z.string().min(1).max(300).nullish().catch(null),
  sportsbook: z.string().min(1).max(300).nullish().catch(null),
  game: z.string().min(1).max(300).nullish().catch(null),
});

/** What a message that cannot be read names of its scope; all of it when it names nothing. */
export function scopeOf(data: unknown): BoltScope {
  const named = scopeFields.safeParse(data);
  if (!named.success) return ALL;
  const { sport, sportsbook, game } = named.data;
  return {
    sport: sport ?? null,
    source: sportsbook?.toLowerCase() ?? null,
    label: game ?? null,
  };
}

export function malformed(what: string, error: z.ZodError, scope: BoltScope | null): BoltRefusal {
  const issue = error.issues[0];
  const detail = `${what} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  return refuse('malformed', detail, scope);
}

export function refuse(
  code: FrameRefusal['code'],
  detail: string,
  scope: BoltScope | null,
): BoltRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, MAX_DETAIL_LENGTH), scope };
}

/** What was said in place of a text or a number; of what is nested its kind, as it may be nested without end. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_DETAIL_LENGTH);
  if (value === undefined) return 'is missing';
  if (Array.isArray(value)) return 'is a list';
  return typeof value === 'object' && value !== null ? 'is an object' : JSON.stringify(value);
}
