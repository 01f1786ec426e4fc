import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PortUnavailable } from '../../../../local/venues/listen.ts';
import { runExchange, type ExchangeAddress } from '../../../../local/venues/run-exchange.ts';
import { KalshiMarketStream } from '../../../../shared/adapters/kalshi/kalshi-market-stream.ts';
import {
  readPrivateKey,
  requestSigner,
} from '../../../../shared/adapters/kalshi/request-signer.ts';
import { machineTimers, StreamLog } from '../../../support/stream-log.ts';

function begin(port: number, json: boolean): { text: Promise<string>; end: () => Promise<void> } {
  const stop = new AbortController();
  const timers = machineTimers();
  let running: Promise<void> = Promise.resolve();
  const text = new Promise<string>((resolve, reject) => {
    running = runExchange({
      port,
      seed: 5,
      markets: 10,
      rate: 400,
      json,
      timers,
      write: resolve,
      signal: stop.signal,
    });
    running.catch(reject);
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  onTestFinished(async () => {
    stop.abort();
    await running.catch(() => {});
  });
  return { text, end };
}

describe('the exchange alone', () => {
  it('prints an address and a key, and its books move at about the rate', async () => {
    const { text, end } = begin(0, true);
    const line = await text;
    expect(line.endsWith('\n') && line.trim().split('\n')).toHaveLength(1);
    const address = JSON.parse(line) as ExchangeAddress;
    expect(Object.keys(address)).toEqual(['rest', 'ws', 'keyId', 'privateKeyPath']);
    expect(statSync(address.privateKeyPath).mode & 0o777).toBe(0o600);
    const privateKeyPem = readPrivateKey(address.privateKeyPath);
    const listed = (await (
      await fetch(`${address.rest}/markets?series_ticker=KXSIM&status=open`)
    ).json()) as { markets: { ticker: string }[] };
    const tickers = listed.markets.map(({ ticker }) => ticker);
    const log = new StreamLog();
    const stream = new KalshiMarketStream({
      wsUrl: address.ws,
      signer: requestSigner({ keyId: address.keyId, privateKeyPem }),
      timers: machineTimers(),
      random: Math.random,
      maxFrameBytes: 1_000_000,
    });
    onTestFinished(() => stream.close());
    stream.open(
      Array.from({ length: 10 }, (_, index) => `KXSIM-${index + 1}-YES`),
      log.handlers,
    );
    await log.until(
      () => log.events.filter(({ kind }) => kind === 'book_snapshot').length === 10,
      'ten books',
    );
    const deltas = (): number => log.events.filter(({ kind }) => kind === 'book_delta').length;
    const before = deltas();
    const fromMs = performance.now();
    await new Promise((resolve) => {
      setTimeout(resolve, 1_500);
    });
    const perSecond = ((deltas() - before) * 1_000) / (performance.now() - fromMs);
    expect(perSecond).toBeGreaterThan(200);
    expect(perSecond).toBeLessThan(800);
    expect(tickers.length).toBeLessThanOrEqual(10);
    await stream.close();
    await end();
    expect(existsSync(address.privateKeyPath)).toBe(false);
  });

  it('tells people the same in words, and which port is in use', async () => {
    const { text } = begin(0, false);
    const told = await text;
    expect(told).toContain('10 markets of the series KXSIM');
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)\//.exec(told)?.[1]);
    expect(readFileSync(/Private key\s+(\S+)/.exec(told)![1]!, 'utf8')).toContain('PRIVATE KEY');
    await expect(begin(port, true).text).rejects.toThrow(PortUnavailable);
  });
});
