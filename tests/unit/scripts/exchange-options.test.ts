import { describe, expect, it } from 'vitest';
import { runExchangeCommand, type ExchangeOptions } from '../../../scripts/commands/exchange.ts';
import { UsageError } from '../../../scripts/usage-error.ts';

const refusalOf = async (options: ExchangeOptions): Promise<UsageError> => {
  const error: unknown = await runExchangeCommand(options, {
    stdout: { write: () => true, columns: 80 },
    signals: { on: () => undefined, off: () => undefined },
    nowMs: () => 0,
    exit: () => undefined,
  }).catch((reason: unknown) => reason);
  if (error instanceof UsageError) return error;
  throw error;
};

describe('an option of `fairline exchange` that cannot be used', () => {
  it.each<readonly [ExchangeOptions, RegExp]>([
    [{ port: '70000' }, /--port is "70000".*0 to 65535/s],
    [{ port: '-1' }, /--port is "-1"/],
    [{ seed: 'x' }, /--seed is "x"/],
    [{ markets: '0' }, /--markets is "0".*1 to 5000/s],
    [{ rate: '1e3' }, /--rate is "1e3"/],
    [{ shards: '9' }, /--shards is "9".*1 to 8/s],
    [{ controlPort: 'on' }, /--control-port is "on".*no control API/s],
    [{ tier: 'gold' }, /--tier is "gold".*basic, advanced/s],
    [{ keyType: 'dsa' }, /--key-type is "dsa".*rsa, ed25519/s],
    [{ structures: 'linear_cent,tenths' }, /--structures is "tenths".*deci_cent/s],
    [{ readLag: '500-200' }, /--read-lag is "500-200".*lesser first/s],
    [{ readLag: '1-2-3' }, /--read-lag is "1-2-3"/],
    [{ readLag: '' }, /--read-lag is ""/],
    [{ compression: 'yes' }, /--compression is "yes".*on, off/s],
  ])('%j is told with what is allowed', async (options, told) => {
    expect((await refusalOf(options)).message).toMatch(told);
  });
});
