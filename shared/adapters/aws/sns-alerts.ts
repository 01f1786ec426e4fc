import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Bounds of one message: characters of the subject, bytes of the body. */
const MAX_SUBJECT = 100;
const MAX_BODY_BYTES = 262_144;

const CUT = '\n… (cut)';

/** Tells people that something needs one of them. */
export class SnsAlerts {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor({ client, topicArn }: { readonly client: SNSClient; readonly topicArn: string }) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  /** What does not fit is cut, and signs that a subject may not hold are left out: an alert is never lost to its form. */
  async publish(subject: string, message: string): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: asSubject(subject),
        Message: cutToBytes(message),
      }),
    );
  }
}

/** A subject is printable ASCII on one line and begins with a letter, digit or punctuation mark. */
function asSubject(text: string): string {
  const line = text.replaceAll(/[^\x21-\x7e]+/g, ' ').trim();
  return line === '' ? 'Fairline' : line.slice(0, MAX_SUBJECT).trimEnd();
}

function cutToBytes(text: string): string {
  if (text === '') return '(no text)';
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BODY_BYTES) return text;
  const kept = bytes.subarray(0, MAX_BODY_BYTES - Buffer.byteLength(CUT));
  // A sign cut in two decodes to one that is three bytes long and may not fit: it is left out.
  return new TextDecoder().decode(kept, { stream: true }) + CUT;
}
