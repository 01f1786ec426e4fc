import { describe, expect, it } from 'vitest';
import { createTables } from '../../../../shared/adapters/aws/create-tables.ts';
import { DynamoTokenBudget } from '../../../../shared/adapters/aws/dynamo-token-budget.ts';
import { usableLimit } from '../../../../shared/domain/rate/token-bucket.ts';
import { tokenBudgetContract } from '../../../contract/token-budget-contract.ts';
import { withDynoxide } from '../../../support/dynoxide.ts';
import { NOON } from '../../../support/trade-builders.ts';

const dynamo = withDynoxide();

let accounts = 0;
/** Processes that know nothing of each other but the table. */
async function processes(count: number): Promise<readonly DynamoTokenBudget[]> {
  await createTables(dynamo.client(), 'rates-');
  const account = `account-${(accounts += 1)}`;
  return Array.from(
    { length: count },
    () => new DynamoTokenBudget({ client: dynamo.client(), tablePrefix: 'rates-', account }),
  );
}

tokenBudgetContract('DynamoDB', async () => {
  const [one, other] = await processes(2);
  if (one === undefined || other === undefined) throw new Error('two processes were made');
  return [one, other] as const;
});

describe('the token budget in DynamoDB', () => {
  const limit = usableLimit({ refillPerS: 100, capacity: 100 }, 0);
  const order = { bucket: 'write', limit, least: 10_000, wanted: 10_000, keep: 0 };

  it('gives fifty processes together what one bucket holds, all of it, and the refill', async () => {
    const fleet = await processes(50);
    const first = await Promise.all(fleet.map((one) => one.take({ ...order, nowMs: NOON })));
    expect(first.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    const second = await Promise.all(fleet.map((one) => one.take({ ...order, nowMs: NOON + 250 })));
    expect(second.filter(({ kind }) => kind === 'granted')).toHaveLength(2);
  });

  it('says which table is missing', async () => {
    const lost = new DynamoTokenBudget({
      client: dynamo.client(),
      tablePrefix: 'nowhere-',
      account: 'a',
    });
    await expect(lost.take({ ...order, nowMs: NOON })).rejects.toThrow('nowhere-rate-limits');
  });
});
