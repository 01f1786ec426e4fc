import { describe, expect, it } from 'vitest';
import { PagedReads } from '../../../../shared/adapters/kalshi/paged-reads.ts';
import type { HttpReply } from '../../../../shared/adapters/kalshi/http-transport.ts';
import { LOST, ScriptedRest, status } from '../../../support/scripted-rest.ts';

const PATH = '/things';

/** Reads of a list of ids, with what was waited for. */
function open(script: ConstructorParameters<typeof ScriptedRest>[0], random = 0.5) {
  const rest = new ScriptedRest(script);
  const waitedMs: number[] = [];
  const refused: string[] = [];
  const reads = new PagedReads(
    rest,
    {
      random: () => random,
      sleep: (ms) => {
        waitedMs.push(ms);
        return Promise.resolve();
      },
    },
    (detail) => refused.push(detail),
  );
  const list = (query: Record<string, string> = {}) =>
    reads.pages<string>({
      path: PATH,
      query,
      limit: 2,
      idOf: (row) => row,
      decode: (text) => {
        const { ids, cursor } = JSON.parse(text) as { ids: string[]; cursor: string };
        return { kind: 'page', rows: ids, cursor: cursor === '' ? null : cursor };
      },
    });
  return { rest, reads, list, waitedMs, refused };
}

const page = (ids: readonly string[], cursor = ''): object => ({ ids, cursor });

describe('lists in pages', () => {
  it('are read to the end, with the same parameters on each page', async () => {
    const { list, rest } = open({ [PATH]: [page(['a', 'b'], 'x'), page(['c'], 'y'), page([])] });
    expect(await list({ ticker: 'T' })).toEqual({ kind: 'read', value: ['a', 'b', 'c'] });
    expect(rest.queriesOf(PATH)).toEqual([
      { ticker: 'T', limit: '2' },
      { ticker: 'T', limit: '2', cursor: 'x' },
      { ticker: 'T', limit: '2', cursor: 'y' },
    ]);
  });

  it('show a row once that moved to the next page while they were read', async () => {
    const { list } = open({ [PATH]: [page(['a', 'b'], 'x'), page(['b', 'c'])] });
    expect(await list()).toEqual({ kind: 'read', value: ['a', 'b', 'c'] });
  });

  it.each([
    ['a cursor that repeats', [page(['a', 'b'], 'x'), page(['c', 'd'], 'x')], 'the cursor repeats'],
    [
      'the first page again under a new cursor',
      [page(['a', 'b'], 'x'), page(['a', 'b'], 'y')],
      'begins again at page 2',
    ],
    [
      'the first page again with a new row before it',
      [page(['a', 'b'], 'x'), page(['c', 'd'], 'y'), page(['new', 'a'], 'z')],
      'begins again at page 3',
    ],
    [
      'an inner page again',
      [page(['a', 'b'], 'x'), page(['c', 'd'], 'y'), page(['c', 'd'], 'z')],
      'begins again at page 3',
    ],
  ])('end with %s, and not as half a list', async (_, pages, reason) => {
    const { list } = open({ [PATH]: pages });
    expect(await list()).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining(reason),
    });
  });

  it('end at a bound when every page is new', async () => {
    let pages = 0;
    const { list, rest } = open({
      [PATH]: () => {
        pages += 1;
        return page([`row ${pages}`], `cursor ${pages}`);
      },
    });
    expect(await list()).toMatchObject({ reason: `${PATH}: more than 200 pages` });
    expect(rest.requests).toHaveLength(200);
  });
});

describe('reads that fail', () => {
  it.each<readonly [string, HttpReply, number]>([
    ['a lost answer', LOST, 3],
    ['a reset', { kind: 'failed', cause: 'connection_reset' }, 3],
    ['408', status(408), 3],
    ['500', status(500), 3],
    ['503', status(503, '<html>'), 3],
    ['400', status(400), 1],
    ['401', status(401), 1],
    ['403', status(403), 1],
    ['429, which was waited for below', status(429), 1],
  ])('%s: asked so often', async (_, reply, attempts) => {
    const { reads, rest } = open({ [PATH]: reply });
    expect(await reads.text(PATH, {})).toMatchObject({ kind: 'unavailable' });
    expect(rest.requests).toHaveLength(attempts);
  });

  it('wait a random share of a time that doubles', async () => {
    const { reads, waitedMs } = open({ [PATH]: [LOST, status(502), 'here'] }, 0.75);
    expect(await reads.text(PATH, {})).toEqual({ kind: 'read', value: 'here' });
    expect(waitedMs).toEqual([150, 300]);
  });

  it('know what is unknown from what is unreadable', async () => {
    const { reads } = open({ [PATH]: status(404), '/broken': status(500) });
    expect(await reads.textIfKnown(PATH, {})).toEqual({ kind: 'read', value: null });
    expect(await reads.textIfKnown('/broken', {})).toMatchObject({ kind: 'unavailable' });
  });

  it('take an answer of any code at once where its body is what counts', async () => {
    const { reads, rest } = open({ [PATH]: [LOST, status(503, '{}')] });
    expect(await reads.textOfAnyCode(PATH, {})).toMatchObject({
      value: { status: 503, body: '{}' },
    });
    expect(rest.requests).toHaveLength(2);
  });
});
