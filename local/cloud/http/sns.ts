import { randomUUID } from 'node:crypto';
import type { Topics } from '../topics.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { HttpReply, Service } from './http-call.ts';
import { element, xmlDocument } from './xml.ts';

const MAX_BYTES = 256 * 1024;
const MAX_SUBJECT = 100;

/** SNS: Publish, by a form that is answered in XML. */
export function snsService(cloud: { readonly topics: Topics }): Service {
  return {
    answer: ({ body }) => {
      const form = new URLSearchParams(body.toString('utf8'));
      const asked = form.get('Action');
      if (asked !== 'Publish')
        throw new AwsError('InvalidAction', `The local cloud serves Publish of SNS, not ${asked}.`);
      const messageId = publish(cloud.topics, form);
      return Promise.resolve(
        xmlReply(
          200,
          element('PublishResponse', [
            element('PublishResult', [element('MessageId', messageId)]),
            element('ResponseMetadata', [element('RequestId', randomUUID())]),
          ]),
        ),
      );
    },
    refuse: (error) =>
      xmlReply(
        error.status,
        element('ErrorResponse', [
          element('Error', [
            element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
            element('Code', error.code),
            element('Message', error.message),
          ]),
          element('RequestId', randomUUID()),
        ]),
      ),
  };
}

function publish(topics: Topics, form: URLSearchParams): string {
  const topic = form.get('TopicArn')?.split(':').at(-1) ?? '';
  const message = form.get('Message') ?? '';
  const subject = form.get('Subject');
  if (!topics.has(topic))
    throw new AwsError('NotFound', `Topic does not exist: ${form.get('TopicArn')}`, 404);
  if (message === '' || Buffer.byteLength(message) > MAX_BYTES)
    throw new AwsError(
      'InvalidParameter',
      `Invalid parameter: Message has 1 to ${MAX_BYTES} bytes, not ${Buffer.byteLength(message)}`,
    );
  if (
    subject !== null &&
    (subject === '' || subject.length > MAX_SUBJECT || /[\r\n]/.test(subject))
  )
    throw new AwsError(
      'InvalidParameter',
      `Invalid parameter: Subject has 1 to ${MAX_SUBJECT} characters on one line`,
    );
  topics.publish(topic, message, subject);
  return randomUUID();
}

function xmlReply(status: number, root: string): HttpReply {
  return { status, headers: { 'content-type': 'text/xml' }, body: xmlDocument(root) };
}
