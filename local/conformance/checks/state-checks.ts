import { decodeExchangeStatus } from '../../../shared/adapters/kalshi/wire/exchange-schedule.ts';
import type { ExchangeError } from '../../../shared/adapters/kalshi/wire/exchange-error.ts';
import { UNCONFIRMED } from '../../../shared/simulator/exchange/unconfirmed-codes.ts';
import { unseen, whether, type Check, type Finding } from '../check.ts';
import type { ProbedExchange } from '../probed-exchange.ts';
import { assumedText, refusedAs } from './looks.ts';

/** Runs something in a pause: one that we make where we can, else one that is there. */
async function inPause(
  { ask, world }: ProbedExchange,
  pause: 'trading' | 'exchange',
  run: () => Promise<Finding>,
): Promise<Finding> {
  if (world !== null) return world.paused(pause, run);
  const { json } = await ask({ method: 'GET', path: '/exchange/status' });
  const isPaused =
    pause === 'exchange'
      ? json['exchange_active'] === false
      : json['exchange_active'] === true && json['trading_active'] === false;
  return isPaused
    ? run()
    : unseen(
        pause === 'trading'
          ? 'trading is not paused: run it on a Thursday from 03:00 to 05:00 US Eastern'
          : 'the exchange is not paused',
      );
}

function pausedCheck(name: string, pause: 'trading' | 'exchange', assumed: ExchangeError): Check {
  return {
    name,
    question: `How is an order refused while ${pause === 'trading' ? 'trading' : 'the exchange'} is paused?`,
    assumed: assumedText(assumed),
    need: 'orders',
    probe: async (exchange) => {
      const market = await exchange.markets.quiet();
      return inPause(exchange, pause, async () =>
        refusedAs((await exchange.orders.send(market)).answer, assumed),
      );
    },
  };
}

const statusInPause: Check = {
  name: 'status-in-maintenance',
  question: 'What is the body of the status while the exchange is paused?',
  assumed: 'the same as at other times, whatever the HTTP code',
  need: 'reads',
  probe: (exchange) =>
    inPause(exchange, 'exchange', async () => {
      const answer = await exchange.ask({ method: 'GET', path: '/exchange/status' });
      const decoded = decodeExchangeStatus(answer.text);
      return decoded.kind === 'refused'
        ? whether(false, `${answer.status}, unreadable: ${decoded.detail}`)
        : whether(!decoded.status.exchangeActive, `${answer.status} with the usual body`);
    }),
};

export const stateChecks: readonly Check[] = [
  pausedCheck('trading-paused', 'trading', UNCONFIRMED.tradingPaused),
  pausedCheck('exchange-paused', 'exchange', UNCONFIRMED.exchangePaused),
  statusInPause,
];
