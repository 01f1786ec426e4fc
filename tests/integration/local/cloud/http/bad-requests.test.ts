import { connect } from 'node:net';
import { createServer } from 'node:net';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { startCloudServer } from '../../../../../local/cloud/http/cloud-server.ts';
import { withCloudServer } from '../../../../support/cloud-server.ts';

const served = withCloudServer({
  wiring: {
    queues: { work: { visibilityTimeoutS: 30, retentionS: 60, delayS: 0, redrive: null } },
    buckets: ['reports'],
  },
});

/** Whatever was asked, the next one is served. */
afterEach(async () => {
  const sqs = new SQSClient(served.client());
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }));
  expect(QueueUrl).toBe(`${served.server().endpoint}/000000000000/work`);
  sqs.destroy();
});

function ask(
  path: string,
  init: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
): Promise<Response> {
  return fetch(`${served.server().endpoint}${path}`, { method: 'POST', ...init });
}

describe('a request that cannot be served', () => {
  it.each([
    ['no JSON', 'AmazonSQS.SendMessage', '{"QueueUrl', 'SerializationException'],
    ['another shape', 'AmazonSQS.SendMessage', '[1]', 'InvalidParameterValue'],
    ['an action that is not there', 'AmazonSQS.TagQueue', '{}', 'UnknownOperationException'],
    ['a name that every object has', 'AmazonSQS.constructor', '{}', 'UnknownOperationException'],
    ['a service that is not there', 'AmazonSSM.GetParameter', '{}', 'UnknownOperationException'],
    ['a service that every object has', '__proto__.x', '{}', 'UnknownOperationException'],
  ])('for %s is refused in JSON', async (_what, target, body, code) => {
    const response = await ask('/', { headers: { 'x-amz-target': target }, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: code });
  });

  it('for a service by REST names the service', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20261121/us-east-2/scheduler/aws4_request, SignedHeaders=host, Signature=0';
    const response = await ask('/schedules/nightly', { headers: { authorization }, body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'UnknownOperationException',
      message: 'The local cloud does not serve scheduler.',
    });
  });

  it('for the database, when there is none, says so', async () => {
    const response = await ask('/Execute', { body: '{}' });
    expect(response.headers.get('x-amzn-errortype')).toBe('HttpEndpointNotEnabledException');
  });

  it('with a body that is too long is refused before it is read', async () => {
    const response = await ask('/', {
      headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: 'x'.repeat(4 * 1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
  });

  it('with an address that has no meaning is refused', async () => {
    const response = await fetch(`${served.server().endpoint}/%ZZ/x`);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('InvalidURI'),
    ]);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a target that is an address of its own', 'GET http://a:b:c/ HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['half a request', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"a"'],
  ])('because it is %s ends only its connection', async (_what, raw) => {
    const port = Number(new URL(served.server().endpoint).port);
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(raw));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.on('data', () => socket.end());
      setTimeout(() => socket.destroy(), 200);
    });
  });
});

describe('a server', () => {
  it('on a port that is in use does not start', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startCloudServer({ cloud: served.cloud(), dataApi: null, port })).rejects.toThrow(
      /EADDRINUSE/,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('closes although somebody waits for a message', async () => {
    const server = await startCloudServer({ cloud: served.cloud(), dataApi: null });
    const waiting = fetch(server.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: JSON.stringify({ QueueUrl: 'work', WaitTimeSeconds: 20 }),
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const beganMs = performance.now();
    await Promise.all([server.close(), expect(waiting).rejects.toThrow()]);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });
});
