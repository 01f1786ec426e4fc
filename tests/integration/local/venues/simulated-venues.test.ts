import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSimulatedVenues } from '../../../../local/venues/simulated-venues.ts';
import { UnusableState } from '../../../../local/venues/venue-state.ts';
import { scenarioNamed } from '../../../../local/virtual/scenarios.ts';
import { BoltOddsStream } from '../../../../shared/adapters/boltodds/boltodds-stream.ts';
import { KalshiExchange } from '../../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiMarketStream } from '../../../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { requestSigner } from '../../../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../../../shared/adapters/kalshi/signed-http-transport.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import type { OddsEvent } from '../../../../shared/ports/odds-feed.ts';
import type { Exchange, Read } from '../../../../shared/ports/exchange.ts';
import { machineTimers, StreamLog } from '../../../support/stream-log.ts';

const scenario = scenarioNamed('quiet-short-games')!;
const ACCOUNT = { name: 'fairline', openingCash: money(1_000_000_000) };
const FREE = { exchange: 0, odds: 0, scoreboard: 0 };

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairline-venues-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function read<T>(promise: Promise<Read<T>>): Promise<T> {
  const result = await promise;
  if (result.kind !== 'read') throw new Error(result.reason);
  return result.value;
}

type Address = {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly scoreboardUrl: string;
  readonly keyId: string;
  readonly privateKeyPem: string;
  readonly isResumed: boolean;
  readonly endMs: number;
  readonly games: readonly { readonly startTimeMs: number; readonly finalAtMs: number }[];
  readonly markets: readonly string[];
};

function exchangeAt({
  restUrl,
  ...key
}: Pick<Address, 'restUrl' | 'keyId' | 'privateKeyPem'>): Exchange {
  const transport = new SignedHttpTransport({
    restUrl,
    signer: requestSigner(key),
    nowMs: Date.now,
    timeoutMs: 5_000,
  });
  onTestFinished(() => transport.close());
  return new KalshiExchange(transport);
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

describe('a day of games on sockets', () => {
  it('plays from the first quote to the last settlement', async () => {
    const timers = machineTimers();
    const venues = await startSimulatedVenues({
      seed: 11,
      scenario,
      timers,
      factor: 200,
      stateDir: null,
      account: ACCOUNT,
      ports: FREE,
    });
    onTestFinished(() => venues.close());
    const { keyId, privateKeyPem } = venues;
    const books = new StreamLog();
    const stream = new KalshiMarketStream({
      wsUrl: venues.wsUrl,
      signer: requestSigner({ keyId, privateKeyPem }),
      timers,
      random: Math.random,
      maxFrameBytes: 1_000_000,
    });
    onTestFinished(() => stream.close());
    const exchange = exchangeAt(venues);
    // The reads of the exchange are behind: a market is not there at once.
    await expect
      .poll(async () => (await read(exchange.discover('KXNFLGAME'))).length, { timeout: 3_000 })
      .toBe(venues.markets.length);
    const tickers = venues.markets.map(({ market }) => market.ticker);
    stream.open(tickers, books.handlers);
    const odds = new StreamLog<OddsEvent>();
    const feed = new BoltOddsStream({
      wsUrl: venues.oddsUrl,
      token: venues.oddsToken,
      filters: { sports: ['NFL'] },
      gameIdOf: ({ homeTeam, awayTeam }) =>
        venues.games.find((game) => game.home.name === homeTeam && game.away.name === awayTeam)
          ?.gameId ?? null,
      timers,
      random: Math.random,
      maxFrameBytes: 1_000_000,
    });
    onTestFinished(() => feed.close());
    feed.open({ ...odds.handlers, onDown: () => {}, onUp: () => {} });

    await books.until(
      () => books.events.filter(({ kind }) => kind === 'book_delta').length > 20,
      'makers',
      10_000,
    );
    await odds.until(() => odds.events.some(({ kind }) => kind === 'legs'), 'odds', 10_000);
    const ticker = tickers[0]!;
    const order = {
      market: ticker,
      exchangeIndex: 0,
      bookSide: 'bid',
      reduceOnly: false,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
    } as const;
    await expect
      .poll(
        () =>
          exchange.submit({
            ...order,
            clientOrderId: `ours-${Date.now()}`,
            limitPrice: price(9_900),
            count: contracts(500),
          }),
        { timeout: 10_000, interval: 100 },
      )
      .toMatchObject({ kind: 'accepted', filled: 500 });
    const board = `${venues.scoreboardUrl}/football/nfl/scoreboard`;
    const shown = (await (await fetch(board)).json()) as { events: unknown[] };
    expect(shown.events).toHaveLength(venues.games.length);
    const settled = (): number =>
      books.events.filter((event) => event.kind === 'lifecycle' && event.event === 'settled')
        .length;
    await books.until(() => settled() === tickers.length, 'all settled', 30_000);
    expect(Date.now()).toBeLessThanOrEqual(venues.endMs);
    await expect
      .poll(async () => (await read(exchange.settlements({ sinceMs: 0 }))).length)
      .toBe(1);
    const truth = venues.truth();
    expect(truth.settlements).toHaveLength(1);
    expect(truth.positions.size).toBe(0);
    expect([books.refusals, odds.refusals]).toEqual([[], []]);
  }, 60_000);

  it('names the port that is in use, and leaves nothing open', async () => {
    const timers = machineTimers();
    const options = { seed: 1, scenario, timers, factor: 60, stateDir: null, account: ACCOUNT };
    const first = await startSimulatedVenues({ ...options, ports: FREE });
    onTestFinished(() => first.close());
    const taken = Number(new URL(first.oddsUrl).port);
    await expect(
      startSimulatedVenues({ ...options, ports: { ...FREE, odds: taken } }),
    ).rejects.toThrow(`odds feed: port ${taken} of 127.0.0.1 is in use`);
  });

  it('refuses the folder of another script', async () => {
    const stateDir = newFolder();
    const timers = machineTimers();
    const options = { scenario, timers, factor: 60, stateDir, account: ACCOUNT, ports: FREE };
    const first = await startSimulatedVenues({ ...options, seed: 1 });
    await first.close();
    await expect(startSimulatedVenues({ ...options, seed: 2 })).rejects.toThrow(UnusableState);
    await expect(startSimulatedVenues({ ...options, seed: 2 })).rejects.toThrow(
      'these venues play seed 1, not 2',
    );
  });
});

/** The venues in a process of their own. */
async function begin(stateDir: string): Promise<{ address: Address; kill: () => Promise<void> }> {
  const script = join(import.meta.dirname, '../../../support/venues-process.ts');
  const child: ChildProcess = spawn(process.execPath, [script, stateDir, '10'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  const lines = createInterface({ input: child.stdout! });
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the venues ended with ${code}`)));
  });
  return { address: JSON.parse(line) as Address, kill };
}

describe('venues that are killed', () => {
  it('stand where they stood: orders, fills, positions, cash and keys', async () => {
    const stateDir = newFolder();
    const first = await begin(stateDir);
    expect(first.address.isResumed).toBe(false);
    const exchange = exchangeAt(first.address);
    const [market] = first.address.markets;
    const order = {
      market: market!,
      exchangeIndex: 0,
      bookSide: 'bid',
      reduceOnly: false,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
      limitPrice: price(9_900),
      count: contracts(1_000),
    } as const;
    await expect
      .poll(() => exchange.submit({ ...order, clientOrderId: `try-${Date.now()}` }), {
        timeout: 8_000,
        interval: 200,
      })
      .toMatchObject({ kind: 'accepted', filled: 1_000 });
    await exchange.submit({ ...order, clientOrderId: 'last', count: contracts(300) });
    await pause(700);
    const before = {
      orders: await read(exchange.orders({ sinceMs: 0 })),
      fills: await read(exchange.fills({ sinceMs: 0 })),
      positions: await read(exchange.positions()),
      balances: await read(exchange.balances()),
    };
    expect(before.orders.map(({ clientOrderId }) => clientOrderId)).toContain('last');
    await first.kill();
    const killedMs = Date.now();
    appendFileSync(join(stateDir, 'exchange.jsonl'), '["submit",17');
    await pause(1_500);

    const second = await begin(stateDir);
    expect(second.address.isResumed).toBe(true);
    expect(second.address.keyId).toBe(first.address.keyId);
    expect(second.address.privateKeyPem).toBe(first.address.privateKeyPem);
    expect(second.address.markets).toEqual(first.address.markets);
    // The time in which they were down does not pass in the script.
    const shiftMs = second.address.games[0]!.startTimeMs - first.address.games[0]!.startTimeMs;
    expect(shiftMs).toBeGreaterThan(1_200);
    expect(shiftMs).toBeLessThan(Date.now() - killedMs + 250);
    const again = exchangeAt(second.address);
    const after = {
      orders: await read(again.orders({ sinceMs: 0 })),
      fills: await read(again.fills({ sinceMs: 0 })),
      positions: await read(again.positions()),
      balances: await read(again.balances()),
    };
    expect(after).toEqual(before);
    expect(await again.submit({ ...order, clientOrderId: 'last' })).toMatchObject({
      kind: 'rejected',
      code: 'order_already_exists',
    });
    // And the market goes on.
    await expect
      .poll(() => again.submit({ ...order, clientOrderId: `again-${Date.now()}` }), {
        timeout: 8_000,
        interval: 200,
      })
      .toMatchObject({ kind: 'accepted', filled: 1_000 });
    await second.kill();
    expect(statSync(join(stateDir, 'venues.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(stateDir, 'exchange.jsonl'), 'utf8')).not.toContain('["submit",17[');
  }, 60_000);
});
