import type { TimeWindow } from '../faults/delivery.ts';
import type { Game, GameEvent } from '../games/game.ts';
import type { Rng } from '../rng.ts';
import type { BookProfile, TimeRange } from './book-profile.ts';

/** A whole number of milliseconds from a range, both ends included. */
export function drawTimeMs(rng: Rng, range: TimeRange): number {
  return range.leastMs + rng.integer(range.mostMs - range.leastMs + 1);
}

/**
 * When a book has taken a game's market down, in order of time and apart. A window begins after the event that causes
 * it, within the book's lag: a trader sees the play before the price has followed.
 */
export function drawSuspensions(rng: Rng, game: Game, profile: BookProfile): readonly TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (const event of game.events) {
    const isSuspended = rng.chance(chanceOf(event, profile));
    const fromMs = event.timeMs + Math.floor(rng.uniform() * profile.lagMs);
    const untilMs = fromMs + drawTimeMs(rng, profile.suspends.length);
    if (!isSuspended) continue;
    const previous = windows.at(-1);
    if (previous !== undefined && fromMs <= previous.untilMs) {
      windows[windows.length - 1] = {
        fromMs: Math.min(previous.fromMs, fromMs),
        untilMs: Math.max(previous.untilMs, untilMs),
      };
    } else {
      windows.push({ fromMs, untilMs });
    }
  }
  return windows;
}

function chanceOf(event: GameEvent, profile: BookProfile): number {
  switch (event.kind) {
    case 'touchdown':
    case 'field_goal':
      return profile.suspends.onScore;
    case 'halftime':
    case 'overtime':
      return profile.suspends.onBreak;
    case 'news':
      return profile.suspends.onNews;
    case 'kickoff':
    case 'quarter_end':
    case 'final':
      return 0;
  }
}
