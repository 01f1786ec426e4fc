import { describe, expect, it } from 'vitest';
import type { ScoreboardEvent } from '../../../../shared/domain/market/scoreboard-event.ts';
import { checkEvent, compareEvents } from '../../../../shared/domain/market/scoreboard-quality.ts';
import { aCompetitor, aScoreboardEvent } from '../../../support/scoreboard-builders.ts';

const side = aCompetitor;
const event = aScoreboardEvent();
const down = (seconds: number) => ({ direction: 'down', seconds, addedMinutes: 0 }) as const;

describe('scoreboard quality', () => {
  it.each<[string, Partial<ScoreboardEvent>, readonly string[]]>([
    ['a clock that runs', { clock: down(30) }, []],
    ['a new period', { period: 3, clock: down(900) }, []],
    ['a clock set back', { clock: down(75) }, ['clock_went_back']],
    ['a period before', { period: 1 }, ['period_went_back']],
    ['a start that moved', { startTimeMs: 1 }, ['start_moved']],
    ['a game that is to come again', { status: 'scheduled' }, ['phase_went_back']],
    ['other sides', { competitors: [side('a'), side('b')] }, ['competitors_changed']],
    [
      'a score taken back',
      { competitors: [side('home', { score: 0 }), side('away')] },
      ['score_went_down'],
    ],
    ['another event', { eventId: '2', period: 1 }, []],
  ])('compares two looks: %s', (_, change, codes) => {
    expect(compareEvents(event, { ...event, ...change }).map(({ code }) => code)).toEqual(codes);
  });

  it.each<[string, Partial<ScoreboardEvent>, readonly string[]]>([
    ['a sound event', {}, []],
    ['live in no period', { period: 0 }, ['period_not_logical']],
    ['more clock than a quarter has', { clock: down(901) }, ['period_not_logical']],
    [
      'two winners',
      { competitors: [side('a', { winner: true }), side('b', { winner: true })] },
      ['two_winners'],
    ],
    [
      'quarters that do not add up',
      { competitors: [side('a', { score: 8 }), side('b')] },
      ['parts_do_not_add_up'],
    ],
  ])('checks one look: %s', (_, change, codes) => {
    expect(checkEvent({ ...event, ...change }).map(({ code }) => code)).toEqual(codes);
  });
});
