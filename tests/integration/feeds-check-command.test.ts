import { describe, expect, it } from 'vitest';
import { checkFeeds, vendorAddresses } from '../../local/feeds/check-feeds.ts';
import { runFeedsCheck } from '../../scripts/commands/feeds-check.ts';
import { loadConfig } from '../../shared/adapters/config-file/load-config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { UsageError } from '../../scripts/usage-error.ts';

const ALL_ON = { set: ['feeds.oddsApi=on', 'feeds.balldontlie=on'] };

describe('fairline feeds check', () => {
  it('asks simulated sources over their sockets, by the adapters of the feeder', async () => {
    const { json, text, isSound } = await runFeedsCheck({ env: 'sim', ...ALL_ON }, {});
    expect(json).toMatchObject({
      env: 'sim',
      feeds: [
        { feed: 'boltodds', probe: { auth: 'ok', problem: null } },
        { feed: 'odds_api', probe: { auth: 'ok', quota: { remaining: 19_999 }, problem: null } },
        { feed: 'espn', probe: { auth: 'not_needed', problem: null } },
        { feed: 'balldontlie', probe: { auth: 'ok', problem: null } },
      ],
    });
    expect(text).toMatch(/^odds_api +ok +4 of 4 .*19999 left +none$/m);
    expect(isSound).toBe(true);
  });

  it('says which variable a key is to be put into, asks nobody without one, and tells who does not answer', async () => {
    const { config } = loadConfig({ file: null, overrides: ALL_ON.set });
    const { feeds } = toDomainConfig(config);
    const addresses = { ...vendorAddresses({}), espn: 'http://127.0.0.1:1' };
    const found = await checkFeeds(feeds, addresses);
    expect(found).toMatchObject([
      { kind: 'not_configured', todo: 'put its key into BOLTODDS_TOKEN' },
      { kind: 'not_configured', todo: 'put its key into ODDS_API_KEY' },
      { feed: 'espn', probe: { problem: expect.stringContaining('no_answer') as string } },
      { kind: 'not_configured', todo: 'put its key into BALLDONTLIE_API_KEY' },
    ]);
    expect(vendorAddresses({ ODDS_API_KEY: 'k' }).oddsApi).toEqual({
      url: 'https://api.the-odds-api.com',
      apiKey: 'k',
    });
  });

  it('refuses an environment that it does not know', async () => {
    await expect(runFeedsCheck({ env: 'live' }, {})).rejects.toThrow(UsageError);
  });

  it('refuses settings for a feeder that has its own', async () => {
    await expect(runFeedsCheck(ALL_ON, {})).rejects.toThrow(/configuration of its own/);
  });
});
