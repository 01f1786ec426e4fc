import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { SnsAlerts } from '../../../../shared/adapters/aws/sns-alerts.ts';

const sns = mockClient(SNSClient);
afterEach(() => sns.reset());

const TOPIC = 'arn:aws:sns:us-east-2:000000000000:alerts';

async function published(subject: string, message: string) {
  sns.on(PublishCommand).resolves({});
  await new SnsAlerts({ client: new SNSClient({}), topicArn: TOPIC }).publish(subject, message);
  return sns.commandCalls(PublishCommand)[0]!.args[0].input;
}

describe('SNS alerts', () => {
  it('publishes subject and message to the topic', async () => {
    expect(await published('Ledger behind', 'It is 90 s late.')).toEqual({
      TopicArn: TOPIC,
      Subject: 'Ledger behind',
      Message: 'It is 90 s late.',
    });
  });

  it.each([
    ['two\nlines', 'two lines'],
    ['Köln — late', 'K ln late'],
    ['x'.repeat(140), 'x'.repeat(100)],
    ['\u00e4', 'Fairline'],
  ])('makes a subject that is allowed of %j', async (subject, allowed) => {
    expect((await published(subject, 'm')).Subject).toBe(allowed);
  });

  it('cuts a message that is too long, and never in the middle of a sign', async () => {
    const { Message = '' } = await published('s', '€'.repeat(100_000));
    expect(Buffer.byteLength(Message)).toBeLessThanOrEqual(262_144);
    expect(Buffer.byteLength(Message)).toBeGreaterThan(262_130);
    expect(Message).toMatch(/^€+\n… \(cut\)$/);
  });

  it('sends an alert that has no text', async () => {
    expect((await published('s', '')).Message).toBe('(no text)');
  });
});
