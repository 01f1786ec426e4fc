import { tradeFee } from '../../../shared/domain/market/fees.ts';
import { decodeBalance } from '../../../shared/adapters/kalshi/wire/portfolio.ts';
import { decodeSettlementsPage } from '../../../shared/adapters/kalshi/wire/portfolio.ts';
import { STANDARD_FEES } from '../../../shared/domain/market/fee-schedule.ts';
import { parseContracts } from '../../../shared/domain/money/contracts.ts';
import { parsePrice } from '../../../shared/domain/money/price.ts';
import { TIERS } from '../../../shared/simulator/exchange/rate-limiter.ts';
import { NotNow, unseen, whether, type Check } from '../check.ts';
import { isFields, listIn, refusalText, textIn } from '../probed-exchange.ts';

/** Demo authentication end to end, with the streams' below. */
const signedRead: Check = {
  name: 'signed-read',
  question: 'Is a signed read of the balance let in, and can it be read?',
  assumed: '200, with the cash of each shard',
  need: 'reads',
  probe: async ({ ask, keyKind }) => {
    const answer = await ask({ method: 'GET', path: '/portfolio/balance' });
    if (answer.status !== 200) return whether(false, refusalText(answer));
    const decoded = decodeBalance(answer.text, 0);
    return decoded.kind === 'refused'
      ? whether(false, `unreadable: ${decoded.detail}`)
      : whether(true, `200 with an ${keyKind} key, ${decoded.balances.length} shards`);
  },
};

const ed25519: Check = {
  name: 'ed25519-encoding',
  question: 'Is an Ed25519 signature taken as 64 raw bytes in base64?',
  assumed: 'yes',
  need: 'reads',
  probe: async ({ ask, askWithOtherKey, keyKind }) => {
    const signed = keyKind === 'ed25519' ? ask : askWithOtherKey;
    if (signed === null) return unseen('the key is an RSA key: run it with an Ed25519 key');
    const answer = await signed({ method: 'GET', path: '/portfolio/balance' });
    return whether(answer.status === 200, refusalText(answer));
  },
};

const burst: Check = {
  name: 'burst-seconds',
  question: 'How many seconds of tokens does a bucket hold?',
  assumed: 'one of the Basic tier, three above it',
  need: 'reads',
  probe: async ({ ask }) => {
    const { json } = await ask({ method: 'GET', path: '/account/limits' });
    const tier = textIn(json, 'usage_tier') ?? 'not said';
    const terms = Object.values(TIERS).find((one) => one.tier === tier.toLowerCase());
    const seconds = ['read', 'write'].map((name) => {
      const bucket = json[name];
      return isFields(bucket)
        ? Number(bucket['bucket_capacity']) / Number(bucket['refill_rate'])
        : Number.NaN;
    });
    const assumed = terms === undefined ? 3 : terms.read.capacity / terms.read.refillPerS;
    const seen = `tier ${tier}: ${seconds.join(' and ')} s`;
    return whether(
      seconds.every((one) => one === assumed),
      seen,
    );
  },
};

const shards: Check = {
  name: 'shards',
  question: 'Which shards are there?',
  assumed: 'none beyond 0, 1, 2 and 3',
  need: 'reads',
  probe: async ({ ask, markets }) => {
    const { json } = await ask({ method: 'GET', path: '/exchange/status' });
    const told = listIn(json, 'exchange_index_statuses').map((row) =>
      isFields(row) ? Number(row['exchange_index']) : Number.NaN,
    );
    const known = [...new Set([...told, ...(await markets.cash()).keys()])].toSorted(
      (a, b) => a - b,
    );
    if (known.length === 0) return unseen('the status names no shard');
    return whether(
      known.every((shard) => shard >= 0 && shard <= 3),
      `shards ${known.join(', ')}`,
    );
  },
};

const settlements: Check = {
  name: 'settlement-records',
  question: 'Can settlement records be read?',
  assumed: 'counts and costs as texts, revenue and value in whole cents',
  need: 'reads',
  probe: async ({ ask, world }) => {
    if (world !== null) await world.settle(world.spareMarket);
    const answer = await ask({
      method: 'GET',
      path: '/portfolio/settlements',
      query: { limit: '100' },
    });
    if (answer.status !== 200) return whether(false, refusalText(answer));
    const rows = listIn(answer.json, 'settlements').length;
    if (rows === 0) return unseen('the account has no settlement');
    const decoded = decodeSettlementsPage(answer.text);
    return decoded.kind === 'refused'
      ? whether(false, decoded.detail)
      : whether(true, `${rows} records`);
  },
};

const tradeIds: Check = {
  name: 'trade-ids',
  question: 'Has a fill the id of the public trade?',
  assumed: 'yes, and so has the fill of the other side',
  need: 'reads',
  probe: async ({ ask }) => {
    const fills = await ask({ method: 'GET', path: '/portfolio/fills', query: { limit: '1' } });
    const [fill] = listIn(fills.json, 'fills');
    const ticker = textIn(fill, 'market_ticker') ?? textIn(fill, 'ticker');
    const tradeId = textIn(fill, 'trade_id');
    if (ticker === null || tradeId === null) return unseen('the account has no fill');
    const at = Math.floor(Date.parse(textIn(fill, 'created_time') ?? '') / 1_000);
    const trades = await ask({
      method: 'GET',
      path: '/markets/trades',
      query: { ticker, min_ts: String(at - 2), max_ts: String(at + 2), limit: '1000' },
    });
    const ids = listIn(trades.json, 'trades').map((trade) => textIn(trade, 'trade_id'));
    return whether(ids.includes(tradeId), `${ids.length} trades of that moment`);
  },
};

const averageFee: Check = {
  name: 'average-fee',
  question: 'How is average_fee_paid of an order rounded?',
  assumed: 'the fees of its fills by its contracts, to the nearest $0.0001',
  need: 'orders',
  probe: async ({ ask, markets, orders, timers, world }) => {
    if (world === null)
      return unseen('it is told of an order that trades, and this command makes none');
    const market = await markets.withoutBids();
    // Three contracts in orders of a third: more fills than one, and a rest to round.
    world.offer(market.ticker, { price: '0.0700', count: '0.33', orders: 3 });
    const { answer, orderId } = await orders.send(market, {
      price: 700,
      fields: {
        time_in_force: 'immediate_or_cancel',
        expiration_time: undefined,
        post_only: undefined,
      },
    });
    const average = textIn(answer.json, 'average_fee_paid');
    const filled = Number(textIn(answer.json, 'fill_count'));
    if (orderId === null || average === null || filled === 0)
      return unseen(`the order did not trade: ${refusalText(answer)}`);
    const feesOf = async (): Promise<number> => {
      const { json } = await ask({
        method: 'GET',
        path: '/portfolio/fills',
        query: { order_id: orderId, limit: '100' },
      });
      return listIn(json, 'fills').reduce(
        (sum: number, fill) => sum + Math.round(Number(textIn(fill, 'fee_cost')) * 1_000_000),
        0,
      );
    };
    let fees = await feesOf();
    // Reads lag behind writes.
    for (let look = 0; look < 10 && fees === 0; look += 1) {
      await timers.sleep(100);
      fees = await feesOf();
    }
    if (fees === 0) throw new NotNow('its fills were not readable yet');
    const nearest = (Math.round(fees / filled / 100) / 10_000).toFixed(4);
    return whether(average === nearest, `${average}, nearest is ${nearest}`);
  },
};

const fees: Check = {
  name: 'fee-formula',
  question: 'Is the fee of a fill what our formula gives, to one unit of $0.0001?',
  assumed: 'rounded up to 1e-6, the change of cash floored to 1e-4; standard series only',
  need: 'reads',
  probe: async ({ ask }) => {
    const { json } = await ask({
      method: 'GET',
      path: '/portfolio/fills',
      query: { limit: '200' },
    });
    let compared = 0;
    let worst = 0;
    for (const fill of listIn(json, 'fills')) {
      const price = parsePrice(textIn(fill, 'yes_price_dollars') ?? '');
      const count = parseContracts(textIn(fill, 'count_fp') ?? '');
      const charged = Number(textIn(fill, 'fee_cost')) * 1_000_000;
      if (typeof price !== 'number' || typeof count !== 'number' || !isFields(fill)) continue;
      // Free of charge is a maker, a waiver or a series of another schedule.
      if (fill['is_taker'] !== true || charged === 0) continue;
      const ours = tradeFee({ role: 'taker', price, count, schedule: STANDARD_FEES });
      compared += 1;
      worst = Math.max(worst, Math.abs(charged - ours));
    }
    if (compared === 0) return unseen('the account has no fill as a taker');
    return whether(worst <= 100, `${compared} fills, apart by at most ${worst} micro-dollars`);
  },
};

export const accountChecks: readonly Check[] = [
  signedRead,
  ed25519,
  burst,
  shards,
  settlements,
  averageFee,
  tradeIds,
  fees,
];
