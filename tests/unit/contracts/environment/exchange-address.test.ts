import { describe, expect, it } from 'vitest';
import { SignedHttpTransport } from '../../../../shared/adapters/kalshi/signed-http-transport.ts';
import { STAGES } from '../../../../shared/contracts/config.ts';
import {
  refusedAddress,
  venueAt,
} from '../../../../shared/contracts/environment/exchange-address.ts';
import { ed25519Signer } from '../../../support/venue-client.ts';

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

  it.each([
    ['http://127.0.0.1:4000/trade-api/v2', false],
    ['ws://localhost:4000/trade-api/ws/v2', false],
    ['http://[::1]:4000/trade-api/v2', false],
    ['http://external-api.kalshi.com/trade-api/v2', true],
    ['ws://external-api-ws.demo.kalshi.co/trade-api/ws/v2', true],
    ['http://127.0.0.1.example.net/trade-api/v2', true],
    ['http://10.0.0.4:4000/trade-api/v2', true],
    [REAL, false],
  ])('%s goes in the clear over a network: %s', (url, isRefused) => {
    const told = STAGES.map((stage) => refusedAddress(stage, url) ?? '');
    expect(told.every((why) => why.startsWith('is not encrypted'))).toBe(isRefused);
    const options = {
      restUrl: url.replace(/^ws/, 'http'),
      signer: ed25519Signer,
      nowMs: () => 0,
      timeoutMs: 1,
    };
    const open = () => new SignedHttpTransport(options).close();
    if (isRefused) expect(open).toThrow('not encrypted');
    else expect(open).not.toThrow();
  });
});
