import { describe, expect, it } from 'vitest';
import { PowertoolsTelemetry } from '../../../../shared/adapters/aws/powertools-telemetry.ts';
import type { LogFields, LogLevel } from '../../../../shared/ports/telemetry.ts';
import { telemetryContract } from '../../../contract/telemetry-contract.ts';

type Line = Readonly<Record<string, unknown>>;

function hosted(): {
  readonly telemetry: PowertoolsTelemetry;
  readonly lines: () => readonly Line[];
} {
  const written: string[] = [];
  const write = (line: string): void => {
    written.push(line);
  };
  const telemetry = new PowertoolsTelemetry({ service: 'place-order', write });
  return { telemetry, lines: () => written.map((line) => JSON.parse(line) as Line) };
}

telemetryContract('Powertools', () => {
  const { telemetry, lines } = hosted();
  return {
    telemetry,
    lines: () =>
      lines().map(({ level, message, fields }) => ({
        level: String(level).toLowerCase() as LogLevel,
        event: String(message),
        fields: fields as LogFields,
      })),
    count: (metric) => {
      telemetry.flush();
      return lines().reduce((sum, line) => sum + Number(line[metric] ?? 0), 0);
    },
  };
});

describe('Powertools telemetry', () => {
  it('names its function in each line, and what the line belongs to', () => {
    const { telemetry, lines } = hosted();
    telemetry.withCorrelation('message-1').log('warn', 'late', { ageMs: 5 });
    telemetry.log('error', 'later', {});
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'late',
        service: 'place-order',
        correlation_id: 'message-1',
        fields: { ageMs: 5 },
      }),
      expect.not.objectContaining({ correlation_id: expect.anything() }),
    ]);
  });

  it('keeps the level of fields and event apart from its own', () => {
    const { telemetry, lines } = hosted();
    telemetry.log('info', 'game', { level: 'pro', message: 'none', service: 'tennis' });
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'game', service: 'place-order' }),
    ]);
    expect(lines()[0]?.['fields']).toEqual({ level: 'pro', message: 'none', service: 'tennis' });
  });

  it('writes counts as embedded metrics when it is flushed, once', () => {
    const { telemetry, lines } = hosted();
    telemetry.count('submit.accepted', 1);
    telemetry.withCorrelation('m').count('submit.accepted', 2);
    telemetry.log('critical', 'mismatch', {});
    expect(lines()).toHaveLength(1);
    telemetry.flush();
    telemetry.flush();
    expect(lines().slice(1)).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number) as number,
          CloudWatchMetrics: [
            {
              Namespace: 'Fairline',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'submit.accepted', Unit: 'Count' },
                { Name: 'log.critical', Unit: 'Count' },
              ],
            },
          ],
        },
        service: 'place-order',
        'submit.accepted': 3,
        'log.critical': 1,
      },
    ]);
  });

  it('keeps the functions of one process apart', () => {
    const one = hosted();
    const other = hosted();
    one.telemetry.count('seen', 1);
    other.telemetry.flush();
    one.telemetry.flush();
    expect([one.lines().length, other.lines().length]).toEqual([1, 0]);
  });

  it('splits more metrics than one line may hold', () => {
    const { telemetry, lines } = hosted();
    for (let n = 0; n < 150; n += 1) telemetry.count(`metric-${n}`, 1);
    telemetry.flush();
    expect(lines()).toHaveLength(2);
    expect(lines()[1]?.['metric-149']).toBe(1);
  });

  it('lets no secret through', () => {
    const { telemetry, lines } = hosted();
    const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEhidden\n-----END RSA PRIVATE KEY-----';
    telemetry.log('error', 'connect_failed', {
      address: 'wss://feed.example/api?key=hidden&x=1',
      why: `connect to https://me:hidden@host.example/a?token=hidden failed: Bearer hidden.x.y`,
      privateKeyPem: 'hidden',
      apiKey: 'hidden',
      token: 12_345,
      body: `key is ${pem}, so it is`,
      cut: pem.slice(0, 44),
      market: 'KXNFLGAME-26NOV22-KC',
      place: 'https://host.example/trade-api/v2/orders',
    });
    expect(JSON.stringify(lines())).not.toMatch(/hidden|12345|MIIE/);
    expect(lines()[0]?.['fields']).toEqual({
      address: 'wss://feed.example/api?[redacted]',
      why: 'connect to https://[redacted]@host.example/a?[redacted] failed: Bearer [redacted]',
      privateKeyPem: '[redacted]',
      apiKey: '[redacted]',
      token: '[redacted]',
      body: 'key is [redacted], so it is',
      cut: '[redacted]',
      market: 'KXNFLGAME-26NOV22-KC',
      place: 'https://host.example/trade-api/v2/orders',
    });
  });
});
