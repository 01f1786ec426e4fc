import { describe, expect, it } from 'vitest';
import type { FeederParts } from '../../fargate/feeder/feeder-parts.ts';
import { serveHealth } from '../../fargate/feeder/health.ts';
import { probeOf, runFeedsCheck } from '../../scripts/commands/feeds-check.ts';
import { runHealthCheck } from '../../scripts/commands/health-check.ts';
import { LinesUnavailable, linesText, runLines } from '../../scripts/commands/lines.ts';
import { runMap } from '../../scripts/commands/map.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import type { LineSource } from '../../shared/domain/odds/line.ts';
import { aFeederDesk } from '../support/feeder-desk.ts';
import { A, aLeg, snapshot } from '../support/feeder-events.ts';
import { inTemporaryFolder } from '../support/replay-fixture.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { pricing, feeds } = toDomainConfig(DEFAULT_CONFIG);
const blended = toDomainConfig({
  ...DEFAULT_CONFIG,
  pricing: { ...DEFAULT_CONFIG.pricing, arbitration: 'weighted_blend' },
});

/** A feeder of two markets of one game, whose odds a test says, behind a port. */
async function served(
  act: (desk: ReturnType<typeof aFeederDesk>, port: number) => Promise<void>,
  pricedBy = pricing,
  parts: Pick<FeederParts, 'map'> = {},
) {
  const desk = aFeederDesk({ pricing: { ...pricedBy, books: feeds.books }, ...parts });
  await desk.feeder.start();
  desk.stream().connect();
  desk.stream().say(snapshot(1, A), desk.clock.nowMs());
  desk.odds.at(-1)!.handlers!.onConnected();
  const server = await serveHealth(0, desk.feeder);
  try {
    await act(desk, server.port);
  } finally {
    await server.close();
  }
}

async function checkWith(told: MapReport['starts']) {
  const answers: Awaited<ReturnType<typeof runFeedsCheck>>[] = [];
  const ask = async (state: string) => void answers.push(await runFeedsCheck({ state }, {}));
  await served((_, port) => stateOf(port, ask), pricing, { map: () => mapOf(told) });
  return answers[0]!;
}

function mapOf(starts: MapReport['starts']): MapReport {
  return { games: 0, markets: 0, checked: [], unmapped: [], starts };
}

/** The folder of a run whose feeder answers on a port. */
async function stateOf(port: number, act: (state: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (state) => {
    const none = 'http://127.0.0.1:1';
    const endpoints = { pid: 1, healthPort: port, cloud: none };
    const venues = { exchangeRest: none, exchangeWs: none, odds: none, scoreboard: none };
    writeFileSync(join(state, 'endpoints.json'), JSON.stringify({ ...endpoints, ...venues }));
    await act(state);
  });
}

function quote(
  desk: ReturnType<typeof aFeederDesk>,
  source: LineSource = 'pinnacle',
  odds = 2.1,
): void {
  const timeMs = desk.clock.nowMs();
  const legs = [aLeg(timeMs, { timeMs }), aLeg(timeMs, { timeMs, side: 'away', odds })].map(
    (leg) => ({ ...leg, source }),
  );
  desk.odds.at(-1)!.handlers!.onEvent({ kind: 'legs', legs }, timeMs);
}

describe('fairline lines', () => {
  it('shows by whom each market is priced now, and in words why it is not', async () => {
    await served(async (desk, port) => {
      const bare = await runLines({ port: String(port) });
      expect(bare.text).toMatch(/^KXNFLGAME\S+ +home +pregame +0\.50 +0\.52 +line_missing$/m);
      expect(bare.text).toContain('line_missing: No accepted sportsbook quotes the game.');
      quote(desk);
      const { text, json } = await runLines({ port: String(port), game: 'game-1' });
      expect(text).toMatch(
        /home +pregame +0\.52\d\d +0\.\d{4} +0\.50 +0\.52 +0\.0 s +pinnacle shin 0\.3 %/,
      );
      expect(json).toMatchObject({
        lines: [{ fair: { kind: 'line' } }, { fair: { kind: 'line' } }],
      });
      await desk.passTime(31_000);
      const late = await runLines({ port: String(port) });
      expect(late.text).toMatch(/ line_expired\n {4}pinnacle expired 31\.0 s$/m);
      expect(late.text.match(/pinnacle expired/g)).toHaveLength(1);
      desk.odds.at(-1)!.handlers!.onDown({ code: 'denied', detail: 'the plan has no odds' });
      const down = await runLines({ port: String(port) });
      expect(down.text).toContain(
        'boltodds is down: denied: the plan has no odds; look whether its plan has this',
      );
    });
  });

  it('keeps a row within 100 columns where one book speaks, and says what its numbers are', async () => {
    await served(async (desk, port) => {
      quote(desk);
      const { text } = await runLines({ port: String(port) });
      expect(Math.max(...text.split('\n').map((row) => row.length))).toBeLessThanOrEqual(100);
      expect(text).toMatch(/^market .* by, margin$/m);
      expect(text).toContain('probabilities of YES, bid and ask dollars a contract');
    });
  });

  it('names every book of a blend below its game, whole, and who was asked and has no part in it', async () => {
    await served(async (desk, port) => {
      const sources = ['pinnacle', 'draftkings', 'betmgm'] as const;
      quote(desk, 'fanduel');
      await desk.passTime(31_000);
      for (const source of sources) quote(desk, source);
      const { text } = await runLines({ port: String(port) });
      expect(text.match(/0\.0 s {2}blend of 3$/gm)).toHaveLength(2);
      for (const source of sources)
        expect(text.match(new RegExp(`${source} (shin|power) 0\\.3 % × 0\\.`, 'g'))).toHaveLength(
          1,
        );
      expect(text.match(/fanduel expired 31\.0 s/g)).toHaveLength(1);
      expect(Math.max(...text.split('\n').map((row) => row.length))).toBeLessThanOrEqual(100);
    }, blended.pricing);
  });

  it('names whose odds no line can be made of, and their margin', async () => {
    await served(async (desk, port) => {
      quote(desk, 'pinnacle', 1.4);
      const { text } = await runLines({ port: String(port) });
      expect(text).toMatch(
        / devig_refused\n {4}pinnacle shin 24\.1 %: margin_too_large; pinnacle 0\.0 s$/m,
      );
      expect(text).toMatch(/^devig_refused: .* not those of one line: .* above a fifth/m);
      await desk.passTime(1_000);
      quote(desk, 'pinnacle', 1);
      expect((await runLines({ port: String(port) })).text).toMatch(
        /^ {4}pinnacle shin: odds_not_above_one; pinnacle 1?0\.0 s$/m,
      );
    });
  });

  it('asks no other run when the folder that is named holds none', async () => {
    await inTemporaryFolder(async (state) => {
      const none = /no run goes in .*endpoints\.json\. Start a run with npm start -- --serve/;
      await expect(runLines({ state })).rejects.toThrow(none);
      await expect(runFeedsCheck({ state }, {})).rejects.toThrow(none);
      await expect(runMap({ state })).rejects.toThrow(none);
      const { isReady, text } = await runHealthCheck({ state });
      expect(isReady).toBe(false);
      expect(text).toMatch(
        /^The feeder is not up: no run goes in .* Start a run with npm start -- --serve/,
      );
    });
  });

  it('says of an empty table what may be the reason', () => {
    const text = linesText({ state: 'leading', sources: [], lines: [] });
    expect(text).toMatch(/follows no market: the games are over.* fairline map says/);
    expect(linesText({ state: 'standby', sources: [], lines: [] })).toMatch(/until it leads/);
  });

  it('says what to do when there is no feeder, no such game or no such port', async () => {
    await served(async (_, port) => {
      await expect(runLines({ port: String(port), game: 'game-9' })).rejects.toThrow(
        /no market is about game-9: it follows game-1/,
      );
    });
    await expect(runLines({ port: '1' })).rejects.toThrow(LinesUnavailable);
    await expect(runLines({ port: 'x' })).rejects.toThrow(/--port is "x"/);
  });
});

describe('fairline feeds check of a run', () => {
  it('knows which source needs no key, and that one that nothing was asked of yet has no problem', () => {
    const idle = { connected: false, lastFrameMs: null, down: null, breaker: 'closed' as const };
    const rest = { quota: null, coverage: null, ages: null };
    expect(probeOf({ source: 'espn', ...idle, ...rest }, 0).auth).toBe('not_needed');
    expect(probeOf({ source: 'odds_api', ...idle, ...rest }, 0).problem).toBeNull();
    expect(probeOf({ source: 'boltodds', ...idle, ...rest }, 0).problem).toMatch(
      /not connected.*logs why/,
    );
  });

  it('tells where a feed may have changed its zone, with what to do, and is not sound then', async () => {
    const agreeing = { feed: 'odds_api', checked: 3, agree: 2, differ: 0 } as const;
    const starts = [
      { feed: 'boltodds', checked: 3, agree: 1, zoneSuspected: 2, differ: 0, isZoneSwitch: true },
      { ...agreeing, zoneSuspected: 1, isZoneSwitch: false },
    ] as const;
    const { text, json, isSound } = await checkWith(starts);
    expect(json).toMatchObject({ starts });
    expect(isSound).toBe(false);
    expect(text).toMatch(
      /^boltodds: of 3 starts 1 agree.* 2 are off by a zone.*compare its times/m,
    );
    expect(text).toMatch(/^odds_api: of 3 starts 2 agree.* 1 are off by a zone/m);
    expect(await checkWith(starts.slice(1))).toMatchObject({ isSound: true });
  });

  it('tells what its feeder knows of its sources', async () => {
    await served(async (desk, port) => {
      await stateOf(port, async (state) => {
        expect(await runFeedsCheck({ state }, {})).toMatchObject({ isSound: true });
        desk.odds.at(-1)!.handlers!.onDown({ code: 'unauthorized', detail: 'no such key' });
        const { text, isSound } = await runFeedsCheck({ state }, {});
        expect(isSound).toBe(false);
        expect(text).toMatch(/^boltodds +refused .*unauthorized: no such key/m);
        expect(text).toMatch(
          /^boltodds: unauthorized: no such key; put another key into its secret/m,
        );
      });
    });
  });
});
