import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueDefinition } from '../../shared/contracts/environment/queues.ts';

const RETENTION = Duration.days(4);
/** The longest that SQS keeps a message: time to find the cause and send the dead letters back. */
const DEAD_RETENTION = Duration.days(14);

/** A standard queue, and `<name>-dead` for what was received too often. Both are encrypted and take TLS only. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    { name, visibilityTimeoutS, maxReceives }: QueueDefinition,
    deploymentName: string,
  ) {
    super(scope, name);
    this.deadLetters = deadLetterQueue(this, 'dead', `${deploymentName}-${name}-dead`);
    this.queue = new Queue(this, 'queue', {
      queueName: `${deploymentName}-${name}`,
      visibilityTimeout: Duration.seconds(visibilityTimeoutS),
      retentionPeriod: RETENTION,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
  }
}

/** A queue where messages end that nobody could use. */
export function deadLetterQueue(scope: Construct, id: string, queueName: string): Queue {
  return new Queue(scope, id, {
    queueName,
    retentionPeriod: DEAD_RETENTION,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
}
