import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compressGame,
  realTimeOf,
  scriptTimeAt,
} from '../../../../shared/simulator/games/compressed-game.ts';
import { oneGame, playFullGame } from '../../../../shared/simulator/games/football-sunday.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const rng = seededRng(4);
const game = oneGame(rng).map((scheduled) => playFullGame(rng, scheduled))[0]!;
const compression = {
  scriptStartMs: game.startTimeMs - 3_600_000,
  realStartMs: 1_800_000_000_123,
  factor: 90,
};
const small = compressGame(game, compression);

describe('a compressed game', () => {
  it('starts and ends as much sooner as the factor says', () => {
    expect(small.startTimeMs).toBe(1_800_000_000_123 + 40_000);
    const lengthMs = small.finalAtMs - small.startTimeMs;
    expect(Math.abs(lengthMs - (game.finalAtMs - game.startTimeMs) / 90)).toBeLessThanOrEqual(1);
    expect(small.result).toBe(game.result);
  });

  it('shows each event from its time on and not a millisecond before', () => {
    expect(small.events.map(({ kind }) => kind)).toEqual(game.events.map(({ kind }) => kind));
    for (const [index, event] of small.events.entries()) {
      const original = game.events[index]!;
      expect(scriptTimeAt(event.timeMs, compression)).toBeGreaterThanOrEqual(original.timeMs);
      expect(scriptTimeAt(event.timeMs - 1, compression)).toBeLessThan(original.timeMs);
    }
    expect(small.stateAt(small.finalAtMs - 1).phase).toBe('live');
    expect(small.stateAt(small.finalAtMs).phase).toBe('final');
    expect(small.stateAt(small.startTimeMs - 1).phase).toBe('pregame');
    expect(small.stateAt(small.startTimeMs).phase).toBe('live');
    expect(small.trueHomeProbability(small.finalAtMs)).toBe(game.result === 'home' ? 1 : 0);
  });

  it('says the game’s own clock and score, at times of the machine', () => {
    const realMs = small.startTimeMs + 60_000;
    const state = small.stateAt(realMs);
    expect(state).toEqual({
      ...game.stateAt(scriptTimeAt(realMs, compression)),
      startTimeMs: small.startTimeMs,
      sourceTimeMs: realMs,
      receivedMs: realMs,
    });
    expect(state.period).toBeGreaterThan(1);
  });

  it('has for every script time one first real millisecond', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e10, max: 1e10 }),
        fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 1, max: 500, noNaN: true })),
        (awayMs, factor) => {
          const of = { ...compression, factor };
          const scriptMs = of.scriptStartMs + awayMs;
          const realMs = realTimeOf(scriptMs, of);
          expect(Number.isSafeInteger(realMs)).toBe(true);
          expect(scriptTimeAt(realMs, of)).toBeGreaterThanOrEqual(scriptMs);
          expect(scriptTimeAt(realMs - 1, of)).toBeLessThan(scriptMs);
        },
      ),
    );
  });
});
