import { describe, expect, it } from 'vitest';
import { serveHealth } from '../../fargate/feeder/health.ts';
import { runFeedsCheck } from '../../scripts/commands/feeds-check.ts';
import { LinesUnavailable, runLines } from '../../scripts/commands/lines.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { aFeederDesk } from '../support/feeder-desk.ts';
import { A, aLeg, snapshot } from '../support/feeder-events.ts';
import { inTemporaryFolder } from '../support/replay-fixture.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { pricing, feeds } = toDomainConfig(DEFAULT_CONFIG);

/** A feeder of two markets of one game, whose odds a test says, behind a port. */
async function served(act: (desk: ReturnType<typeof aFeederDesk>, port: number) => Promise<void>) {
  const desk = aFeederDesk({ pricing: { ...pricing, books: feeds.books } });
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

function quote(desk: ReturnType<typeof aFeederDesk>): void {
  const timeMs = desk.clock.nowMs();
  const legs = [aLeg(timeMs, { timeMs }), aLeg(timeMs, { timeMs, side: 'away', odds: 2.1 })];
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
        /home +pregame +0\.52\d\d +0\.\d{4} +0\.50 +0\.52 +0\.0 s +pinnacle shin, margin 0\.3 %/,
      );
      expect(json).toMatchObject({
        lines: [{ fair: { kind: 'line' } }, { fair: { kind: 'line' } }],
      });
      await desk.passTime(31_000);
      const late = await runLines({ port: String(port) });
      expect(late.text).toContain('line_expired (pinnacle expired 31.0 s)');
      desk.odds.at(-1)!.handlers!.onDown({ code: 'denied', detail: 'the plan has no odds' });
      const down = await runLines({ port: String(port) });
      expect(down.text).toContain('boltodds is down: denied: the plan has no odds');
    });
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
  it('tells what its feeder knows of its sources', async () => {
    await served(async (desk, port) => {
      await inTemporaryFolder(async (state) => {
        const none = 'http://127.0.0.1:1';
        const endpoints = { pid: 1, healthPort: port, cloud: none };
        const venues = { exchangeRest: none, exchangeWs: none, odds: none, scoreboard: none };
        writeFileSync(join(state, 'endpoints.json'), JSON.stringify({ ...endpoints, ...venues }));
        expect(await runFeedsCheck({ state }, {})).toMatchObject({ isSound: true });
        desk.odds.at(-1)!.handlers!.onDown({ code: 'unauthorized', detail: 'no such key' });
        const { text, isSound } = await runFeedsCheck({ state }, {});
        expect(isSound).toBe(false);
        expect(text).toMatch(/^boltodds +refused .*unauthorized: no such key$/m);
      });
    });
  });
});
