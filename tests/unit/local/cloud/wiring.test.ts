import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MemoryBuckets } from '../../../../local/cloud/buckets.ts';
import { LocalCloud } from '../../../../local/cloud/local-cloud.ts';
import { resolveEnvironment } from '../../../../local/cloud/resolve-references.ts';
import { MemoryStream } from '../../../../local/cloud/stream-source.ts';
import { wiringSchema } from '../../../../shared/contracts/environment/wiring.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const ROOT = new URL('../../../../', import.meta.url);
const deployed = wiringSchema.parse(
  JSON.parse(readFileSync(new URL('infra/wiring.json', ROOT), 'utf8')),
);
const endpoints = {
  cloud: 'http://127.0.0.1:4566/',
  runtime: {
    FAIRLINE_NAMESPACE: 'namespace',
    KALSHI_REST_URL: 'rest',
    KALSHI_WS_URL: 'ws',
    BOLTODDS_WS_URL: 'odds',
    BOLTODDS_REST_URL: 'odds-rest',
    ODDS_API_URL: 'odds-api',
    SCOREBOARD_URL: 'scores',
    BALLDONTLIE_URL: 'nba',
  },
};

describe('the wiring of the deployed stacks', () => {
  it('is served whole: nothing in it is refused', () => {
    const clock = new Scheduler({ startMs: 0 });
    const cloud = new LocalCloud({
      wiring: deployed,
      timers: clock,
      functions: () => () => Promise.resolve(),
      streams: () => new MemoryStream(clock),
      faults: null,
      buckets: new MemoryBuckets(),
      onError: () => undefined,
    });
    expect(cloud.queues).toHaveLength(Object.keys(deployed.queues).length);
    expect(cloud.stateMachines.names).toEqual(Object.keys(deployed.stateMachines));
    for (const { name } of deployed.alarms) expect(cloud.alarms.stateOf(name)).not.toBeNull();
  });

  it('has environments without a reference left', () => {
    const all = [...Object.values(deployed.functions), ...Object.values(deployed.tasks)];
    expect(all.length).toBeGreaterThan(5);
    for (const { environment } of all) {
      const resolved = resolveEnvironment(environment, endpoints);
      expect(Object.keys(resolved)).toEqual(Object.keys(environment));
      expect(JSON.stringify(resolved)).not.toContain('${');
    }
  });
});

describe('references', () => {
  it.each([
    ['${queue:intents.url}', 'http://127.0.0.1:4566/000000000000/intents'],
    ['${queue:intents.arn}', 'arn:aws:sqs:us-east-2:000000000000:intents'],
    ['${bus:fairline.name}', 'fairline'],
    ['${bucket:reports.name}', 'reports'],
    ['${secret:kalshi.arn}', 'arn:aws:secretsmanager:us-east-2:000000000000:secret:kalshi'],
    ['${topic:alerts.arn}', 'arn:aws:sns:us-east-2:000000000000:alerts'],
    ['${database:clusterArn}', 'arn:aws:rds:us-east-2:000000000000:cluster:database'],
    ['${database:secretArn}', 'arn:aws:secretsmanager:us-east-2:000000000000:secret:database'],
    ['${function:build-report.arn}', 'arn:aws:lambda:us-east-2:000000000000:function:build-report'],
    ['${runtime:KALSHI_WS_URL}/x', 'ws/x'],
    ['plain', 'plain'],
  ])('%s is %s', (value, expected) => {
    expect(resolveEnvironment({ VALUE: value }, endpoints)).toEqual({ VALUE: expected });
  });

  it.each(['${queue:intents}', '${pipe:a.arn}', '${runtime:HOME}', '${topic:alerts.url}', '${}'])(
    'refuses %s, telling what there is',
    (value) => {
      expect(() => resolveEnvironment({ VALUE: value }, endpoints)).toThrow(/cannot be filled in/);
    },
  );
});
