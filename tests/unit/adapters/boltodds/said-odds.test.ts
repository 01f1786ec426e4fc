import { describe, expect, it } from 'vitest';
import { SaidOdds } from '../../../../shared/adapters/boltodds/said-odds.ts';
import type { BoltGame } from '../../../../shared/adapters/boltodds/wire/frames.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';

const gameAt = (label: string, sport = 'NFL'): BoltGame => ({
  sport,
  label,
  homeTeam: 'A',
  awayTeam: 'B',
  universalId: null,
  when: null,
});
const state = (source: string, gameId: string, sequence: number): OddsEvent => ({
  kind: 'replace',
  feed: 'boltodds',
  source,
  gameId,
  sequence,
  legs: [],
});

function said(): { readonly odds: SaidOdds; readonly duplicates: string[] } {
  const duplicates: string[] = [];
  const odds = new SaidOdds({
    gameIdOf: ({ label }) => (label.startsWith('none') ? null : label.slice(0, 1)),
    onDuplicate: (gameId, inForce, other) => duplicates.push(`${gameId}: ${inForce} not ${other}`),
  });
  return { odds, duplicates };
}

const fill = () => {
  const { odds } = said();
  odds.gameIdOf(gameAt('a 1'));
  odds.gameIdOf(gameAt('b 1', 'NBA'));
  odds.note(state('pinnacle', 'a', 5), 0);
  odds.note(state('pinnacle', 'a', 3), 0);
  odds.note(state('draftkings', 'a', 1), 0);
  odds.note(state('pinnacle', 'b', 1), 0);
  return odds;
};

const dropped = (scope: Parameters<SaidOdds['drop']>[0]) =>
  fill()
    .drop(scope)
    .map(({ source, gameId, sequence }) => `${source} ${gameId} ${sequence}`);

describe('what a connection said', () => {
  it('is taken back by book, by label, by sport or whole, with the newest sequence of each', () => {
    const all = { sport: null, source: null, label: null };
    expect(dropped(all)).toEqual(['pinnacle a 5', 'draftkings a 1', 'pinnacle b 1']);
    expect(dropped({ ...all, source: 'draftkings' })).toEqual(['draftkings a 1']);
    expect(dropped({ ...all, sport: 'NBA' })).toEqual(['pinnacle b 1']);
    expect(dropped({ ...all, source: 'pinnacle', label: 'a 1' })).toEqual(['pinnacle a 5']);
    expect(dropped({ ...all, label: 'never heard of' })).toEqual([]);
  });

  it.each([[['a 1', 'a 2']], [['a 2', 'a 1']]])(
    'under the labels %j counts the one that sorts first',
    (labels) => {
      const { odds, duplicates } = said();
      for (const label of [...labels, ...labels]) odds.gameIdOf(gameAt(label));
      expect(odds.gameIdOf(gameAt('a 1'))).toBe('a');
      expect(odds.gameIdOf(gameAt('a 2'))).toBeNull();
      expect(duplicates).toEqual(['a: a 1 not a 2']);
    },
  );

  it('under a label that gave way is dropped once', () => {
    const { odds } = said();
    odds.gameIdOf(gameAt('a 2'));
    odds.note(state('pinnacle', 'a', 7), 0);
    odds.gameIdOf(gameAt('a 1'));
    expect(odds.takeDropped()).toMatchObject([
      { kind: 'removed', source: 'pinnacle', sequence: 7 },
    ]);
    expect(odds.takeDropped()).toEqual([]);
  });

  it('asks for the other label when the last book of a game goes', () => {
    const { odds } = said();
    odds.gameIdOf(gameAt('a 1'));
    odds.gameIdOf(gameAt('a 2'));
    odds.note(state('pinnacle', 'a', 1), 0);
    const removed = { kind: 'removed', feed: 'boltodds', gameId: 'a', sequence: 2 } as const;
    expect(odds.note({ ...removed, source: 'pinnacle' }, 0)).toBe(true);
    expect(odds.gameIdOf(gameAt('a 2'))).toBe('a');
  });

  it('and nobody said again leaves nothing of its game: another label of it counts', () => {
    const { odds, duplicates } = said();
    const come = (label: string, atMs: number) => {
      const gameId = odds.gameIdOf(gameAt(label));
      if (gameId !== null) odds.note(state('pinnacle', gameId, atMs), atMs);
      return gameId;
    };
    expect([come('a 1', 10), come('a 2', 10), come('b 1', 20), come('b 2', 20)]).toEqual([
      'a',
      null,
      'b',
      null,
    ]);
    expect(odds.dropUnsaidSince(20)).toHaveLength(1);
    expect([come('a 2', 30), come('b 2', 30)]).toEqual(['a', null]);
    expect(duplicates).toEqual(['a: a 1 not a 2', 'b: b 1 not b 2']);
  });

  it('and not said again since is taken back, and nothing after it was forgotten', () => {
    const { odds } = said();
    odds.note(state('pinnacle', 'a', 1), 10);
    odds.note(state('draftkings', 'a', 1), 20);
    expect(odds.dropUnsaidSince(20).map(({ source }) => source)).toEqual(['pinnacle']);
    odds.clear();
    expect(odds.drop({ sport: null, source: null, label: null })).toEqual([]);
    expect(odds.gameIdOf(gameAt('none'))).toBeNull();
  });
});
