import { describe, expect, it } from 'vitest';
import { feederEnvironment } from '../../../../fargate/feeder/environment.ts';
import { FEEDER_READS } from '../../../../shared/contracts/environment/functions.ts';

const WHOLE: Readonly<Record<string, string>> = {
  FAIRLINE_STAGE: 'demo',
  FAIRLINE_CONFIG: '{}',
  FAIRLINE_NAMESPACE: '6f0f3a3e-52d5-5d0a-9a3b-6c6f2f1d7e11',
  TABLE_PREFIX: 'fairline-demo-',
  KALSHI_REST_URL: 'https://demo-api.kalshi.co/trade-api/v2',
  KALSHI_SECRET_ID: 'fairline-demo-kalshi',
  KALSHI_WS_URL: 'wss://demo-api.kalshi.co/trade-api/ws/v2',
  BOLTODDS_WS_URL: 'wss://spro.agency/api',
  BOLTODDS_SECRET_ID: 'fairline-demo-boltodds',
  SCOREBOARD_URL: 'https://site.api.espn.com/apis/site/v2/sports/football/nfl/scoreboard',
  TICKS_QUEUE_URL: 'https://sqs.us-east-2.amazonaws.com/1/ticks',
  HELD_TICKS_QUEUE_URL: 'https://sqs.us-east-2.amazonaws.com/1/held-ticks',
  ORDER_UPDATES_QUEUE_URL: 'https://sqs.us-east-2.amazonaws.com/1/order-updates',
  BUS_NAME: 'fairline-demo',
  RECORDINGS_BUCKET: 'fairline-demo-recordings',
};

describe('the feeder’s environment', () => {
  it('is read as it is set', () => {
    const variable = feederEnvironment(WHOLE);
    for (const name of FEEDER_READS) expect(variable(name)).toBe(WHOLE[name]);
  });

  it('names every variable that is missing at once', () => {
    let message = '';
    try {
      feederEnvironment({ FAIRLINE_STAGE: 'demo' });
    } catch (error) {
      message = String(error);
    }
    for (const name of FEEDER_READS.filter((one) => one !== 'FAIRLINE_STAGE'))
      expect(message).toContain(`${name} is not set`);
    expect(message).not.toContain('FAIRLINE_STAGE');
  });

  it.each([
    ['FAIRLINE_STAGE', 'production', 'one of replay, paper, demo, live'],
    ['FAIRLINE_CONFIG', '[1]', 'a JSON object'],
    ['KALSHI_WS_URL', 'https://example.com?key=s3cr3t', 'a ws or wss address'],
    ['TICKS_QUEUE_URL', 'ticks', 'an http or https address'],
  ])('refuses %s=%s without showing it', (name, value, is) => {
    expect(() => feederEnvironment({ ...WHOLE, [name]: value })).toThrow(`${name} must be ${is}`);
    expect(() => feederEnvironment({ ...WHOLE, [name]: value })).not.toThrow('s3cr3t');
  });
});
