import { describe, expect, it } from 'vitest';
import { runStudy, type StudyOptions } from '../../../scripts/commands/study.ts';
import { UsageError } from '../../../scripts/usage-error.ts';
import { inTemporaryFolder } from '../../support/replay-fixture.ts';

const at = { environment: {}, note: () => undefined, nowMs: () => 0 };

describe('fairline study', () => {
  it.each<[string, string, StudyOptions, RegExp]>([
    ['a study it does not know', 'elo', { data: '.' }, /the study is "elo"/],
    [
      'a folder that is not there',
      'devig',
      { data: '/nowhere/at/all' },
      /data is \/nowhere\/at\/all.*\n.*nfl\/, soccer-football-data\/.*\n.*--data DIR/,
    ],
    ['too few resamples', 'devig', { data: '.', resamples: '50' }, /--resamples is "50"/],
    [
      'orders that are no number',
      'arbitration',
      { data: '.', orders: 'many' },
      /--orders is "many"/,
    ],
  ])('refuses %s before it reads anything', async (_, name, options, says) => {
    await expect(runStudy(name, options, at)).rejects.toThrow(UsageError);
    await expect(runStudy(name, options, at)).rejects.toThrow(says);
  });

  it('names the file that a folder lacks', async () => {
    await inTemporaryFolder(async (data) => {
      await expect(runStudy('devig', { data }, at)).rejects.toThrow(/there is no nflverse_games/);
      await expect(runStudy('arbitration', { data }, at)).rejects.toThrow(
        /there is no mlb_pitcher_strikeout_odds_snapshots/,
      );
    });
  });
});
