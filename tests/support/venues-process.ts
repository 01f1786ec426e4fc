import { writeSync } from 'node:fs';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { startSimulatedVenues } from '../../local/venues/simulated-venues.ts';
import { scenarioNamed } from '../../local/virtual/scenarios.ts';
import { money } from '../../shared/domain/money/money.ts';

// The venues in a process of their own, for tests that kill it: prints one line when they are up, then serves.

const [stateDir, factor] = process.argv.slice(2);
const scenario = scenarioNamed('quiet-short-games');
if (stateDir === undefined || scenario === undefined) throw new Error('a folder is needed');
const venues = await startSimulatedVenues({
  seed: 11,
  scenario,
  timers: new MachineTimers({
    onError: (error) => {
      throw error;
    },
  }),
  factor: Number(factor ?? '30'),
  stateDir,
  account: { name: 'fairline', openingCash: money(1_000_000_000) },
  ports: { exchange: 0, odds: 0, scoreboard: 0 },
});
const { restUrl, wsUrl, oddsUrl, scoreboardUrl, keyId, privateKeyPem, isResumed, endMs } = venues;
const games = venues.games.map(({ startTimeMs, finalAtMs }) => ({ startTimeMs, finalAtMs }));
const markets = venues.markets.map(({ market }) => market.ticker);
writeSync(
  1,
  `${JSON.stringify({ restUrl, wsUrl, oddsUrl, scoreboardUrl, keyId, privateKeyPem, isResumed, endMs, games, markets })}\n`,
);
