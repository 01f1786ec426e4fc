import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Objects } from '../../../../shared/adapters/aws/s3-objects.ts';

const NO_SUCH_KEY = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>';
const DENIED =
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>';

/** Keeps what is put under the very path of the request, as the service sees it on an address without names. */
function keepingServer(): Server {
  const kept = new Map<string, Buffer>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '', 'http://host');
    const body = await buffer(request);
    const found = kept.get(pathname);
    if (request.method === 'PUT') {
      kept.set(pathname, body);
      response.end();
    } else if (pathname.startsWith('/locked/')) response.writeHead(403).end(DENIED);
    else if (found === undefined) response.writeHead(404).end(NO_SUCH_KEY);
    else response.end(found);
  };
  return createServer((request, response) => {
    void answer(request, response);
  });
}

describe('S3 objects', () => {
  const server = keepingServer();
  let client: S3Client;
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    client = new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-2',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it('gives back text and bytes as they were put', async () => {
    const objects = new S3Objects({ client, bucket: 'reports' });
    const text = 'Rückblick\n';
    const contentType = 'text/plain; charset=utf-8';
    await objects.put({ key: 'days/2026-11-21.txt', body: text, contentType });
    expect(await objects.text('days/2026-11-21.txt')).toBe(text);
    const bytes = Uint8Array.from({ length: 300 }, (_, n) => n % 256);
    await objects.put({ key: 'b', body: bytes, contentType: 'application/gzip' });
    expect(await objects.bytes('b')).toEqual(bytes);
    await expect(objects.text('b')).rejects.toThrow(TypeError);
  });

  it('keeps buckets apart and says when there is no such object', async () => {
    const put = { key: 'k', body: 'here', contentType: 'text/plain' };
    await new S3Objects({ client, bucket: 'one' }).put(put);
    expect(await new S3Objects({ client, bucket: 'one' }).text('k')).toBe('here');
    expect(await new S3Objects({ client, bucket: 'other' }).text('k')).toBeNull();
  });

  it('does not take a refusal for an object that is not there', async () => {
    await expect(new S3Objects({ client, bucket: 'locked' }).text('k')).rejects.toThrow(
      'Access denied',
    );
  });
});
