import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../scripts/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-command-'));
const bodies: string[] = [];
let server: Server;

/** A queue that takes everything, and a run whose cloud it is. */
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const sent = JSON.parse(text) as {
        readonly QueueUrl: string;
        readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[];
      };
      bodies.push(new URL(sent.QueueUrl).pathname, ...sent.Entries.map((one) => one.MessageBody));
      const Successful = sent.Entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      }));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ Successful, Failed: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cloud = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const others = { exchangeRest: '', exchangeWs: '', odds: '', scoreboard: '' };
  writeFileSync(
    join(folder, 'endpoints.json'),
    JSON.stringify({ pid: process.pid, healthPort: 1, cloud, ...others }),
  );
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function typed(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const status = await runCommandLine(['command', ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    environment: {},
    exchange: async () => 0,
    oddsFeed: async () => 0,
    start: async () => 0,
  });
  return { status, out, err };
}

describe('fairline command', () => {
  it('sends the kill switch, and a reset of a fuse, to the run of a folder', async () => {
    const killed = await typed('cancel_everything', '--state', folder, '--json');
    expect([killed.status, killed.err]).toEqual([0, '']);
    expect(JSON.parse(killed.out)).toMatchObject({ sent: { kind: 'cancel_everything' } });
    const reset = ['reset_fuse', '--strategy', 'fair-line', '--shard', '2', '--state', folder];
    expect((await typed(...reset)).out).toContain('reset_fuse was sent to http://127.0.0.1');
    expect(bodies).toEqual([
      '/000000000000/feeder-commands',
      '{"v":1,"kind":"cancel_everything"}',
      '/000000000000/feeder-commands',
      '{"v":1,"kind":"reset_fuse","strategy":"fair-line","exchangeIndex":2}',
    ]);
  });

  it.each([
    [['flatten'], 'kind is "flatten".'],
    [['reset_fuse', '--state', folder], '--strategy is missing.'],
    [['reset_fuse', '--strategy', 's', '--shard', 'x'], '--shard is "x".'],
    [['resnapshot'], '--markets is missing.'],
    [['status', '--state', join(folder, 'none')], 'No run keeps its state in'],
    [['status', '--queue', 'mine'], 'The queue is "mine".'],
  ])('answers %j with what is allowed and status 2', async (args, says) => {
    const { status, out, err } = await typed(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(says);
    expect(err).toContain('Allowed: ');
  });
});
