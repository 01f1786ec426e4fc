import { expect, it, onTestFinished } from 'vitest';
import { OddsApiClient } from '../../shared/adapters/odds-api/odds-api-client.ts';
import { API_KEY, BILLS, NOW_MS, openOddsApi } from '../support/odds-api-world.ts';

const NFL = 'americanfootball_nfl';

async function openClient() {
  const world = await openOddsApi();
  const reads: string[] = [];
  const client = new OddsApiClient({
    baseUrl: world.url,
    apiKey: API_KEY,
    clock: world.timers,
    timeoutMs: 10_000,
    breaker: { failures: 3, openMs: 30_000 },
    onRead: (outcome) => reads.push(outcome),
  });
  onTestFinished(() => client.close());
  return { ...world, client, reads };
}

it('scores, participants and the odds of one game are read, at their price', async () => {
  const { client, timers } = await openClient();
  const scores = await client.scores(NFL, 1);
  expect(scores).toMatchObject({ kind: 'answer', rows: [{ home: BILLS.home, score: null }] });
  const participants = await client.participants(NFL);
  expect(participants).toMatchObject({ rows: [{ name: BILLS.home }, { name: BILLS.away }] });
  const odds = await client.eventOdds(BILLS, ['pinnacle']);
  expect(odds).toMatchObject({ rows: [{ eventId: BILLS.eventId, markets: [{}] }] });
  expect(client.quota).toEqual({ remaining: 496, used: 4, lastCost: 1 });
  timers.pass(4 * 3_600_000);
  expect(await client.scores(NFL)).toMatchObject({ rows: [{ score: { home: 21, away: 0 } }] });
});

it('what rarely changes is asked for once by all who ask at once, and kept', async () => {
  const { client, venue, reads, timers } = await openClient();
  await Promise.all([client.sports(), client.sports(), client.sports()]);
  await client.sports();
  timers.pass(600_000);
  await client.sports();
  expect(venue.asked).toEqual(['/v4/sports', '/v4/sports']);
  expect(reads).toEqual(['miss', 'shared', 'shared', 'hit', 'miss']);
});

it('odds and failures are never kept', async () => {
  const { client, venue } = await openClient();
  venue.faults.plan({ kind: 'server_error', status: 500 });
  expect(await client.sports()).toMatchObject({ kind: 'failed', code: 'server_error' });
  expect(await client.sports()).toMatchObject({ kind: 'answer' });
  const asked = { books: ['pinnacle'], commenceFromMs: NOW_MS } as const;
  await client.odds(NFL, asked);
  await client.odds(NFL, asked);
  expect(venue.asked.filter((path) => path.endsWith('/odds'))).toHaveLength(2);
});

it('a sport or a game that it does not know is refused, and is no failure of the source', async () => {
  const { client } = await openClient();
  for (let times = 0; times < 5; times += 1)
    expect(await client.events(`unknown_${times}`)).toMatchObject({ code: 'refused_request' });
  expect(await client.scores(NFL)).toMatchObject({ kind: 'answer' });
  expect(client.breaker.kind).toBe('closed');
});

it('an answer of another form is a failure of the source, and is not kept', async () => {
  const { client, venue } = await openClient();
  venue.faults.plan({ kind: 'not_a_list' }, /./, 3);
  for (let times = 0; times < 3; times += 1)
    expect(await client.sports()).toMatchObject({ kind: 'failed', code: 'malformed' });
  expect(venue.asked).toHaveLength(3);
  expect(client.breaker.kind).toBe('open');
});

it('a key that is refused opens the breaker at once; a used-up quota does not', async () => {
  const { client, venue } = await openClient();
  venue.buyCredits(-500);
  expect(await client.scores(NFL)).toMatchObject({ code: 'quota_exhausted' });
  expect(client.breaker.kind).toBe('closed');
  venue.deactivateKey();
  expect(await client.sports()).toMatchObject({ code: 'unauthorized' });
  expect(client.breaker.kind).toBe('open');
  expect(await client.scores(NFL)).toMatchObject({ code: 'breaker_open' });
  expect(venue.asked).toHaveLength(2);
});

it('the limit of requests in a second holds the next ones back', async () => {
  const { client, venue } = await openClient();
  await Promise.all(Array.from({ length: 31 }, () => client.scores(NFL)));
  expect(client.freeAtMs(NOW_MS)).toBe(NOW_MS + 2_000);
  const asked = venue.asked.length;
  expect(await client.scores(NFL)).toMatchObject({ kind: 'failed', code: 'rate_limited' });
  expect(venue.asked).toHaveLength(asked);
});
