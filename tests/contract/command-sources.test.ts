import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { queueUrlOf } from '../../local/cloud/cloud-names.ts';
import { CloudQueue } from '../../local/cloud/cloud-queue.ts';
import { QueueCommandSource } from '../../local/cloud/queue-command-source.ts';
import { SqsCommandSource } from '../../shared/adapters/aws/sqs-command-source.ts';
import { Scheduler } from '../../shared/simulator/scheduler.ts';
import { withCloudServer } from '../support/cloud-server.ts';
import { NOON } from '../support/trade-builders.ts';
import { commandSourceContract } from './command-source-contract.ts';

const NAME = 'feeder-commands';

commandSourceContract('a queue of the local cloud on the virtual clock', () => {
  const timers = new Scheduler({ startMs: NOON });
  const queue = new CloudQueue({ timers, name: NAME, visibilityTimeoutMs: 1_000 });
  return {
    source: new QueueCommandSource(queue),
    send: (body) => void queue.send([body]),
    nowMs: () => timers.nowMs(),
    pass: async (ms) => {
      timers.after(ms, 'time passes', () => {});
      await timers.run({ untilMs: timers.nowMs() + ms, turn: setImmediate });
    },
  };
});

const { cloud, client } = withCloudServer({
  wiring: {
    queues: { [NAME]: { visibilityTimeoutS: 1, retentionS: 3_600, delayS: 0, redrive: null } },
  },
});

commandSourceContract('SQS by long polling', () => ({
  source: new SqsCommandSource({
    client: new SQSClient(client()),
    queueUrl: queueUrlOf(client().endpoint, NAME),
  }),
  send: (body) => void cloud().queue(NAME)!.send([body]),
  nowMs: () => Date.now(),
  pass: sleep,
}));
