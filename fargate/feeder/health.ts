import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import type { FeederStatus } from './feeder.ts';
import { PUSHED_FEEDS } from './connection-watch.ts';
import type { MarketHealth } from './market-health.ts';
import type { MarketLine } from './market-lines.ts';
import type { SourceHealth } from './source-watch.ts';

/** Where the feeder answers, on this machine only. */
export const HEALTH_PORT = 8_690;

const SILENT_AFTER_MS = 30_000;
const HANGS_AFTER_MS = 15_000;
const MAX_DEPTH = 10_000;
const ASK_TIMEOUT_MS = 2_000;

/**
 * `isLive`: the process does its work, and starting it again would not help more; an exchange that is down is no reason
 * to. `isReady`: it leads, hears everything and is heard; `problems` says what is missing.
 */
export type Health = {
  readonly isLive: boolean;
  readonly isReady: boolean;
  readonly problems: readonly string[];
  readonly status: FeederStatus;
};

export function healthOf(status: FeederStatus): Health {
  const problems: string[] = [];
  const { state, feeds, atMs, leaseExpiresAtMs, queueDepth } = status;
  const isLive = state !== 'stopped' && atMs - status.beatMs < HANGS_AFTER_MS;
  if (!isLive) problems.push('it does no work');
  if (state !== 'leading') problems.push(`it is ${state}`);
  else {
    if (leaseExpiresAtMs === null || leaseExpiresAtMs <= atMs) problems.push('its lease ran out');
    if (status.ages?.isBehind === true) problems.push('the exchange’s stream is behind');
    for (const feed of PUSHED_FEEDS) {
      const { connected, lastFrameMs } = feeds[feed] ?? { connected: false, lastFrameMs: null };
      if (!connected) problems.push(`${feed} is not connected`);
      else if (lastFrameMs === null || atMs - lastFrameMs > SILENT_AFTER_MS)
        problems.push(`${feed} is silent`);
    }
    problems.push(...status.sources.flatMap(sourceProblems));
    if (status.killSwitch !== null && status.killSwitch.kind !== 'clean')
      problems.push(
        `cancel_everything is ${status.killSwitch.kind}: ${status.killSwitch.resting} orders were seen resting`,
      );
    if (!status.isRecovered) problems.push('it has not recovered');
    if (queueDepth > MAX_DEPTH) problems.push(`${queueDepth} messages wait to be sent`);
    if (status.recording === 'stopped') problems.push('its recording has stopped');
  }
  return { isLive, isReady: problems.length === 0, problems, status };
}

function sourceProblems({ source, down, coverage }: SourceHealth): readonly string[] {
  if (down !== null) return [`${source} is down: ${down.code}: ${down.detail}`];
  const missing = coverage?.missing ?? [];
  const books = missing.filter(({ game }) => game === null).map(({ book }) => book);
  const lacks = books.length > 0 ? [`${source} says nothing of ${books.join(', ')}`] : [];
  const games = missing.length - books.length;
  return games > 0 ? [...lacks, `${source} lacks ${games} games of books it was asked for`] : lacks;
}

/** Who is asked. */
export type HealthSource = {
  map(): MapReport | null;
  lines(): readonly MarketLine[];
  status(): FeederStatus;
  markets(): readonly MarketHealth[];
};

export type HealthServer = { readonly port: number; readonly close: () => Promise<void> };

/**
 * Answers GET /health on loopback: 200 while the feeder is live, 503 otherwise, with all that is known: the state of
 * its connections and sources, the ages of what the exchange said, and how fresh each market is. GET /lines is what
 * each market would be priced at now, and why not, with how starts of odds feeds stand against the scoreboard's. GET
 * /map is which game each market is about and what shows it.
 */
export function serveHealth(port: number, feeder: HealthSource): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/lines') {
      const { state, epoch, atMs, sources } = feeder.status();
      const starts = feeder.map()?.starts ?? [];
      const now = { state, epoch, atMs, sources, starts, lines: feeder.lines() };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(now)}\n`);
      return;
    }
    if (request.method === 'GET' && request.url === '/map') {
      const report = feeder.map();
      response.writeHead(report === null ? 404 : 200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(report)}\n`);
      return;
    }
    if (request.method !== 'GET' || request.url !== '/health') {
      response.writeHead(404).end();
      return;
    }
    const health = { ...healthOf(feeder.status()), markets: feeder.markets() };
    response.writeHead(health.isLive ? 200 : 503, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(health)}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

const answer = z.looseObject({
  isLive: z.boolean(),
  isReady: z.boolean(),
  problems: z.array(z.string()),
});
export type HealthAnswer = z.infer<typeof answer>;

/** Asks a feeder on this machine how it is. One that does not answer is not live. */
export async function askHealth(port: number = HEALTH_PORT): Promise<HealthAnswer> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, {
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    const read = answer.safeParse(await response.json());
    return read.success ? read.data : notLive('what answers is no feeder');
  } catch {
    return notLive(`nothing answers on port ${port}`);
  }
}

/** What stands for the answer of a feeder that cannot be asked. */
export function notLive(why: string): HealthAnswer {
  return { isLive: false, isReady: false, problems: [why] };
}
