import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/cloud/parts/aws-error.ts';
import { asking } from '../../../../shared/adapters/postgres/database-problem.ts';
import { dataApiExecutor } from '../../../../shared/adapters/postgres/data-api-executor.ts';
import { initDatabase } from '../../../../shared/adapters/postgres/db-init.ts';
import { openDatabase } from '../../../../shared/adapters/postgres/data-api-database.ts';
import { addressOf, dataApiClient } from '../../../support/data-api-client.ts';

const LIMITS = { withinMs: 200, firstPauseMs: 1, longestPauseMs: 4 };

/** A database whose first calls end as told. */
function failing(codes: readonly string[], limits = LIMITS) {
  const left = [...codes];
  const { client, calls } = dataApiClient({ call: () => Promise.resolve({ records: [] }) }, () => {
    const code = left.shift();
    if (code !== undefined) throw new AwsError(code, `it said ${code}`);
  });
  const db = openDatabase(addressOf(client, 'fairline'), limits);
  return { ask: () => asking('ask', () => db.execute(sql`select 1`)), calls };
}

describe('a database that is waking up', () => {
  it('is asked again until it answers', async () => {
    const { ask, calls } = failing(['DatabaseResumingException', 'DatabaseResumingException']);
    await ask();
    expect(calls()).toBe(3);
  });

  it('is given up on when the time is over, in one line and without the statement', async () => {
    const { ask, calls } = failing(Array<string>(1_000).fill('DatabaseResumingException'));
    await expect(ask()).rejects.toMatchObject({
      name: 'DatabaseProblem',
      code: 'unavailable',
      message:
        'ask: the database does not answer: it said DatabaseResumingException. Do the same again when it is up.',
    });
    expect(calls()).toBeGreaterThan(2);
    expect(calls()).toBeLessThan(202);
  });

  it('is asked again when there were too many requests', async () => {
    const { ask, calls } = failing(['ThrottlingException']);
    await ask();
    expect(calls()).toBe(2);
  });
});

describe('a database that is down', () => {
  it('is not set up, in one line', async () => {
    const { client } = dataApiClient({ call: () => Promise.reject(new Error('unused')) }, () => {
      throw new AwsError('DatabaseUnavailableException', 'no Postgres at 127.0.0.1', 504);
    });
    await expect(
      initDatabase(dataApiExecutor(addressOf(client, 'fairline'))),
    ).rejects.toMatchObject({
      code: 'unavailable',
      message:
        'read the applied migrations: the database does not answer: no Postgres at 127.0.0.1. Do the same again when it is up.',
    });
  });
});

describe('what will not do however often it is asked', () => {
  it.each([
    ['BadRequestException', 'refused'],
    ['StatementTimeoutException', 'unavailable'],
    ['DatabaseUnavailableException', 'unavailable'],
  ])('%s is asked once and is %s', async (code, problem) => {
    const { ask, calls } = failing([code, code, code, code]);
    await expect(ask()).rejects.toMatchObject({ code: problem });
    expect(calls()).toBe(1);
  });
});
