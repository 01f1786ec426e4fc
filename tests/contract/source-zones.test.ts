import { existsSync, readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { formatBoltWhen, parseBoltWhen } from '../../shared/adapters/boltodds/wire/when.ts';
import { checkStart } from '../../shared/domain/feeds/start-check.ts';
import { findTeam } from '../../shared/domain/mapping/teams.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import { SOURCE_ZONES, type ZoneName } from '../../shared/domain/feeds/source-zones.ts';

/** A wall clock in a zone; null where it shows that time twice or never. */
function readIn(zone: ZoneName, wall: string): number | null {
  try {
    return Temporal.PlainDateTime.from(wall, { overflow: 'reject' }).toZonedDateTime(zone, {
      disambiguation: 'reject',
    }).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

describe('the zones of sources', () => {
  it.each(Object.entries(SOURCE_ZONES))('%s: evidence and what is ambiguous', (_name, source) => {
    expect(() => Temporal.Now.zonedDateTimeISO(source.zone)).not.toThrow();
    const texts: readonly string[] = [source.form, source.evidence, source.ambiguous];
    expect(texts.every((text) => text.length > 5)).toBe(true);
  });

  it.each([
    ['America/New_York', '2026-03-08T02:30', null],
    ['America/New_York', '2026-11-01T01:30', null],
    ['America/New_York', '2026-11-22T13:00', '2026-11-22T18:00:00Z'],
    ['America/New_York', '2026-07-04T22:10', '2026-07-05T02:10:00Z'],
    ['Europe/London', '2026-03-29T01:30', null],
    ['Europe/London', '2026-10-25T01:30', null],
    ['Europe/London', '2024-08-17T12:30', '2024-08-17T11:30:00Z'],
    ['-03:00', '2026-03-08T02:30', '2026-03-08T05:30:00Z'],
    ['UTC', '2026-11-01T01:30', '2026-11-01T01:30:00Z'],
  ] as const)('%s at %s is %s', (zone, wall, utc) => {
    expect(readIn(zone, wall)).toBe(utc === null ? null : Date.parse(utc));
  });

  it('an evening start keeps its Eastern day, which is not the day in UTC', () => {
    const start = Date.parse('2026-05-11T02:10:00Z');
    expect(formatBoltWhen(start)).toBe('2026-05-10, 10:10 PM');
    expect(parseBoltWhen('2026-05-10, 10:10 PM')).toBe(start);
  });

  it.each([
    ['2026-11-22T18:00:00Z', 5],
    ['2026-07-04T23:05:00Z', 4],
  ])('a feed that writes UTC instead is %s off by %d h and is noticed', (utc, hours) => {
    const start = Date.parse(utc);
    const feedMs = parseBoltWhen(formatBoltWhen(start, 'UTC'));
    if (typeof feedMs !== 'number') throw new Error(feedMs.code);
    expect(checkStart({ feedMs, scoreboardMs: start })).toEqual({
      kind: 'zone_suspected',
      offMs: hours * 3_600_000,
    });
  });
});

const DATA = new URL('../../../shared/data/', import.meta.url);
const PAIRS = [
  ['epl', 'soccer-football-data/E0_2425.csv', 'soccer-footystats/E0_2425.csv'],
  ['ligue-1', 'soccer-football-data/F1_2425.csv', 'soccer-footystats/F1_2425.csv'],
] as const;
const isThere = PAIRS.every((pair) =>
  pair.slice(1).every((path) => existsSync(new URL(path, DATA))),
);

/** Starts of a season by home and away, which meet once. */
function startsOf(league: League, path: string, zone: ZoneName): ReadonlyMap<string, number> {
  const [head = '', ...rows] = readFileSync(new URL(path, DATA), 'utf8')
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const columns = head.split(',');
  const seen = new Map<string, number>();
  for (const row of rows) {
    const cells = row.split(',');
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
    const date = cell('Date').split('/').toReversed().join('-');
    const start = readIn(zone, `${date}T${cell('Time')}`);
    if (start === null) continue;
    const [home, away] = [cell('HomeTeam'), cell('AwayTeam')].map((team) => findTeam(league, team));
    if (home && away) seen.set(`${home.code} ${away.code}`, start);
  }
  return seen;
}

describe.skipIf(!isThere)('the zones of two real sources (needs ../shared/data)', () => {
  it.each(PAIRS)('of %s: %s and %s have the same starts', (league, one, other) => {
    const known = startsOf(league, one, SOURCE_ZONES.football_data_time.zone);
    const checked = [...startsOf(league, other, SOURCE_ZONES.footystats_time.zone)].flatMap(
      ([key, ms]) => {
        const start = known.get(key);
        return start === undefined ? [] : [checkStart({ feedMs: ms, scoreboardMs: start }).kind];
      },
    );
    expect(checked.length).toBeGreaterThan(200);
    const agreed = checked.filter((kind) => kind === 'agrees').length;
    expect(agreed / checked.length).toBeGreaterThan(0.95);
  });
});
