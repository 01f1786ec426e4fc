import { NotNow, unseen, type Check, type CheckNeed, type Finding } from './check.ts';
import type { ProbedExchange } from './probed-exchange.ts';

export type CheckResult = Pick<Check, 'name' | 'question' | 'assumed'> & {
  readonly finding: Finding;
};

/** Makes each check, one after the other, and takes away what it placed before the next one begins. */
export async function runChecks(
  checks: readonly Check[],
  exchange: ProbedExchange,
  options: {
    readonly allowed: ReadonlySet<CheckNeed>;
    readonly onResult?: (result: CheckResult) => void;
  },
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { name, question, assumed } = check;
    const finding = options.allowed.has(check.need)
      ? await findingOf(check, exchange)
      : unseen(NOT_ALLOWED[check.need]);
    const result = { name, question, assumed, finding };
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

const NOT_ALLOWED: Readonly<Record<CheckNeed, string>> = {
  reads: 'reads are always made',
  refused_writes: 'it sends a write, and here are reads only',
  orders: 'it places an order: allow it with --yes-place-orders',
};

async function findingOf(check: Check, exchange: ProbedExchange): Promise<Finding> {
  try {
    return await check.probe(exchange);
  } catch (error) {
    if (error instanceof NotNow) return unseen(error.message);
    throw error;
  } finally {
    await exchange.orders.cancelAll();
  }
}
