import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoTokenBudget } from '../../shared/adapters/aws/dynamo-token-budget.ts';
import { batchRoomOf } from '../../shared/adapters/kalshi/batch-room.ts';
import { CachedReads } from '../../shared/adapters/kalshi/cached-reads.ts';
import { KalshiAccount } from '../../shared/adapters/kalshi/kalshi-account.ts';
import { KalshiCalendar } from '../../shared/adapters/kalshi/kalshi-calendar.ts';
import { KalshiCatalogue } from '../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { KalshiOrderGroups } from '../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { KalshiQuoting } from '../../shared/adapters/kalshi/kalshi-quoting.ts';
import { RateLimitedTransport } from '../../shared/adapters/kalshi/rate-limited-transport.ts';
import { requestSigner, type SigningKey } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { guardedBy, watched } from '../../shared/adapters/kalshi/watched-transport.ts';
import { MemoryTokenBudget } from '../../shared/adapters/memory/memory-token-budget.ts';
import { ExchangeCallWatch } from '../../shared/application/watch-exchange-calls.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';
import { ClockOffsetEstimator, sampleOfDate } from '../../shared/domain/feeds/clock-offset.ts';
import type { HotStore } from '../../shared/ports/hot-store.ts';
import type { MarketStream } from '../../shared/ports/streams.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { FeederChecks, FeederParts, ReadCounts } from './feeder-parts.ts';

/** Books, markets and events, and all that is told of our own account. */
const CHANNELS = [
  'orderbook_delta',
  'market_lifecycle_v2',
  'fill',
  'user_orders',
  'market_positions',
  'order_group_updates',
] as const;
/** From a storm of failed calls to its cause. */
const CALLS_EVERY_MS = 1_000;

export type ExchangeParts = {
  readonly exchange: KalshiExchange;
  readonly catalogue: KalshiCatalogue;
  readonly groups: KalshiOrderGroups;
  readonly quoting: NonNullable<FeederParts['quoting']>;
  readonly checks: FeederChecks;
  readonly newStream: () => MarketStream;
  /** Forgets what reads of the catalogue keep for a while. */
  readonly forget: () => void;
  /** How those reads were had since the process began. */
  readonly cachedReads: () => ReadCounts;
};

/** The exchange over its deployed adapters: one budget of requests, one watch over its calls, one clock beside ours. */
export function composeExchange(world: {
  readonly variable: (name: VariableName) => string;
  readonly key: SigningKey;
  readonly domain: DomainConfig;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  readonly store: HotStore;
  readonly dynamo: DynamoDBClient;
}): ExchangeParts {
  const { variable, key, domain, timers, telemetry, store, dynamo } = world;
  const signer = requestSigner(key);
  const tablePrefix = variable('TABLE_PREFIX');
  const exchangeClock = new ClockOffsetEstimator();
  const calls = new ExchangeCallWatch({ store, clock: timers, telemetry });
  const signed = new SignedHttpTransport({
    restUrl: variable('KALSHI_REST_URL'),
    signer,
    nowMs: () => timers.nowMs(),
    timeoutMs: domain.execution.submitTimeoutMs,
    onDated: (answer) => {
      const sample = sampleOfDate(answer);
      if (sample !== null) exchangeClock.observe(sample);
    },
  });
  const limited = new RateLimitedTransport({
    inner: watched(signed, calls, () => timers.nowMs()),
    budget: new DynamoTokenBudget({ client: dynamo, tablePrefix, account: domain.account }),
    alone: new MemoryTokenBudget(),
    clock: timers,
    random: Math.random,
    shared: true,
    count: (metric, by) => telemetry.count(metric, by),
  });
  const rates = guardedBy(limited, calls, () => timers.nowMs());
  lookAtCalls(timers, calls, telemetry);
  const waits = { sleep: (ms: number) => timers.sleep(ms), random: Math.random };
  const exchange = new KalshiExchange(rates, undefined, waits, () => timers.nowMs());
  const cached = new CachedReads({
    inner: rates,
    nowMs: () => timers.nowMs(),
    onRead: (outcome) => telemetry.count(`kalshi.cache.${outcome}`, 1),
  });
  const catalogue = new KalshiCatalogue({
    transport: cached,
    waits,
    onUnknownField: (object, field) => telemetry.count(`kalshi.unknown.${object}.${field}`, 1),
    onRefused: () => telemetry.count('kalshi.rows_refused', 1),
  });
  return {
    exchange,
    catalogue,
    groups: new KalshiOrderGroups(rates, { waits }),
    quoting: new KalshiQuoting({
      transport: rates,
      nowMs: () => timers.nowMs(),
      batchRoom: () => batchRoomOf(limited.limits.write),
      waits,
    }),
    checks: {
      calendar: new KalshiCalendar(rates, (detail) =>
        telemetry.log('warn', 'exchange_schedule_unread', { detail }),
      ),
      account: exchange,
      books: catalogue,
      fees: catalogue,
      key: { id: key.keyId, of: new KalshiAccount(rates, waits) },
      clockOffset: (nowMs) => exchangeClock.estimate(nowMs),
      healAfterMs: domain.risk.healAfterMs,
    },
    newStream: () =>
      new KalshiMarketStream({
        wsUrl: variable('KALSHI_WS_URL'),
        signer,
        timers,
        random: Math.random,
        maxFrameBytes: domain.feeds.maxFrameBytes,
        silentAfterMs: domain.feeds.silentAfterMs,
        channels: CHANNELS,
        monotonicMs: () => performance.now(),
        onUnknownField: (type, field) => telemetry.count(`kalshi.unknown.${type}.${field}`, 1),
      }),
    forget: () => cached.clear(),
    cachedReads: () => cached.reads,
  };
}

/** Writes what was seen of the calls, again and again. A write that fails is tried again with the next look. */
function lookAtCalls(timers: Timers, calls: ExchangeCallWatch, telemetry: Telemetry): void {
  timers.after(CALLS_EVERY_MS, 'calls to the exchange', async () => {
    try {
      await calls.look();
    } catch (error) {
      telemetry.log('error', 'exchange_calls_not_written', {
        error: error instanceof Error ? error.name : typeof error,
      });
    }
    lookAtCalls(timers, calls, telemetry);
  });
}
