import { randomUUID } from 'node:crypto';
import { Configuration, MarketApi, OrdersApi, PortfolioApi } from 'kalshi-typescript';

// The line that `fairline exchange --json` prints.
const { rest, keyId, privateKeyPath } = JSON.parse(process.argv[2]);
const configuration = new Configuration({ basePath: rest, apiKey: keyId, privateKeyPath });
const orders = new OrdersApi(configuration);
const portfolio = new PortfolioApi(configuration);
const market = new MarketApi(configuration);

const ticker = 'KXSIM-1-YES';
const book = (await market.getMarketOrderbook(ticker)).data.orderbook_fp;
console.log('best YES bid', book.yes_dollars.at(-1), 'best NO bid', book.no_dollars.at(-1));

const made = await orders.createOrderV2({
  ticker,
  client_order_id: randomUUID(),
  side: 'bid',
  count: '10.00',
  price: '0.0100',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
});
const id = made.data.order_id;
await orders.amendOrderV2(id, { ticker, side: 'bid', price: '0.0200', count: '10.00' });
console.log('taken off', (await orders.cancelOrderV2(id, undefined, 0)).data.reduced_by);
console.log('cash', (await portfolio.getBalance()).data.balance_dollars);
