import { describe, expect, it } from 'vitest';
import { FrameGames } from '../../../shared/replay/frame-games.ts';

const START_MS = Date.parse('2026-11-22T18:00:00Z');
const mapping = {
  market: 'KXNFLGAME-26NOV22MIABUF-BUF',
  gameId: 'nfl:1',
  league: 'nfl',
  yesSide: 'home',
  startTimeMs: START_MS,
  evidence: [
    'the ticker names 26NOV22, MIABUF and BUF',
    'the scoreboard lists Miami Dolphins at Buffalo Bills on 2026-11-22',
  ],
} as const;
const said = {
  sport: 'NFL',
  label: 'Buffalo Bills vs Miami Dolphins, 2026-11-22, 01',
  homeTeam: 'Buffalo Bills',
  awayTeam: 'Miami Dolphins',
  universalId: null,
  when: '2026-11-22, 01:00 PM',
};

describe('the games of a feeder’s recording', () => {
  const games = new FrameGames();
  games.onMapping(null);
  games.onMapping(mapping);
  games.onMapping({ ...mapping, market: 'KXNFLGAME-26NOV22MIABUF-MIA', yesSide: 'away' });

  it('are those that its mappings name, each once', () => {
    expect(games.gameIdOf(said)).toBe('nfl:1');
  });

  it.each([
    ['home and away exchanged', { homeTeam: said.awayTeam, awayTeam: said.homeTeam }],
    ['another team', { awayTeam: 'New York Jets' }],
    ['another league', { sport: 'NCAAF' }],
    ['a sport that is none of ours', { sport: 'Madden NFL' }],
    ['another day', { when: '2026-11-23, 01:00 PM' }],
    ['no start', { when: null }],
    ['a start that is none', { when: 'soon' }],
  ])('are not meant with %s', (_, other) => {
    expect(games.gameIdOf({ ...said, ...other })).toBeNull();
  });

  it('are unknown where the evidence names none', () => {
    const blind = new FrameGames();
    blind.onMapping({ ...mapping, evidence: ['the world lists its own games'] });
    expect(blind.gameIdOf(said)).toBeNull();
  });
});
