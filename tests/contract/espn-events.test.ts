import { describe, expect, it } from 'vitest';
import {
  decodeScoreboardEvents,
  type AskedBoard,
} from '../../shared/adapters/espn/wire/scoreboard-events.ts';
import { phaseOfStatus } from '../../shared/domain/market/scoreboard-event.ts';

const team = (homeAway: string, abbreviation: string) => ({
  id: abbreviation,
  homeAway,
  score: '0',
  team: { abbreviation, displayName: abbreviation },
});

function decode(type: object, asked: AskedBoard, competition: object = {}) {
  const event = {
    id: '1',
    uid: 's:20~l:28~e:1',
    competitions: [
      {
        id: '1',
        date: '2026-11-22T18:00Z',
        timeValid: true,
        status: { clock: 0, period: 1, type },
        competitors: [team('away', 'MIA'), team('home', 'BUF')],
        ...competition,
      },
    ],
  };
  const read = decodeScoreboardEvents(JSON.stringify({ events: [event] }), {
    maxBytes: 100_000,
    receivedMs: 1,
    asked,
  });
  if (read.kind === 'refused') throw new Error(read.detail);
  return read;
}

const NFL: AskedBoard = { kind: 'league', league: 'nfl' };
const final = { name: 'STATUS_FINAL', state: 'post', completed: true };

describe('ESPN events of all leagues', () => {
  it.each([
    ['STATUS_FINAL', 'post', true, 'over'],
    ['STATUS_FINAL', 'post', false, 'unknown'],
    ['STATUS_POSTPONED', 'post', false, 'off'],
    ['STATUS_CANCELED', 'post', true, 'off'],
    ['STATUS_SUSPENDED', 'in', false, 'stopped'],
    ['STATUS_RAIN_DELAY', 'pre', false, 'stopped'],
    ['STATUS_IN_PROGRESS', 'post', true, 'unknown'],
    ['STATUS_OF_NEXT_YEAR', 'in', false, 'unknown'],
  ])('takes %s beside %s, completed %s, as %s', (name, state, completed, phase) => {
    const read = decode({ name, state, completed }, NFL);
    expect(read.events.map(({ status }) => phaseOfStatus(status))).toEqual([phase]);
    expect([...read.unknownStatuses]).toEqual(phase === 'unknown' ? [[name, 1]] : []);
  });

  it('puts home first wherever it stands', () => {
    const [event] = decode(final, NFL).events;
    expect(event?.competitors.map(({ code }) => code)).toEqual(['BUF', 'MIA']);
    expect(event?.league).toBe('nfl');
  });

  it.each<AskedBoard>([
    { kind: 'league', league: 'ncaaf' },
    { kind: 'league', league: 'nba' },
    { kind: 'sport', sport: 'soccer' },
  ])('refuses an event of another board than %o', (asked) => {
    const read = decode(final, asked);
    expect(read.events).toEqual([]);
    expect(read.refused).toHaveLength(1);
  });

  it('tells what is missing and fills nothing in', () => {
    const [event] = decode(final, NFL, {
      timeValid: undefined,
      status: { type: final },
      competitors: [{ ...team('home', 'BUF'), score: '' }, team('away', 'MIA')],
    }).events;
    expect(event).toMatchObject({
      startConfirmed: false,
      period: null,
      clock: null,
      missing: ['period', 'score', 'clock', 'time_valid'],
    });
    expect(event?.competitors[0].score).toBeNull();
  });

  it('refuses two home sides, and a start without a zone', () => {
    const twice = { competitors: [team('home', 'BUF'), team('home', 'MIA')] };
    expect(decode(final, NFL, twice).refused).toHaveLength(1);
    expect(decode(final, NFL, { date: '2026-11-22T18:00' }).refused).toHaveLength(1);
  });
});
