import { describe, expect, it } from 'vitest';
import { STAGES } from '../../../../shared/contracts/config.ts';
import {
  refusedAddress,
  venueAt,
} from '../../../../shared/contracts/environment/exchange-address.ts';

const REAL = 'https://external-api.kalshi.com/trade-api/v2';
const DEMO = 'https://external-api.demo.kalshi.co/trade-api/v2';
const LOCAL = 'http://127.0.0.1:4000/trade-api/v2';

describe('an address of the exchange', () => {
  it.each([
    [REAL, 'real'],
    ['wss://external-api-ws.kalshi.com/trade-api/ws/v2', 'real'],
    ['https://api.elections.kalshi.com/trade-api/v2', 'real'],
    ['https://API.ELECTIONS.KALSHI.COM./trade-api/v2', 'real'],
    [DEMO, 'demo'],
    ['https://demo-api.kalshi.co/trade-api/v2', 'demo'],
    [LOCAL, 'other'],
    ['https://kalshi.com.example.net/trade-api/v2', 'other'],
    ['https://notkalshi.com/trade-api/v2', 'other'],
  ])('%s is of %s money', (url, venue) => {
    expect(venueAt(url)).toBe(venue);
  });

  it.each([
    ['real', REAL, ['live']],
    ['demo', DEMO, ['replay', 'paper', 'demo']],
    ['simulated', LOCAL, ['replay', 'paper', 'demo']],
  ])('of %s money may be used by its own stages alone', (_, url, allowed) => {
    expect(STAGES.filter((stage) => refusedAddress(stage, url) === null)).toEqual(allowed);
  });
});
