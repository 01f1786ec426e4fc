import { describe, expect, it } from 'vitest';
import { lambdaEntry } from '../../../../functions/runtime/lambda-entry.ts';

function counting() {
  const composed: unknown[] = [];
  const compose = (environment: Readonly<Record<string, string | undefined>>) => {
    composed.push(environment);
    return (event: number) => Promise.resolve(event + 1);
  };
  return { composed, compose };
}

function refusing(): never {
  throw new Error('TABLE_PREFIX is not set');
}

describe('the entry of a function', () => {
  it('is composed while the function starts, once', async () => {
    const { composed, compose } = counting();
    const environment = { AWS_LAMBDA_FUNCTION_NAME: 'place-order' };
    const handler = lambdaEntry(compose, environment);
    expect(composed).toEqual([environment]);
    expect([await handler(1), await handler(2)]).toEqual([2, 3]);
    expect(composed).toHaveLength(1);
  });

  it('elsewhere is composed at its first call, once', async () => {
    const { composed, compose } = counting();
    const handler = lambdaEntry(compose, {});
    expect(composed).toEqual([]);
    expect([await handler(1), await handler(2)]).toEqual([2, 3]);
    expect(composed).toHaveLength(1);
  });

  it('lets a wrong environment be seen at the start', () => {
    const environment = { AWS_LAMBDA_FUNCTION_NAME: 'place-order' };
    expect(() => lambdaEntry(refusing, environment)).toThrow('TABLE_PREFIX is not set');
  });
});
