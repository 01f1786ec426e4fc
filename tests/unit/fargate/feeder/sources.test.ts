import { describe, expect, it } from 'vitest';
import type { FeederCommand } from '../../../../fargate/feeder/session.ts';
import { FeederSession } from '../../../../fargate/feeder/session.ts';
import type { SourceTold } from '../../../../fargate/feeder/source-watch.ts';
import { healthOf } from '../../../../fargate/feeder/health.ts';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config.ts';
import { toDomainConfig } from '../../../../shared/contracts/domain-config.ts';
import {
  recordedFrameSchema,
  type RecordedFrame,
} from '../../../../shared/contracts/feeder-frames.ts';
import type { GameState } from '../../../../shared/domain/market/game-state.ts';
import type { ScoreboardFinding } from '../../../../shared/domain/market/scoreboard-quality.ts';
import type { LineLeg, OddsFeedName } from '../../../../shared/domain/odds/line.ts';
import type { Read } from '../../../../shared/ports/exchange.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';
import type { Scoreboard, ScoreboardHandlers } from '../../../../shared/ports/streams.ts';
import { playFrames } from '../../../../shared/replay/play-frames.ts';
import { aFeederDesk, SpokenOdds } from '../../../support/feeder-desk.ts';
import { A, aLeg, mappingOf } from '../../../support/feeder-events.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

class SpokenScores implements Scoreboard {
  handlers: ScoreboardHandlers | null = null;
  open(handlers: ScoreboardHandlers): void {
    this.handlers = handlers;
  }
  listings(): Promise<Read<readonly []>> {
    return Promise.resolve({ kind: 'read', value: [] });
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const { pricing, feeds } = toDomainConfig(DEFAULT_CONFIG);

/** A feeder with two odds feeds and two sources of scores, all of which a test speaks through. */
async function aDesk() {
  const odds = new Map<OddsFeedName, SpokenOdds>();
  const told = new Map<OddsFeedName, SourceTold>();
  const scores = { espn: new SpokenScores(), balldontlie: new SpokenScores() };
  const frames: RecordedFrame[] = [];
  const commands: FeederCommand[] = [];
  const desk = aFeederDesk({
    oddsFeeds: (['boltodds', 'odds_api'] as const).map((feed) => ({
      feed,
      newStream: (tell) => {
        const stream = new SpokenOdds();
        odds.set(feed, stream);
        told.set(feed, tell);
        return stream;
      },
    })),
    scoreboards: (['espn', 'balldontlie'] as const).map((source) => ({
      source,
      newScoreboard: () => scores[source],
    })),
    pricing: { ...pricing, books: feeds.books },
    onCommand: (command) => commands.push(command),
    recorder: {
      record: (message) =>
        void frames.push(recordedFrameSchema.parse({ sequence: frames.length + 1, ...message })),
      onStopped: () => {},
      close: () => Promise.resolve(),
    },
  });
  await desk.feeder.start();
  desk.stream().connect();
  await desk.passTime(200);
  const say = (feed: OddsFeedName, event: OddsEvent) => {
    odds.get(feed)!.handlers!.onFrame('{"raw":"frame"}', desk.clock.nowMs());
    odds.get(feed)!.handlers!.onEvent(event, desk.clock.nowMs());
  };
  const lastTick = () =>
    commands.flatMap((command) => (command.kind === 'publish_tick' ? [command.tick] : [])).at(-1)!;
  return { ...desk, odds, told, scores, frames, commands, say, lastTick };
}

const both = (feed: OddsFeedName, timeMs: number): OddsEvent => ({
  kind: 'replace',
  feed,
  source: 'pinnacle',
  gameId: 'game-1',
  sequence: timeMs,
  legs: [aLeg(timeMs, { timeMs }), aLeg(timeMs, { timeMs, side: 'away', odds: 2.1 })].map(
    (leg): LineLeg => ({ ...leg, feed }),
  ),
});

const state = (
  source: GameState['source'],
  phase: GameState['phase'],
  timeMs: number,
): GameState => ({
  source,
  gameId: 'game-1',
  phase,
  startTimeMs: NOON + 7_200_000,
  homeScore: null,
  awayScore: null,
  period: null,
  clockSeconds: null,
  sourceTimeMs: timeMs,
  receivedMs: timeMs,
});

describe('several odds feeds', () => {
  it('stand beside each other, and what one said is gone at once when it is lost', async () => {
    const { odds, say, lastTick, clock, passTime, frames } = await aDesk();
    odds.get('boltodds')!.handlers!.onConnected();
    say('boltodds', both('boltodds', clock.nowMs()));
    say('odds_api', both('odds_api', clock.nowMs()));
    await passTime(200);
    expect(
      lastTick()
        .legs.map(({ feed }) => feed)
        .toSorted(),
    ).toEqual(['boltodds', 'boltodds', 'odds_api', 'odds_api']);
    odds.get('boltodds')!.handlers!.onDisconnected('reset');
    await passTime(200);
    expect(lastTick().legs.map(({ feed }) => feed)).toEqual(['odds_api', 'odds_api']);
    odds.get('odds_api')!.handlers!.onDown({ code: 'quota_exhausted', detail: 'none left' });
    await passTime(200);
    expect(lastTick().legs).toEqual([]);
    // What was under way when it went down is not heard, nor recorded.
    say('odds_api', both('odds_api', clock.nowMs()));
    await passTime(200);
    expect(lastTick().legs).toEqual([]);
    expect(frames.at(-1)?.payload).not.toContain('odds_told');
    odds.get('odds_api')!.handlers!.onUp();
    // Nothing is remembered of what was taken away: the whole state comes again, also with old times.
    say('boltodds', both('boltodds', NOON));
    await passTime(200);
    expect(lastTick().legs).toHaveLength(2);
  });

  it('that are denied are unavailable: a critical log, a metric, a line that says why, and a problem', async () => {
    const { odds, say, clock, passTime, telemetry, outbox, feeder } = await aDesk();
    odds.get('boltodds')!.handlers!.onConnected();
    say('boltodds', both('boltodds', clock.nowMs()));
    await passTime(2_000);
    odds
      .get('boltodds')!
      .handlers!.onDown({ code: 'unauthorized', detail: 'the key is not known' });
    await passTime(2_000);
    expect(telemetry.lines()).toContainEqual(
      expect.objectContaining({
        level: 'critical',
        event: 'source_down',
        fields: { source: 'boltodds', code: 'unauthorized', detail: 'the key is not known' },
      }),
    );
    expect(telemetry.counts.get('feeder.source_down')).toBe(1);
    await passTime(60_000);
    expect(telemetry.counts.get('feeder.source_down')).toBe(2);
    const lines = outbox.events.flatMap((event) => (event.kind === 'line' ? [event.line] : []));
    expect(lines.map((line) => (line.kind === 'line' ? 'line' : line.code))).toEqual([
      'line',
      'line_missing',
    ]);
    expect(healthOf(feeder.status()).problems).toContain(
      'boltodds is down: unauthorized: the key is not known',
    );
    expect(feeder.lines().map(({ fair }) => fair)).toEqual([
      expect.objectContaining({ kind: 'refused', code: 'line_missing' }),
      expect.objectContaining({ kind: 'refused', code: 'line_missing' }),
    ]);
    odds.get('boltodds')!.handlers!.onUp();
    expect(feeder.status().sources[0]).toMatchObject({ source: 'boltodds', down: null });
  });

  it('hear which games are over or off, so that nobody is asked to quote them', async () => {
    const { told, scores, clock } = await aDesk();
    const { isOver } = told.get('boltodds')!;
    const phases = (['pregame', 'live', 'stopped', 'off', 'final'] as const).map((phase) => {
      scores.espn.handlers!.onState(state('espn', phase, clock.nowMs() + 1));
      const after = { [phase]: isOver('game-1') };
      scores.espn.handlers!.onState(state('espn', 'pregame', clock.nowMs() + 2));
      scores.espn.handlers!.onDown({ code: 'breaker_open', detail: 'it fails' });
      return after;
    });
    expect(phases).toMatchObject([
      { pregame: false },
      { live: false },
      { stopped: false },
      { off: true },
      { final: true },
    ]);
    expect(isOver('a game of which nobody has said anything')).toBe(false);
  });

  it('tell of coverage and quota, and what is missing is counted as long as it is', async () => {
    const { told, telemetry, feeder, passTime } = await aDesk();
    told.get('odds_api')!.onQuota({ remaining: 42, used: 8, lastCost: 1 });
    told.get('boltodds')!.onCoverage({
      requestedBooks: ['pinnacle', 'betmgm'],
      requestedGames: ['game-1'],
      seen: [{ book: 'pinnacle', game: 'game-1' }],
      missing: [{ book: 'betmgm', game: null }],
    });
    expect(telemetry.counts.get('feeder.missing_data')).toBe(1);
    expect(healthOf(feeder.status()).problems).toContain('boltodds says nothing of betmgm');
    await passTime(60_000);
    expect(telemetry.counts.get('feeder.missing_data')).toBe(2);
    expect(feeder.status().sources).toMatchObject([
      { source: 'boltodds', coverage: { missing: [{ book: 'betmgm' }] }, quota: null },
      { source: 'odds_api', coverage: null, quota: { remaining: 42 } },
      { source: 'espn' },
      { source: 'balldontlie' },
    ]);
  });
});

describe('several sources of scores', () => {
  it('that do not show what they ought to are counted as missing data, other oddities are not', async () => {
    const { scores, telemetry } = await aDesk();
    const found = (finding: ScoreboardFinding) =>
      scores.espn.handlers!.onFinding({ league: 'nfl', gameId: 'game-1', finding });
    found({ code: 'field_missing', field: 'clock', looks: 3 });
    found({ code: 'not_shown' });
    found({ code: 'two_winners' });
    expect(telemetry.counts.get('feeder.missing_data')).toBe(2);
    expect(telemetry.counts.get('scoreboard.finding.two_winners')).toBe(1);
  });

  it('are arbitrated in the tick; a source that is lost leaves the word that a game is on or is not played', async () => {
    const { scores, lastTick, passTime, clock, outbox } = await aDesk();
    scores.espn.handlers!.onState(state('espn', 'pregame', clock.nowMs()));
    scores.balldontlie.handlers!.onState(state('balldontlie', 'live', clock.nowMs()));
    await passTime(200);
    expect(lastTick().game).toMatchObject({ source: 'balldontlie', phase: 'live' });
    scores.balldontlie.handlers!.onDown({ code: 'breaker_open', detail: 'five failures' });
    await passTime(200);
    expect(lastTick().game).toMatchObject({ source: 'balldontlie', phase: 'live' });
    scores.espn.handlers!.onState(state('espn', 'off', clock.nowMs()));
    scores.espn.handlers!.onDown({ code: 'breaker_open', detail: 'five failures' });
    await passTime(200);
    expect(lastTick().game).toMatchObject({ source: 'espn', phase: 'off' });
    const told = outbox.events.filter(({ kind }) => kind === 'game_state');
    expect(told.map(({ eventId }) => eventId.split(':').slice(0, 2).join(':'))).toEqual([
      'game:espn',
      'game:balldontlie',
      'game:espn',
    ]);
  });
});

it('a recording of several sources plays again to the same ticks, to the byte', async () => {
  const { odds, scores, say, frames, commands, clock, passTime } = await aDesk();
  odds.get('odds_api')!.handlers!.onConnected();
  for (let at = 0; at < 5; at += 1) {
    say('odds_api', both('odds_api', clock.nowMs() - at * 100));
    scores.espn.handlers!.onState(state('espn', 'pregame', clock.nowMs()));
    scores.balldontlie.handlers!.onState(
      state('balldontlie', at > 2 ? 'live' : 'pregame', clock.nowMs()),
    );
    await passTime(700);
  }
  odds.get('odds_api')!.handlers!.onDisconnected('denied');
  scores.balldontlie.handlers!.onDown({ code: 'empty', detail: 'nothing' });
  await passTime(700);
  const again: FeederCommand[] = [];
  playFrames<FeederCommand>({
    frames,
    newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
    gameIdOf: () => null,
    maxFrameBytes: { kalshi: 1_000_000, odds: 1_000_000 },
    onCommands: (more) => again.push(...more),
  });
  expect(new Set(frames.map(({ source }) => source))).toEqual(
    new Set(['feeder', 'odds_api', 'espn', 'balldontlie']),
  );
  expect(commands.length).toBeGreaterThan(10);
  expect(again).toEqual(commands);
});

it('a recording of before there were several sources plays on: its odds are BoltOdds’, its scores ESPN’s', () => {
  const told: unknown[] = [
    { kind: 'epoch', epoch: 2 },
    { kind: 'market', market: aMarket(), mapping: mappingOf(A) },
  ];
  const { source: _, ...scores } = state('espn', 'live', NOON);
  const odds = {
    action: 'initial_state',
    timestamp: new Date(NOON).toISOString(),
    data: {
      sport: 'NFL',
      sportsbook: 'pinnacle',
      game: 'Buffalo Bills vs Miami Dolphins, 2026-11-22, 01',
      home_team: 'Buffalo Bills',
      away_team: 'Miami Dolphins',
      info: { id: '3f0c9d1e7a42', when: '2026-11-22, 01:00 PM' },
      outcomes: Object.fromEntries(
        ['Buffalo Bills', 'Miami Dolphins'].map((team) => [
          `${team} Moneyline`,
          {
            odds: '-110',
            link: null,
            outcome_name: 'Moneyline',
            outcome_line: null,
            outcome_over_under: null,
            outcome_target: team,
          },
        ]),
      ),
    },
  };
  const frames = [
    ...told.map((line) => ({ source: 'feeder', payload: JSON.stringify(line) })),
    { source: 'scoreboard', payload: JSON.stringify(scores) },
    { source: 'odds', payload: JSON.stringify(odds) },
    { source: 'feeder', payload: JSON.stringify({ kind: 'timer' }) },
  ].map((frame, at) =>
    recordedFrameSchema.parse({ ...frame, sequence: at + 1, receivedMs: NOON + at * 1_000 }),
  );
  const again: FeederCommand[] = [];
  playFrames<FeederCommand>({
    frames,
    newSession: (epoch, gameMaxAgeMs) => new FeederSession(epoch, gameMaxAgeMs),
    gameIdOf: () => 'game-1',
    maxFrameBytes: { kalshi: 1_000_000, odds: 1_000_000 },
    onCommands: (more) => again.push(...more),
  });
  const ticks = again.flatMap((command) => (command.kind === 'publish_tick' ? [command.tick] : []));
  expect(ticks.at(-1)?.game).toMatchObject({ source: 'espn', phase: 'live' });
  expect(ticks.at(-1)?.legs.map(({ feed }) => feed)).toEqual(['boltodds', 'boltodds']);
});
