import { describe, expect, it, onTestFinished } from 'vitest';
import { startNhlServer } from '../../local/venues/nhl-server.ts';
import { NotVerified, runFeedsVerify } from '../../scripts/commands/feeds-verify.ts';
import { NhlClient } from '../../shared/adapters/nhl/nhl-client.ts';
import { playHockeyGame } from '../../shared/simulator/games/hockey-game.ts';
import { withHockeyOddity } from '../../shared/simulator/games/hockey-oddities.ts';
import { NhlVenue } from '../../shared/simulator/games/nhl-venue.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { ManualTimers } from '../support/manual-timers.ts';

const GAME = playHockeyGame(seededRng(3), { contest: 'season' });
const { gameId } = GAME.plays;

async function served(games = [GAME]): Promise<string> {
  const timers = new ManualTimers(0);
  const server = await startNhlServer({ venue: new NhlVenue(games), timers, port: 0 });
  onTestFinished(() => server.close());
  return server.url;
}

describe('a game of the NHL over a socket', () => {
  it('is asked for once and verified', async () => {
    const baseUrl = await served();
    const { json, text, isUsable } = await runFeedsVerify('nhl', { game: gameId, baseUrl });
    expect(isUsable).toBe(true);
    expect(json).toMatchObject({
      gameId,
      usable: { score: 'usable', clock: 'usable', on_ice: 'usable' },
      findings: [],
      refused: [],
    });
    expect(text).toContain('full lines known for 100.00 %');
    expect(text).toContain('nothing was found to be wrong');
  });

  it('is not usable for who was on the ice when its chart is empty, and says so', async () => {
    const bare = withHockeyOddity(GAME, 'shifts_gone', seededRng(1));
    const baseUrl = await served(bare === null ? [] : [bare]);
    const { text, isUsable } = await runFeedsVerify('nhl', { game: gameId, baseUrl });
    expect(isUsable).toBe(false);
    expect(text).toMatch(/^score: usable; clock: usable; on the ice: unusable$/m);
    expect(text).toMatch(/^no_shifts +1 +spoils on the ice/m);
  });

  it('says what to do about a game that is not there', async () => {
    const baseUrl = await served();
    const asked = runFeedsVerify('nhl', { game: '2026029999', baseUrl });
    await expect(asked).rejects.toThrow(NotVerified);
    await expect(asked).rejects.toThrow(/not_there.*HTTP 404.*save it/);
  });

  it('reads no more than it was allowed to', async () => {
    const url = await served();
    const client = new NhlClient({ webUrl: url, statsUrl: url, timeoutMs: 5_000, maxBytes: 1_000 });
    expect(await client.plays(gameId)).toMatchObject({ kind: 'failed', code: 'no_answer' });
    const gone = new NhlClient({
      webUrl: 'http://127.0.0.1:1',
      statsUrl: 'http://127.0.0.1:1',
      timeoutMs: 5_000,
      maxBytes: 1_000,
    });
    expect(await gone.shifts(gameId)).toMatchObject({ kind: 'failed', code: 'no_answer' });
  });
});
