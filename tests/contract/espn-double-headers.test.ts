import { describe, expect, it } from 'vitest';
import { seededRng } from '../../shared/simulator/rng.ts';
import { playedGame } from '../../shared/simulator/scoreboards/played-game.ts';
import {
  withOddity,
  type ScriptedEvent,
} from '../../shared/simulator/scoreboards/scripted-event.ts';
import { ScoreboardWorld } from '../support/scoreboard-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FIRST = Date.parse('2026-06-30T17:05:00Z');
const SECOND = FIRST + 6 * HOUR_MS;
const LOOKED = FIRST - 4 * HOUR_MS;
const PAIR = 'mlb-2026-06-30-DET-NYY';

/** Of a recorded double-header the game that was added, and is played first, has the higher number. */
const ADDED = '401463304';
const PLANNED = '401356372';

function aGame(eventId: string, startMs: number): ScriptedEvent {
  return playedGame({
    rng: seededRng(5),
    league: 'mlb',
    eventId,
    home: { id: '10', code: 'NYY', name: 'New York Yankees' },
    away: { id: '6', code: 'DET', name: 'Detroit Tigers' },
    startMs,
  });
}

/** From half an hour after the first look on. */
const moved = (game: ScriptedEvent, byMs: number) =>
  withOddity(game, { kind: 'start_moved', fromMs: LOOKED + 30 * MINUTE_MS, byMs });

const worldOf = (...events: readonly ScriptedEvent[]) =>
  new ScoreboardWorld(LOOKED, events, { leagues: ['mlb'] });

async function listed(world: ScoreboardWorld): Promise<Readonly<Record<string, number>>> {
  const read = await world.scoreboard.listings();
  if (read.kind !== 'read') throw new Error(read.reason);
  return Object.fromEntries(read.value.map(({ gameId, startTimeMs }) => [gameId, startTimeMs]));
}

describe('two games of one pair on a day', () => {
  it('are told apart by what does not change: neither has the name of the pair', async () => {
    const world = worldOf(aGame(PLANNED, SECOND), aGame(ADDED, FIRST));
    await world.open();
    expect(await listed(world)).toEqual({
      [`${PAIR}-${ADDED}`]: FIRST,
      [`${PAIR}-${PLANNED}`]: SECOND,
    });
  });

  it('keep their names when their starts are exchanged between two looks, and after a restart', async () => {
    const world = worldOf(
      moved(aGame(ADDED, FIRST), SECOND - FIRST),
      moved(aGame(PLANNED, SECOND), FIRST - SECOND),
    );
    await world.open();
    const before = await listed(world);
    await world.pass(HOUR_MS);
    const exchanged = { [`${PAIR}-${ADDED}`]: SECOND, [`${PAIR}-${PLANNED}`]: FIRST };
    expect([before, await listed(world)]).toEqual([
      { [`${PAIR}-${ADDED}`]: FIRST, [`${PAIR}-${PLANNED}`]: SECOND },
      exchanged,
    ]);
    expect(world.states.map(({ phase }) => phase)).not.toContain('off');
    await world.restart();
    expect(await listed(world)).toEqual(exchanged);
  });

  it('the first that is put off to the evening is still the first', async () => {
    const world = worldOf(moved(aGame(ADDED, FIRST), 7 * HOUR_MS), aGame(PLANNED, SECOND));
    await world.open();
    await world.pass(HOUR_MS);
    expect(await listed(world)).toEqual({
      [`${PAIR}-${ADDED}`]: FIRST + 7 * HOUR_MS,
      [`${PAIR}-${PLANNED}`]: SECOND,
    });
  });

  it('one that comes to a day takes no name from the one that is there', async () => {
    const world = worldOf(
      moved(aGame(ADDED, FIRST - 24 * HOUR_MS), 24 * HOUR_MS),
      aGame(PLANNED, SECOND),
    );
    await world.open();
    expect(await listed(world)).toEqual({
      'mlb-2026-06-29-DET-NYY': FIRST - 24 * HOUR_MS,
      [PAIR]: SECOND,
    });
    await world.pass(HOUR_MS);
    expect(await listed(world)).toEqual({ [`${PAIR}-${ADDED}`]: FIRST, [PAIR]: SECOND });
    expect(world.statesOf('mlb-2026-06-29-DET-NYY').at(-1)?.phase).toBe('off');
    // Who did not see the one alone does not call either by the pair.
    await world.restart();
    expect(Object.keys(await listed(world))).toEqual([`${PAIR}-${ADDED}`, `${PAIR}-${PLANNED}`]);
  });

  it('one that goes leaves its name to nobody', async () => {
    const world = worldOf(moved(aGame(ADDED, FIRST), 24 * HOUR_MS), aGame(PLANNED, SECOND));
    await world.open();
    await world.pass(HOUR_MS);
    expect(await listed(world)).toEqual({
      'mlb-2026-07-01-DET-NYY': FIRST + 24 * HOUR_MS,
      [`${PAIR}-${PLANNED}`]: SECOND,
    });
  });
});
