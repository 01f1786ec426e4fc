import { describe, expect, it } from 'vitest';
import {
  LineWatch,
  LOOK_EVERY_MS,
  MOST_TOLD_A_SECOND,
  TELL_AGAIN_MS,
  type LineNews,
  type WatchedGame,
} from '../../../../fargate/feeder/line-watch.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../../shared/contracts/domain-config.ts';
import type { LineLeg } from '../../../../shared/domain/odds/line.ts';
import { A, aLeg, mappingOf } from '../../../support/feeder-events.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { NOON } from '../../../support/trade-builders.ts';

const { pricing } = toDomainConfig(DEFAULT_CONFIG);
const START = NOON + 7_200_000;
const watch = () => new LineWatch(4, { ...pricing, books: ['pinnacle', 'draftkings'] });

function game(legs: readonly LineLeg[], change: Partial<WatchedGame> = {}): WatchedGame {
  return { mapping: mappingOf(A), legs, state: null, ...change };
}

const home = (timeMs: number, odds: number | null = 1.9) => aLeg(timeMs, { odds, timeMs });
const away = (timeMs: number, odds: number | null = 2) =>
  aLeg(timeMs, { odds, timeMs, side: 'away' });
const says = ({ events }: LineNews): readonly string[] =>
  events.map(({ line }) => (line.kind === 'line' ? 'line' : line.code));
const changes = (news: LineNews): readonly string[] =>
  news.changes.map(({ source, from, to }) => `${source}: ${from} to ${to}`);

describe('a book’s legs', () => {
  it('are told apart: waiting, valid, expired, stale, suspended; each when it changes', () => {
    const lines = watch();
    const at = (ms: number, ...legs: readonly LineLeg[]) =>
      changes(lines.onOdds([game(legs)], NOON + ms)).filter((text) => text.startsWith('pinnacle'));
    expect(at(0)).toEqual(['pinnacle: null to missing']);
    expect(at(200, home(NOON))).toEqual(['pinnacle: missing to waiting']);
    expect(at(400, home(NOON), away(NOON + 300))).toEqual(['pinnacle: waiting to valid']);
    expect(at(600, home(NOON), away(NOON + 300))).toEqual([]);
    expect(at(30_500, home(NOON), away(NOON + 30_400))).toEqual(['pinnacle: valid to stale_leg']);
    expect(at(30_700, home(NOON + 30_600, null), away(NOON + 30_400))).toEqual([
      'pinnacle: stale_leg to suspended',
    ]);
    expect(at(90_000, home(NOON + 30_600), away(NOON + 30_400))).toEqual([
      'pinnacle: suspended to expired',
    ]);
  });

  it('that are only partly there expire by their own clock, without another word', () => {
    const lines = watch();
    const partly = [game([home(NOON)])];
    expect(changes(lines.onOdds(partly, NOON))).toContain('pinnacle: null to waiting');
    expect(changes(lines.onSecond(partly, NOON + 30_000))).toEqual([]);
    const late = lines.onSecond(partly, NOON + 30_001);
    expect(changes(late)).toEqual(['pinnacle: waiting to expired']);
    expect(says(late)).toEqual(['line_expired']);
  });

  it('have the limits of play from the start on, whatever the scoreboard still says', () => {
    const legs = [home(START - 6_000), away(START - 6_000)];
    const saidMs = START - 60_000;
    const state = aGameState({ phase: 'pregame', sourceTimeMs: saidMs, receivedMs: saidMs });
    const said = (nowMs: number) => says(watch().onOdds([game(legs, { state })], nowMs));
    expect([said(START - 1), said(START)]).toEqual([['line'], ['line_expired']]);
  });
});

describe('the line of a game', () => {
  it('is told with the game, the limits that held and an id of its own', () => {
    const lines = watch();
    const [first] = lines.onOdds([game([home(NOON), away(NOON)])], NOON).events;
    expect(first).toMatchObject({
      kind: 'line',
      eventId: 'line:game-1:4:1',
      atMs: NOON,
      league: 'nfl',
      startTimeMs: START,
      phase: 'pregame',
      line: { kind: 'line', rule: 'pinnacle_only', books: [{ source: 'pinnacle' }] },
    });
  });

  it('is told again only when it says something else, not when the same odds are said again', () => {
    const lines = watch();
    const look = (ms: number, odds: number) =>
      says(lines.onOdds([game([home(NOON + ms, odds), away(NOON + ms)])], NOON + ms));
    expect(look(0, 1.9)).toEqual(['line']);
    expect(look(2_000, 1.9)).toEqual([]);
    expect(look(4_000, 1.8)).toEqual(['line']);
    expect(says(lines.onOdds([game([])], NOON + 6_000))).toEqual(['line_missing']);
    expect(says(lines.onOdds([game([])], NOON + 8_000))).toEqual([]);
  });

  it('is told once a second at most, and then as it is by then', () => {
    const lines = watch();
    const look = (ms: number, odds: number) =>
      lines.onOdds([game([home(NOON + ms, odds), away(NOON + ms)])], NOON + ms);
    expect(says(look(0, 1.9))).toEqual(['line']);
    expect(look(200, 1.8)).toMatchObject({ events: [], heldBack: 1 });
    expect(look(400, 1.7)).toMatchObject({ events: [], heldBack: 1 });
    const [told] = look(1_000, 1.7).events;
    expect(told?.line).toMatchObject({ books: [{ legs: [{ decimalOdds: 1.7 }, {}] }] });
    // What came and went within the second was never told.
    expect(look(1_200, 1.6).heldBack).toBe(1);
    expect(look(2_200, 1.7)).toMatchObject({ events: [], heldBack: 0 });
  });

  it('is told again while it stands, and the word that there is none is not', () => {
    const lines = watch();
    const at = (ms: number, ...sides: readonly LineLeg[]) =>
      says(lines.onSecond([game(sides)], NOON + ms));
    const standing = (ms: number) => at(ms, home(NOON + ms), away(NOON + ms));
    expect(standing(0)).toEqual(['line']);
    expect(standing(TELL_AGAIN_MS - 1)).toEqual([]);
    expect(standing(TELL_AGAIN_MS)).toEqual(['line']);
    expect(standing(TELL_AGAIN_MS + 1_000)).toEqual([]);
    expect(at(2 * TELL_AGAIN_MS)).toEqual(['line_missing']);
    expect(at(9 * TELL_AGAIN_MS)).toEqual([]);
  });

  it('is not silent for as long as our clock was set back', () => {
    const lines = watch();
    expect(says(lines.onSecond([game([])], NOON + 3_600_000))).toEqual(['line_missing']);
    expect(lines.isDue('game-1', NOON)).toBe(true);
    expect(says(lines.onOdds([game([home(NOON), away(NOON)])], NOON))).toEqual(['line']);
  });

  it('waits for the next second when too many others were told in this one', () => {
    const lines = watch();
    const many = Array.from({ length: MOST_TOLD_A_SECOND + 3 }, (_, at) =>
      game([], { mapping: { ...mappingOf(A), gameId: `game-${at}` } }),
    );
    const news = lines.onSecond(many, NOON);
    expect([news.events.length, news.heldBack]).toEqual([MOST_TOLD_A_SECOND, 3]);
    expect(lines.onSecond(many, NOON + 1_000).events).toHaveLength(3);
  });

  it('is told within bounds while odds flicker ten times a second, and no game is left out', () => {
    const lines = watch();
    const seconds = 4;
    const told = new Map<string, number>();
    const games = Array.from({ length: MOST_TOLD_A_SECOND + 10 }, (_, at) => `game-${at}`);
    for (let ms = 0; ms < seconds * 1_000; ms += 100) {
      const nowMs = NOON + ms;
      const odds = ms % 200 === 0 ? 1.9 : 1.8;
      for (const gameId of games) {
        const legs = [home(nowMs, odds), away(nowMs)].map((leg) => ({ ...leg, gameId }));
        const { events } = lines.onOdds(
          [game(legs, { mapping: { ...mappingOf(A), gameId } })],
          nowMs,
        );
        for (const event of events) told.set(event.gameId, (told.get(event.gameId) ?? 0) + 1);
      }
    }
    const counts = games.map((gameId) => told.get(gameId) ?? 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(total).toBeLessThanOrEqual(seconds * MOST_TOLD_A_SECOND);
    expect(Math.max(...counts)).toBeLessThanOrEqual(seconds);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('is looked at once in a tenth of a second, and anew when its game was gone', () => {
    const lines = watch();
    lines.onSecond([game([])], NOON);
    expect(lines.isDue('game-1', NOON + LOOK_EVERY_MS - 1)).toBe(false);
    expect(lines.isDue('game-1', NOON + LOOK_EVERY_MS)).toBe(true);
    lines.onSecond([], NOON + 1_000);
    expect(says(lines.onSecond([game([])], NOON + 1_001))).toEqual(['line_missing']);
  });
});
