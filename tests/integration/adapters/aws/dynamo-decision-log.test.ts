import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTables } from '../../../../shared/adapters/aws/create-tables.ts';
import { DynamoDecisionLog } from '../../../../shared/adapters/aws/dynamo-decision-log.ts';
import { canonicalJson } from '../../../../shared/domain/decisions/canonical-json.ts';
import type { DecisionRecord } from '../../../../shared/domain/decisions/decision-record.ts';
import { decisionLogContract } from '../../../contract/decision-log-contract.ts';
import { withDynoxide } from '../../../support/dynoxide.ts';

const dynamo = withDynoxide();

let logs = 0;
async function freshLogs(count: number): Promise<readonly DynamoDecisionLog[]> {
  const tablePrefix = `log-${(logs += 1)}-`;
  await createTables(dynamo.client(), tablePrefix);
  return Array.from(
    { length: count },
    () => new DynamoDecisionLog({ client: dynamo.client(), tablePrefix }),
  );
}

const decision = (decisionId: string, change: Partial<DecisionRecord> = {}): DecisionRecord => ({
  decisionId,
  kind: 'entry',
  market: 'A',
  decidedAtMs: 5,
  versions: { strategy: 'fair-line@1.0' },
  inputs: { probability: '~0.1', text: '\ud800' },
  outcome: {},
  ...change,
});

decisionLogContract('DynamoDB', async () => (await freshLogs(1))[0]!);

describe('DynamoDB decision log', () => {
  it('gives all in order of their markets’ chains, and between markets by time', async () => {
    const [log] = await freshLogs(1);
    const at = (decisionId: string, market: string, decidedAtMs: number): Promise<unknown> =>
      log!.append(decision(decisionId, { market, decidedAtMs }));
    await at('b-first', 'B', 30);
    await at('a-first', 'A', 40);
    // Decided before what its market already holds: it stays where the chain has it.
    await at('a-second', 'A', 10);
    await at('c-first', 'C', 40);
    await at('b-second', 'B', 40);
    expect((await log!.all()).map(({ record }) => record.decisionId)).toEqual([
      'b-first',
      'a-first',
      'a-second',
      'b-second',
      'c-first',
    ]);
  });

  it('chains without a fork what two processes append to the same markets', async () => {
    const [one, other] = await freshLogs(2);
    const appended = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        (n % 2 === 0 ? one! : other!).append(decision(`d${n}`, { market: `M${n % 3}` })),
      ),
    );
    const all = await one!.all();
    expect(new Set(all.map(({ sha256 }) => sha256))).toEqual(
      new Set(appended.map(({ sha256 }) => sha256)),
    );
    const heads = new Map<string, string>();
    for (const { record, previousSha256, sha256 } of all) {
      expect(previousSha256).toBe(heads.get(record.market) ?? '0'.repeat(64));
      const text = previousSha256 + canonicalJson(record);
      expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
      heads.set(record.market, sha256);
    }
    expect(heads.size).toBe(3);
  });

  it('does not take a decision for the head of a chain, whatever their names', async () => {
    const [log] = await freshLogs(1);
    const first = await log!.append(decision('head#A'));
    const second = await log!.append(decision('A', { market: 'head#A' }));
    expect(second.previousSha256).toBe('0'.repeat(64));
    expect(await log!.append(decision('head#A'))).toEqual(first);
  });

  it('names the table that is not there and what makes it', async () => {
    const log = new DynamoDecisionLog({ client: dynamo.client(), tablePrefix: 'nowhere-' });
    const message = 'table nowhere-decisions is not there: run `npx fairline db-init`';
    await expect(log.append(decision('1'))).rejects.toThrow(message);
    await expect(log.all()).rejects.toThrow(message);
  });
});
