import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../scripts/program.ts';
import { ED25519_KEY } from '../../support/venue-client.ts';

async function typed(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const status = await runCommandLine(['conformance', ...args], {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    environment,
    start: () => Promise.resolve(0),
    exchange: () => Promise.resolve(0),
    oddsFeed: () => Promise.resolve(0),
  });
  return { status, out, err };
}

const KEY = {
  KALSHI_DEMO_KEY_ID: 'id-of-a-key',
  KALSHI_DEMO_PRIVATE_KEY: ED25519_KEY.privateKeyPem,
};

describe('fairline conformance', () => {
  it.each([
    [
      ['--env', 'demo', '--rest', 'https://external-api.kalshi.com/trade-api/v2'],
      'external-api.kalshi.com',
    ],
    [
      ['--env', 'demo', '--ws', 'wss://api.elections.kalshi.com/trade-api/ws/v2'],
      'api.elections.kalshi.com',
    ],
    [
      [
        '--env',
        'sim',
        '--rest',
        'https://api.elections.kalshi.com/trade-api/v2',
        '--ws',
        'ws://127.0.0.1:1/',
      ],
      'api.elections.kalshi.com',
    ],
    [['--env', 'prod', '--yes-place-orders'], '--yes-place-orders'],
    [['--env', 'prod'], 'There is no key id'],
    [['--env', 'live'], '--env is "live"'],
    [['--env', 'sim', '--only', 'nothing'], '--only is "nothing"'],
    [['--env', 'sim', '--rest', 'http://127.0.0.1:1/'], '--ws is not there'],
  ])('%j is refused, and says why', async (args, says) => {
    const { status, out, err } = await typed(args, KEY);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(says);
    expect(err).toContain('Allowed: ');
  });

  it('without credentials says where they are looked for', async () => {
    const { status, err } = await typed(['--env', 'demo']);
    expect(status).toBe(2);
    expect(err).toContain('KALSHI_DEMO_KEY_ID');
  });
});
