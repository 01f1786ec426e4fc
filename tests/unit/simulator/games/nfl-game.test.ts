import { describe, expect, it } from 'vitest';
import {
  footballSunday,
  oneGame,
  playFullGame,
  playShortGame,
  SUNDAY_2026_11_22,
} from '../../../../shared/simulator/games/football-sunday.ts';
import type { Game } from '../../../../shared/simulator/games/game.ts';
import { NFL_TEAMS } from '../../../../shared/simulator/games/nfl-teams.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const MINUTE_MS = 60_000;

function firstGame(seed: number, play = playFullGame): Game {
  const rng = seededRng(seed);
  const scheduled = oneGame(rng)[0];
  if (scheduled === undefined) throw new Error('a Sunday has a first game');
  return play(rng, scheduled);
}

function fullGames(count: number): readonly Game[] {
  return Array.from({ length: count }, (_, seed) => firstGame(seed));
}

function meanMinutes(games: readonly Game[]): number {
  const totalMs = games.reduce((sum, game) => sum + (game.finalAtMs - game.startTimeMs), 0);
  return totalMs / games.length / MINUTE_MS;
}

describe('a football Sunday', () => {
  it('has thirteen games of 26 teams in the windows of the day, in UTC', () => {
    const games = footballSunday(seededRng(3));
    const starts = games.map(({ startTimeMs }) => new Date(startTimeMs).toISOString());
    expect(starts).toEqual([
      ...Array.from({ length: 8 }, () => '2026-11-22T18:00:00.000Z'),
      '2026-11-22T21:05:00.000Z',
      '2026-11-22T21:05:00.000Z',
      '2026-11-22T21:25:00.000Z',
      '2026-11-22T21:25:00.000Z',
      '2026-11-23T01:20:00.000Z',
    ]);
    const codes = games.flatMap(({ home, away }) => [home.code, away.code]);
    expect(new Set(codes).size).toBe(26);
    expect(new Set(NFL_TEAMS.map(({ code }) => code)).size).toBe(32);
    expect(games[0]?.gameId).toMatch(/^nfl-2026-11-22-[A-Z]{2,3}-[A-Z]{2,3}$/);
    expect(new Date(SUNDAY_2026_11_22.midnightMs).toISOString()).toBe('2026-11-22T05:00:00.000Z');
  });

  it('is a function of the seed', () => {
    expect(footballSunday(seededRng(3))).toEqual(footballSunday(seededRng(3)));
    expect(footballSunday(seededRng(3))).not.toEqual(footballSunday(seededRng(4)));
    expect(oneGame(seededRng(3))).toEqual(footballSunday(seededRng(3)).slice(0, 1));
  });
});

describe('a game', () => {
  it('is the same game for the same seed, whatever else was drawn', () => {
    const rng = seededRng(8);
    const used = seededRng(8);
    used.normal();
    const scheduled = oneGame(rng)[0];
    if (scheduled === undefined) throw new Error('a Sunday has a first game');
    expect(playFullGame(rng, scheduled).events).toEqual(playFullGame(used, scheduled).events);
  });

  it('lasts about three hours and ten minutes, a short one about twenty minutes', () => {
    const full = meanMinutes(fullGames(30));
    expect(full).toBeGreaterThan(180);
    expect(full).toBeLessThan(205);
    const short = meanMinutes(
      Array.from({ length: 30 }, (_, seed) => firstGame(seed, playShortGame)),
    );
    expect(short).toBeGreaterThan(16);
    expect(short).toBeLessThan(23);
  });

  it('tells its events in order, with scores that add up to the result', () => {
    for (const game of fullGames(40)) {
      const times = game.events.map(({ timeMs }) => timeMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      let home = 0;
      let away = 0;
      for (const event of game.events) {
        if (event.kind === 'touchdown' || event.kind === 'field_goal') {
          const points = event.kind === 'touchdown' ? 7 : 3;
          if (event.side === 'home') home += points;
          else away += points;
        }
        expect(event.score).toEqual({ home, away });
        expect(game.stateAt(event.timeMs)).toMatchObject({ homeScore: home, awayScore: away });
      }
      expect(game.result).toBe(home > away ? 'home' : 'away');
      expect(game.events.at(-1)).toMatchObject({ kind: 'final', winner: game.result });
      expect(game.events.filter(({ kind }) => kind === 'quarter_end')).toHaveLength(4);
      const kinds = game.events.map(({ kind }) => kind);
      expect(kinds.indexOf('kickoff')).toBeLessThan(kinds.indexOf('halftime'));
    }
  });

  it('goes from pregame over a clock that counts down in each quarter to final', () => {
    const game = firstGame(2);
    expect(game.stateAt(game.startTimeMs - 1)).toMatchObject({ phase: 'pregame', period: 0 });
    expect(game.stateAt(game.startTimeMs)).toMatchObject({
      phase: 'live',
      period: 1,
      clockSeconds: 900,
    });
    expect(game.stateAt(game.finalAtMs)).toMatchObject({ phase: 'final', clockSeconds: 0 });
    let previous = game.stateAt(game.startTimeMs);
    for (let timeMs = game.startTimeMs; timeMs < game.finalAtMs; timeMs += 7_000) {
      const state = game.stateAt(timeMs);
      expect(state.phase).toBe('live');
      if (state.period === previous.period) {
        expect(state.clockSeconds).toBeLessThanOrEqual(previous.clockSeconds!);
      } else {
        expect(state.period).toBe(previous.period! + 1);
      }
      previous = state;
    }
  });

  it('knows the winner from the final whistle and not before an overtime ends', () => {
    const overtimes = fullGames(120).filter((game) =>
      game.events.some(({ kind }) => kind === 'overtime'),
    );
    // About one NFL game in seventeen is tied after regulation.
    expect(overtimes.length).toBeGreaterThan(0);
    expect(overtimes.length).toBeLessThan(20);
    for (const game of overtimes) {
      const before = game.trueHomeProbability(game.finalAtMs - 1);
      expect(before).toBeGreaterThan(0.2);
      expect(before).toBeLessThan(0.8);
    }
    for (const game of fullGames(40)) {
      expect(game.trueHomeProbability(game.finalAtMs)).toBe(game.result === 'home' ? 1 : 0);
    }
  });

  it('moves a little on news before the game, towards whom they favour', () => {
    for (const game of fullGames(20)) {
      const news = game.events.filter(({ kind }) => kind === 'news');
      expect(news).toHaveLength(6);
      const opening = game.trueHomeProbability(game.startTimeMs - 240 * MINUTE_MS);
      const kickoff = game.trueHomeProbability(game.startTimeMs - 1);
      expect(kickoff).not.toBe(0);
      expect(Math.abs(kickoff - opening)).toBeLessThan(0.12);
      for (const event of news) {
        if (event.kind !== 'news') continue;
        const before = game.trueHomeProbability(event.timeMs - 1);
        const after = game.trueHomeProbability(event.timeMs);
        expect(event.favours === 'home' ? after > before : after < before).toBe(true);
      }
      expect(game.trueHomeProbability(game.startTimeMs)).toBe(kickoff);
    }
  });
});
