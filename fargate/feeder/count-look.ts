import type { ScoreboardLook } from '../../shared/adapters/espn/espn-scoreboard.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';

/** Counts a look at a scoreboard: what came of it, how late and how long it was, how old its board, what it lacked. */
export function countLook(telemetry: Telemetry, look: ScoreboardLook): void {
  const { league, outcome, lateMs, tookMs, ageMs, missing, unknownStatuses } = look;
  telemetry.count(`scoreboard.look.${outcome}`, 1);
  if (outcome === 'skipped') return;
  telemetry.gauge('scoreboard.late_ms', lateMs);
  telemetry.gauge('scoreboard.took_ms', tookMs);
  if (ageMs !== null) telemetry.gauge('scoreboard.age_ms', ageMs);
  for (const [field, events] of Object.entries(missing))
    telemetry.count(`scoreboard.missing.${league}.${field}`, events);
  for (const [word, events] of unknownStatuses) {
    telemetry.count('scoreboard.status_not_known', events);
    telemetry.log('warn', 'scoreboard_status_not_known', { league, word, events });
  }
}
