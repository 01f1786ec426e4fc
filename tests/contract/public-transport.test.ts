import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublicTransport } from '../../shared/adapters/kalshi/public-transport.ts';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';

const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
const server = createServer(({ url, headers }, response) => {
  asked.push({ url, headers });
  const isSeries = url === '/trade-api/v2/series/KXNFLGAME';
  response.writeHead(isSeries ? 200 : 404, { 'content-type': 'application/json' });
  response.end(
    isSeries
      ? JSON.stringify({
          series: {
            ticker: 'KXNFLGAME',
            fee_type: 'quadratic',
            fee_multiplier: 1,
            settlement_sources: [{ name: 'NFL', url: 'https://scores.test/' }],
          },
        })
      : '{"error":{"code":"not_found"}}',
  );
});
let restUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  restUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/trade-api/v2`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe('unsigned reads of the exchange', () => {
  it('carry no key and no signature, and are read as signed ones are', async () => {
    const catalogue = new KalshiCatalogue({
      transport: new PublicTransport({ restUrl, timeoutMs: 1_000 }),
    });
    expect(await catalogue.series('KXNFLGAME')).toMatchObject({
      kind: 'read',
      value: { settlementSources: [{ name: 'NFL', url: 'https://scores.test/' }] },
    });
    expect(await catalogue.series('KXNEVERWAS')).toEqual({ kind: 'read', value: null });
    for (const { headers } of asked)
      expect(Object.keys(headers).filter((name) => /kalshi|auth|cookie/.test(name))).toEqual([]);
  });

  it('say why there is no answer, and write nothing', async () => {
    const gone = new PublicTransport({
      restUrl: 'http://127.0.0.1:1/trade-api/v2',
      timeoutMs: 500,
    });
    const get = { method: 'GET', path: '/markets', query: { limit: '1' }, body: null } as const;
    expect(await gone.request(get)).toEqual({ kind: 'failed', cause: 'connection_reset' });
    await expect(gone.request({ ...get, method: 'POST' })).rejects.toThrow(/without a signature/);
  });
});
