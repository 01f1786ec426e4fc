import { setImmediate } from 'node:timers/promises';
import { startExchangeServer } from '../../local/venues/exchange-server.ts';
import { VirtualMarketStream } from '../../local/virtual/virtual-streams.ts';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { formatContracts, contracts } from '../../shared/domain/money/contracts.ts';
import { formatPrice, price } from '../../shared/domain/money/price.ts';
import { NO_FAULTS } from '../../shared/simulator/faults/fault-plan.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { IOC, openDesk, TICKER, type Desk } from '../support/exchange-desk.ts';
import { machineTimers } from '../support/stream-log.ts';
import { aMarket, NOON } from '../support/trade-builders.ts';
import { ACCOUNTS_OF_US, rsaSigner, stillTimers } from '../support/venue-client.ts';
import {
  marketStreamContract,
  marketStreamWorldContract,
  type StreamWorld,
} from './market-stream-contract.ts';

const OTHER = 'KXNFLGAME-26NOV22-BUF';
const MAX_FRAME_BYTES = 1_000_000;

function bookedDesk(): Desk {
  const desk = openDesk();
  desk.exchange.addMarket(aMarket({ ticker: OTHER }), desk.nowMs());
  for (const ticker of [TICKER, OTHER]) {
    desk.accept('them', { ticker, side: 'bid', price: '0.5000', count: '100.00' });
    desk.accept('them', { ticker, side: 'ask', price: '0.5200', count: '100.00' });
  }
  return desk;
}

/** What happens at an exchange whose stream is followed. */
function happenings(
  desk: Desk,
): Pick<StreamWorld, 'market' | 'otherMarket' | 'take' | 'deactivate'> {
  let taken = 0;
  return {
    market: TICKER,
    otherMarket: OTHER,
    take: (ticker, at, count) => {
      taken += 1;
      const clientOrderId = `taken-${taken}`;
      desk.accept('us', {
        ...IOC,
        ticker,
        client_order_id: clientOrderId,
        side: 'bid',
        price: formatPrice(price(at)),
        count: formatContracts(contracts(count)),
      });
      return clientOrderId;
    },
    deactivate: (ticker) => void desk.exchange.deactivate(ticker, desk.nowMs()),
  };
}

function inMemory(): Promise<StreamWorld> {
  const desk = bookedDesk();
  const scheduler = new Scheduler({ startMs: NOON });
  const stream = new VirtualMarketStream({
    exchange: desk.exchange,
    account: 'us',
    scheduler,
    rng: seededRng(3),
    faults: NO_FAULTS,
    maxFrameBytes: MAX_FRAME_BYTES,
  });
  const deliver = async (): Promise<void> => {
    desk.wait(1_000);
    scheduler.after(1_000, 'time passes', () => {});
    await scheduler.run({ untilMs: scheduler.nowMs() + 1_000, turn: setImmediate });
  };
  return Promise.resolve({
    ...happenings(desk),
    stream,
    deliver,
    drop: () => {
      stream.drop();
      stream.restore();
    },
  });
}

async function overSockets(): Promise<StreamWorld> {
  const desk = bookedDesk();
  const server = await startExchangeServer({
    exchange: desk.exchange,
    accounts: ACCOUNTS_OF_US,
    timers: stillTimers(desk.nowMs),
    port: 0,
  });
  const stream = new KalshiMarketStream({
    wsUrl: server.wsUrl,
    signer: (request) => rsaSigner({ ...request, nowMs: desk.nowMs() }),
    timers: machineTimers(),
    random: () => 0.5,
    maxFrameBytes: MAX_FRAME_BYTES,
    backoff: { leastMs: 0, baseMs: 10, mostMs: 10 },
  });
  return {
    ...happenings(desk),
    stream,
    deliver: () => new Promise((resolve) => void setTimeout(resolve, 5)),
    drop: server.dropStreams,
    close: server.close,
  };
}

marketStreamContract('the virtual world’s', inMemory);
marketStreamWorldContract('the virtual world’s', inMemory);
marketStreamContract('Kalshi over sockets', overSockets);
marketStreamWorldContract('Kalshi over sockets', overSockets);
