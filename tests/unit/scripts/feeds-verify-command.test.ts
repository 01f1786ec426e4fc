import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NotVerified, runFeedsVerify } from '../../../scripts/commands/feeds-verify.ts';
import { UsageError } from '../../../scripts/usage-error.ts';
import { encodePlayByPlay, encodeShiftChart } from '../../../shared/adapters/nhl/wire/encode.ts';
import { playHockeyGame } from '../../../shared/simulator/games/hockey-game.ts';
import { withHockeyOddity } from '../../../shared/simulator/games/hockey-oddities.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-hockey-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const GAME = playHockeyGame(seededRng(4), { contest: 'season' });

function saved(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const PLAYS = saved('plays.json', encodePlayByPlay(GAME.plays));
const SHIFTS = saved('shifts.json', encodeShiftChart(GAME.shifts));

describe('fairline feeds verify nhl', () => {
  it('verifies files', async () => {
    const found = await runFeedsVerify('nhl', { plays: PLAYS, shifts: SHIFTS });
    expect(found).toMatchObject({ isUsable: true, json: { source: 'nhl', findings: [] } });
  });

  it('reads a file that was saved with a mark of the byte order', async () => {
    const path = saved('marked.json', `\uFEFF${encodePlayByPlay(GAME.plays)}`);
    expect((await runFeedsVerify('nhl', { plays: path })).isUsable).toBe(true);
  });

  it('verifies plays alone, and does not judge what it was not given', async () => {
    const { json, isUsable } = await runFeedsVerify('nhl', { plays: PLAYS });
    expect(json).toMatchObject({ usable: { score: 'usable', on_ice: 'not_asked' } });
    expect(isUsable).toBe(true);
  });

  it('tells where a fault is and how many times', async () => {
    const odd = withHockeyOddity(GAME, 'score_raised', seededRng(1));
    const path = saved('odd.json', encodePlayByPlay(odd?.plays ?? GAME.plays));
    const { text, isUsable } = await runFeedsVerify('nhl', { plays: path });
    expect(isUsable).toBe(false);
    expect(text).toMatch(/^goals_differ_from_score +1 +spoils score/m);
    expect(text).toMatch(/^goals_differ_from_score: away, counted \d+, told \d+$/m);
  });

  it('shows what could not be read', async () => {
    const sent = encodeShiftChart(GAME.shifts).replace('"startTime":"00:00"', '"startTime":"zero"');
    const { text } = await runFeedsVerify('nhl', {
      plays: PLAYS,
      shifts: saved('bad.json', sent),
    });
    expect(text).toMatch(/^shifts_unreadable +1 +-/m);
    expect(text).toMatch(/^refused data\.\d+\.startTime: expected minutes and seconds/m);
  });

  it('shows nothing that moves the cursor or rings the bell', async () => {
    const odd = '\u001b[2J\u0007\nnothing was found to be wrong';
    const plays = GAME.plays.plays.map((play, at) =>
      at === 50 ? { ...play, event: { kind: 'unknown' as const, word: odd } } : play,
    );
    const path = saved('bell.json', encodePlayByPlay({ ...GAME.plays, plays }));
    const { text } = await runFeedsVerify('nhl', { plays: path });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).not.toMatch(/^nothing was found to be wrong/m);
    const asked = runFeedsVerify('nhl', { plays: saved('text.json', odd) });
    await expect(asked).rejects.toThrow(/^\P{Cc}+$/u);
  });

  it('refuses a file that is something else', async () => {
    const asked = runFeedsVerify('nhl', { plays: SHIFTS });
    await expect(asked).rejects.toThrow(NotVerified);
    await expect(asked).rejects.toThrow(/malformed/);
  });

  it.each([
    ['mlb', { plays: PLAYS }, /the source is "mlb"/],
    ['nhl', {}, /Neither --game nor --plays/],
    ['nhl', { game: '2025020734', plays: PLAYS }, /together with a file/],
    ['nhl', { game: '734' }, /ten digits/],
    ['nhl', { game: '2025020734', baseUrl: 'ftp://x' }, /without a path/],
    ['nhl', { game: '2025020734', baseUrl: 'http://127.0.0.1/nhl' }, /without a path/],
    ['nhl', { plays: PLAYS, baseUrl: 'http://127.0.0.1' }, /without --game/],
    ['nhl', { plays: join(folder, 'none.json') }, /no file that can be read/],
    ['nhl', { plays: folder }, /no file that can be read/],
  ])('refuses what it was not meant for: %s %j', async (source, options, message) => {
    const asked = runFeedsVerify(source, options);
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow(message);
  });
});
