import type { EpochMs } from '../../domain/market/market.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { Game } from './game.ts';

/** How the time of a script runs on a real clock: at `realStartMs` it is `scriptStartMs`, and it runs `factor` as fast. */
export type Compression = {
  readonly scriptStartMs: EpochMs;
  readonly realStartMs: EpochMs;
  readonly factor: number;
};

/**
 * The same game on the real clock: whoever asks at a real time sees where the script is then. The game's own clock and
 * its score are the script's; everybody around the game (books, makers, the exchange) keeps the machine's own speed.
 * What happens is never known before its time: script times become the first real millisecond at which they have come.
 */
export function compressGame(game: Game, compression: Compression): Game {
  const { factor } = compression;
  invariant(factor >= 1, `a script is compressed by at least 1, not ${factor}`);
  const scriptMs = (realMs: EpochMs): EpochMs => scriptTimeAt(realMs, compression);
  const realMs = (script: EpochMs): EpochMs => realTimeOf(script, compression);
  const startTimeMs = realMs(game.startTimeMs);
  return {
    gameId: game.gameId,
    home: game.home,
    away: game.away,
    result: game.result,
    startTimeMs,
    finalAtMs: realMs(game.finalAtMs),
    events: game.events.map((event) => ({ ...event, timeMs: realMs(event.timeMs) })),
    trueHomeProbability: (timeMs) => game.trueHomeProbability(scriptMs(timeMs)),
    stateAt: (timeMs) => ({
      ...game.stateAt(scriptMs(timeMs)),
      startTimeMs,
      sourceTimeMs: timeMs,
      receivedMs: timeMs,
    }),
  };
}

/** Where the script stands at a real time, in whole milliseconds that have passed. */
export function scriptTimeAt(realMs: EpochMs, compression: Compression): EpochMs {
  const { scriptStartMs, realStartMs, factor } = compression;
  return scriptStartMs + Math.floor((realMs - realStartMs) * factor);
}

/** The first real millisecond at which the script has come to a time. */
export function realTimeOf(scriptMs: EpochMs, compression: Compression): EpochMs {
  const { scriptStartMs, realStartMs, factor } = compression;
  const realMs = realStartMs + Math.ceil((scriptMs - scriptStartMs) / factor);
  // The quotient of floats may be a hair too small, or too large.
  if (scriptTimeAt(realMs, compression) < scriptMs) return realMs + 1;
  return scriptTimeAt(realMs - 1, compression) >= scriptMs ? realMs - 1 : realMs;
}
