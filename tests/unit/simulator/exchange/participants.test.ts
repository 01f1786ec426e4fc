import { describe, expect, it } from 'vitest';
import { wantedQuotes } from '../../../../shared/simulator/exchange/maker-quotes.ts';
import { MispricingProcess } from '../../../../shared/simulator/exchange/mispricing.ts';
import {
  DEFAULT_MAKERS,
  MarketMakers,
  Takers,
  type CrowdMarket,
} from '../../../../shared/simulator/exchange/participants.ts';
import { SimExchange } from '../../../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const MINUTE = 60_000;
const TICKER = aMarket().ticker;

type Evening = {
  readonly exchange: SimExchange;
  readonly frames: readonly string[];
  /** Distance of the mid from the truth in cents and the spread, each minute with a two-sided book. */
  readonly looks: readonly { readonly off: number; readonly spread: number }[];
};

/** One market whose game starts after half an hour, driven for `minutes`; the truth steps every minute. */
function playEvening(seed: number, minutes: number, truthAt: (minute: number) => number): Evening {
  const rng = seededRng(seed);
  const exchange = new SimExchange({ rng: rng.fork('reads') });
  const markets: CrowdMarket[] = [{ market: aMarket(), startTimeMs: NOON + 30 * MINUTE }];
  exchange.addMarket(aMarket(), NOON);
  const frames: string[] = [];
  exchange.subscribe(
    (frame) => void frames.push(frame),
    { account: 'us', channels: ['orderbook_delta', 'trade'], markets: [TICKER], useYesPrice: true },
    NOON,
  );
  const makers = new MarketMakers({ exchange, markets, rng: rng.fork('makers'), startMs: NOON });
  const takers = new Takers({ exchange, markets, rng: rng.fork('takers'), startMs: NOON });
  const looks: { off: number; spread: number }[] = [];
  let makersAt: number | null = NOON;
  let takersAt: number | null = NOON;
  let lookAt = NOON + MINUTE;
  const endMs = NOON + minutes * MINUTE;
  let nowMs = NOON;
  const truthOf = (): number => truthAt((nowMs - NOON) / MINUTE);
  for (;;) {
    nowMs = Math.min(makersAt ?? endMs, takersAt ?? endMs, lookAt);
    if (nowMs >= endMs) break;
    if (nowMs === makersAt) makersAt = makers.step(nowMs, truthOf);
    if (nowMs === takersAt) takersAt = takers.step(nowMs, truthOf);
    if (nowMs !== lookAt) continue;
    lookAt += MINUTE;
    const { engine } = exchange.floor.listing(TICKER)!;
    const bid = engine.best('bid');
    const ask = engine.best('ask');
    if (bid === null || ask === null) continue;
    looks.push({
      off: (bid.price + ask.price) / 200 - truthOf() * 100,
      spread: (ask.price - bid.price) / 100,
    });
  }
  return { exchange, frames, looks };
}

const framesOf = (seed: number): readonly string[] => playEvening(seed, 45, () => 0.5).frames;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('market makers and takers', () => {
  it('keep a two-sided market of a few cents around the truth', () => {
    const { looks } = playEvening(1, 120, () => 0.6);
    expect(looks.length).toBeGreaterThan(100);
    expect(mean(looks.map(({ spread }) => spread))).toBeGreaterThan(1);
    expect(mean(looks.map(({ spread }) => spread))).toBeLessThan(5);
    expect(mean(looks.map(({ off }) => Math.abs(off)))).toBeLessThan(3);
  });

  it('are wrong by more than the grid at times: there is something to find', () => {
    const { looks } = playEvening(2, 120, () => 0.5);
    expect(Math.max(...looks.map(({ off }) => Math.abs(off)))).toBeGreaterThan(1);
  });

  it('follow the truth when it jumps during the game', () => {
    const { looks } = playEvening(3, 120, (minute) => (minute < 60 ? 0.4 : 0.7));
    const late = looks.slice(-40);
    expect(mean(late.map(({ off }) => Math.abs(off)))).toBeLessThan(4);
  });

  it('trade more once the game is on', () => {
    const { frames } = playEvening(4, 60, () => 0.5);
    const trades = frames.filter((frame) => frame.includes('"type":"trade"'));
    const early = trades.filter((frame) => {
      const { msg } = JSON.parse(frame) as { msg: { ts_ms: number } };
      return msg.ts_ms < NOON + 30 * MINUTE;
    });
    expect(trades.length - early.length).toBeGreaterThan(2 * early.length);
  });

  it('lose no money between them but fees', () => {
    const { exchange } = playEvening(5, 60, () => 0.5);
    const { deposits, cash, collateral, fees } = exchange.totals();
    expect(cash + collateral + fees).toBe(deposits);
    expect(fees).toBeGreaterThan(0);
  });

  it('are remembered by nobody, so that a season fits into memory', () => {
    const { exchange } = playEvening(6, 60, () => 0.5);
    expect(exchange.truth('maker-1').orders).toEqual([]);
    expect(exchange.truth('maker-1').fills).toEqual([]);
  });

  it('do the same for the same seed and something else for another', () => {
    expect(framesOf(7)).toEqual(framesOf(7));
    expect(framesOf(8)).not.toEqual(framesOf(7));
  });

  it('leave a market that has its result', () => {
    const { exchange } = playEvening(9, 10, () => 0.5);
    const markets: CrowdMarket[] = [{ market: aMarket(), startTimeMs: NOON }];
    const rng = seededRng(9);
    const startMs = NOON + 10 * MINUTE;
    exchange.determine(TICKER, { kind: 'yes' }, startMs);
    const makers = new MarketMakers({ exchange, markets, rng, startMs });
    const takers = new Takers({ exchange, markets, rng, startMs });
    expect(makers.step(startMs + 10 * MINUTE, () => 1)).toBeNull();
    expect(takers.step(startMs + 10 * MINUTE, () => 1)).toBeNull();
  });
});

describe('quotes of a maker', () => {
  it('stand below and above the belief, on the grid, best first', () => {
    expect(wantedQuotes(0.5, 0, aMarket(), DEFAULT_MAKERS)).toEqual([
      { side: 'bid', price: 4_800 },
      { side: 'ask', price: 5_200 },
      { side: 'bid', price: 4_700 },
      { side: 'ask', price: 5_300 },
      { side: 'bid', price: 4_600 },
      { side: 'ask', price: 5_400 },
    ]);
  });

  it('lean against the inventory', () => {
    const long = wantedQuotes(0.5, 80_000, aMarket(), DEFAULT_MAKERS);
    expect(long.find(({ side }) => side === 'ask')?.price).toBe(5_000);
    expect(long.find(({ side }) => side === 'bid')?.price).toBe(4_600);
  });

  it('are fewer near certainty, where no price is left', () => {
    const quotes = wantedQuotes(0.995, 0, aMarket(), DEFAULT_MAKERS);
    expect(quotes.every(({ side }) => side === 'bid')).toBe(true);
  });
});

describe('mispricing', () => {
  it('has the stated deviation and half-life', () => {
    const params = { deviation: 0.02, halfLifeMs: 600_000 };
    const firsts: number[] = [];
    const products: number[] = [];
    for (let seed = 0; seed < 4_000; seed += 1) {
      const process = new MispricingProcess(params, seededRng(seed));
      const now = process.at(0, 0.5);
      firsts.push(now * now);
      products.push(now * process.at(600_000, 0.5));
    }
    expect(Math.sqrt(mean(firsts))).toBeCloseTo(0.02, 3);
    expect(mean(products) / mean(firsts)).toBeCloseTo(0.5, 1);
  });
});
