import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeBolt } from '../../fargate/feeder/compose-odds.ts';
import { composeScores } from '../../fargate/feeder/compose-scores.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { MemoryTelemetry } from '../../shared/adapters/memory/memory-telemetry.ts';
import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';

/** A vendor without games that counts how often it is asked. */
let asked = 0;
const server = createServer((_, response) => {
  asked += 1;
  response.setHeader('content-type', 'application/json');
  response.end('{"data": [], "meta": {"next_cursor": null, "per_page": 100}}');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('sources of scores, composed', () => {
  it('ask Balldontlie no more often in a minute than its setting says', async () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const timers = new MachineTimers({ onError: (error) => void error });
    const world = {
      variable: () => `http://127.0.0.1:${address.port}`,
      secrets: { kalshi: { keyId: '', privateKeyPem: '' }, boltodds: 't', oddsApi: null },
      feeds: { ...toDomainConfig(DEFAULT_CONFIG).feeds, balldontlieRequestsPerMinute: 2 },
      timers,
      budget: new MemoryTokenBudget(),
      telemetry: new MemoryTelemetry(),
    };
    const secrets = { ...world.secrets, balldontlie: 'key' };
    const bolt = composeBolt({ ...world, secrets });
    const { scoreboards } = composeScores({ ...world, secrets, bolt, games: () => [] });
    const board = scoreboards.find(({ source }) => source === 'balldontlie')?.newScoreboard();
    const reads = [];
    for (let look = 0; look < 3; look += 1) reads.push((await board?.listings())?.kind);
    timers.close();
    expect(reads).toEqual(['read', 'read', 'unavailable']);
    expect(asked).toBe(2);
  });
});
