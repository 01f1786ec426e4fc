import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { parseRfc3339 } from '../../../contracts/rfc3339.ts';
import type { GamePhase } from '../../../domain/market/game-state.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { textOf } from './refusal.ts';

/** What the feed says of one game, home and away as it orders them. */
export type BoltScore = {
  readonly kind: 'score';
  readonly label: string;
  readonly universalId: string | null;
  readonly home: string;
  readonly away: string;
  readonly phase: Extract<GamePhase, 'pregame' | 'live' | 'final'>;
  /** Goals; null where the message has none. */
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  /** Half or inning; null where it is not said. */
  readonly period: number | null;
  readonly clockSeconds: number | null;
  /** The message's own time; null when it has none. */
  readonly sourceTimeMs: EpochMs | null;
};

export type LivescoreRead =
  | BoltScore
  | { readonly kind: 'alive' }
  /** A word for the period that is not known: it is counted, and nothing is made of it. */
  | { readonly kind: 'unknown_period'; readonly word: string; readonly label: string }
  | FrameRefusal;

const count = z.number().int().min(0).max(999);
const side = z.enum(['home', 'away']);
const update = z.object({
  action: z.literal('match_update'),
  timestamp: z.string().nullish(),
  game: z.string().min(1).max(300),
  universal_id: z.string().min(1).max(100).nullish(),
  home: z.string().min(1).max(300),
  away: z.string().min(1).max(300),
  designation: z.object({ A: side, B: side }).refine(({ A, B }) => A !== B),
  state: z.object({
    preMatch: z.boolean().nullish(),
    matchCompleted: z.boolean().nullish(),
    matchPeriod: z.array(z.string().max(100)).max(10).nullish(),
    elapsedTimeSeconds: z.number().min(0).max(20_000).nullish(),
    goalsA: count.nullish(),
    goalsB: count.nullish(),
  }),
});
const action = z.object({ action: z.string().min(1).max(100), message: z.unknown().optional() });
const ALIVE: ReadonlySet<string> = new Set(['ping', 'socket_connected', 'subscription_updated']);

/** The halves of a soccer game; half time belongs to the first. */
const HALVES: Readonly<Record<string, number>> = {
  IN_FIRST_HALF: 1,
  AT_HALF_TIME: 1,
  IN_SECOND_HALF: 2,
};
const COMPLETED = 'MATCH_COMPLETED';
/** `AT_END_4TH_INNING`. The state's own `inning` runs ahead of this word, and so the word alone counts. */
const INNING = /_(\d{1,2})(?:ST|ND|RD|TH)_INNING$/;

/**
 * One message of the live scores. Goals are of A and B, which `designation` says are home and away. Periods that are
 * known are the halves of soccer and the innings of baseball; of baseball neither runs nor whose turn it is are read.
 * Flags that contradict the period are refused. Never throws.
 */
export function decodeLivescore(text: string, maxBytes: number): LivescoreRead {
  if (text === 'ping') return { kind: 'alive' };
  if (text.length * 3 > maxBytes && Buffer.byteLength(text, 'utf8') > maxBytes)
    return refuse('oversized', `more than the ${maxBytes} bytes that are accepted`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('not_json', `${text.length} characters that are not JSON`);
  }
  const named = action.safeParse(value);
  if (!named.success) return refuse('malformed', 'a message is an object with an action');
  if (ALIVE.has(named.data.action)) return { kind: 'alive' };
  if (named.data.action === 'error') return refuse('feed_error', textOf(named.data.message));
  if (named.data.action !== 'match_update') return refuse('unknown_type', named.data.action);
  const read = update.safeParse(value);
  if (read.success) return scoreOf(read.data);
  const issue = read.error.issues[0];
  return refuse(
    'malformed',
    `match_update ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

function scoreOf(data: z.output<typeof update>): LivescoreRead {
  const { game: label, home, away, designation, state } = data;
  const word = state.matchPeriod?.at(-1) ?? null;
  const period = periodOf(word);
  const phase = phaseOf(state, word, period);
  if (phase === 'unknown') return { kind: 'unknown_period', word: word ?? '', label };
  if (phase === 'contradicts')
    return refuse(
      'malformed',
      `match_update: preMatch and matchCompleted contradict ${word ?? ''}`,
    );
  const [goalsA, goalsB] = [state.goalsA ?? null, state.goalsB ?? null];
  const isSoccer = word !== null && (word in HALVES || goalsA !== null);
  if (phase === 'live' && isSoccer && (goalsA === null || goalsB === null))
    return refuse('malformed', 'match_update: a game that is on has goals');
  const sourceTimeMs = parseRfc3339(data.timestamp ?? '', 'utc_when_absent');
  const isHomeA = designation.A === 'home';
  return {
    kind: 'score',
    label,
    universalId: data.universal_id ?? null,
    home,
    away,
    phase,
    homeScore: isHomeA ? goalsA : goalsB,
    awayScore: isHomeA ? goalsB : goalsA,
    period: phase === 'live' ? period : null,
    clockSeconds: phase === 'live' ? (state.elapsedTimeSeconds ?? null) : null,
    sourceTimeMs: typeof sourceTimeMs === 'number' ? sourceTimeMs : null,
  };
}

function periodOf(word: string | null): number | null {
  if (word === null) return null;
  const half = HALVES[word];
  if (half !== undefined) return half;
  const inning = INNING.exec(word)?.[1];
  return inning === undefined ? null : Number(inning);
}

function phaseOf(
  { preMatch, matchCompleted }: z.output<typeof update>['state'],
  word: string | null,
  period: number | null,
): BoltScore['phase'] | 'unknown' | 'contradicts' {
  const isLive = period !== null;
  const isOver = matchCompleted === true || word === COMPLETED;
  if ((isOver && isLive) || (preMatch === true && (isLive || isOver))) return 'contradicts';
  if (isOver) return 'final';
  if (preMatch === true) return 'pregame';
  return isLive ? 'live' : 'unknown';
}

function refuse(code: FrameRefusal['code'], detail: string): FrameRefusal {
  return { kind: 'refused', code, detail: detail.slice(0, 200) };
}
