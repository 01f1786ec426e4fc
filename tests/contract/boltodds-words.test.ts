import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denialOf } from '../../shared/adapters/boltodds/wire/denial.ts';
import { parseBoltLabel } from '../../shared/adapters/boltodds/wire/label.ts';
import { leagueOfSport, sportsOf } from '../../shared/adapters/boltodds/wire/sports.ts';
import { formatBoltWhen, parseBoltWhen } from '../../shared/adapters/boltodds/wire/when.ts';
import { runs } from '../support/property-settings.ts';

const LABEL = 'Buffalo Bills vs Miami Dolphins, 2026-11-22, 01';

describe('a label of BoltOdds', () => {
  it.each([
    [LABEL, ['Buffalo Bills', 'Miami Dolphins', '2026-11-22', 1, null]],
    [
      'Real Sociedad vs CA Osasuna, 2026-05-10, 12, 0123456789ab',
      ['Real Sociedad', 'CA Osasuna', '2026-05-10', 12, '0123456789ab'],
    ],
    ['A vs B, 2026-05-10, 0123456789ab', ['A', 'B', '2026-05-10', null, '0123456789ab']],
    ['A @ B, 2026-05-10, 07', ['B', 'A', '2026-05-10', 7, null]],
  ])('%s', (text, [home, away, day, hour12, universalId]) => {
    expect(parseBoltLabel(text)).toEqual({ home, away, day, hour12, universalId });
  });

  it.each([
    '',
    'A vs B',
    'A vs B vs C, 2026-05-10, 07',
    'A vs B @ C, 2026-05-10, 07',
    'A, 2026-05-10, 07',
    'A vs B, 2026-05-10, 13',
    'A vs B, 2026-05-10, 00',
    'A vs B, 2026-05-10, 07, 0123456789AB',
  ])('%s is not one', (text) => {
    expect(parseBoltLabel(text)).toBeNull();
  });
});

describe('a sport of BoltOdds', () => {
  it.each([
    ['NFL', 'nfl'],
    ['NCAAB', 'ncaab'],
    ['Wimbledon (M)', 'atp'],
    ['Wimbledon (W)', 'wta'],
    ['Ligue 1', 'ligue-1'],
    ['Brazil Serie A', null],
    ['', null],
  ])('%s is of %s', (sport, league) => {
    expect(leagueOfSport(sport)).toBe(league);
  });

  it('is asked for word for word as the feed lists it, and not when it lists none', () => {
    expect(sportsOf(['nfl', 'atp'], ['NBA', 'NFL', 'Wimbledon (M)'])).toEqual([
      'NFL',
      'Wimbledon (M)',
    ]);
    expect(sportsOf(['epl'], ['NBA'])).toEqual([]);
  });
});

describe('a start time of BoltOdds', () => {
  it.each([
    ['2026-11-22, 01:00 PM', '2026-11-22T18:00:00Z'],
    ['2026-07-04, 12:30 PM', '2026-07-04T16:30:00Z'],
    ['2026-07-04, 12:00 AM', '2026-07-04T04:00:00Z'],
    ['2026-11-01, 12:59 AM', '2026-11-01T04:59:00Z'],
    ['2026-11-01, 02:00 AM', '2026-11-01T07:00:00Z'],
    ['2026-03-08, 03:00 AM', '2026-03-08T07:00:00Z'],
  ])('%s is %s', (text, utc) => {
    expect(parseBoltWhen(text)).toBe(Date.parse(utc));
  });

  it.each([
    ['2026-11-01, 01:00 AM', 'ambiguous_time'],
    ['2026-11-01, 01:59 AM', 'ambiguous_time'],
    ['2026-03-08, 02:00 AM', 'nonexistent_time'],
    ['2026-03-08, 02:59 AM', 'nonexistent_time'],
    ['2026-02-30, 01:00 PM', 'not_a_when'],
    ['2026-11-22, 13:00 PM', 'not_a_when'],
    ['2026-11-22, 00:30 AM', 'not_a_when'],
    ['2026-11-22, 1:00 PM', 'not_a_when'],
    ['2026-11-22 01:00 PM', 'not_a_when'],
    ['2026-11-22T18:00:00Z', 'not_a_when'],
    ['', 'not_a_when'],
  ])('%s is refused as %s', (text, code) => {
    expect(parseBoltWhen(text)).toMatchObject({ kind: 'refused', code, zone: 'America/New_York' });
  });

  it('is written so that it reads back, but in the repeated hour', () => {
    const minutes = fc.integer({ min: 26_297_280, max: 40_000_000 });
    fc.assert(
      fc.property(minutes, (minute) => {
        const parsed = parseBoltWhen(formatBoltWhen(minute * 60_000));
        if (typeof parsed === 'number') expect(parsed).toBe(minute * 60_000);
        else expect(parsed.code).toBe('ambiguous_time');
      }),
      runs(200),
    );
  });
});

describe('what an error frame means', () => {
  it.each([
    ['Invalid API key', 'unauthorized'],
    ['unauthorized', 'unauthorized'],
    ['Your token has expired', 'unauthorized'],
    ['access denied', 'denied'],
    ['Your plan does not include this sport', 'denied'],
    ['too many concurrent connections', 'denied'],
    ['your subscription has expired', 'denied'],
    ['unknown action', null],
    ['subscription replaced', null],
    ['slow down', null],
    ['', null],
  ])('%s: %s', (message, code) => {
    expect(denialOf(message)).toBe(code);
  });
});
