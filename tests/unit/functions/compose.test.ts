import { describe, expect, it } from 'vitest';
import { compose as applyOrderUpdate } from '../../../functions/apply-order-update/compose.ts';
import { compose as buildReport } from '../../../functions/build-report/compose.ts';
import { compose as evaluateExits } from '../../../functions/evaluate-exits/compose.ts';
import { compose as placeOrder } from '../../../functions/place-order/compose.ts';
import { compose as reconcile } from '../../../functions/reconcile/compose.ts';
import { composeConfig } from '../../../functions/runtime/compose-config.ts';
import { processEnvironment } from '../../../shared/contracts/environment/read-environment.ts';
import { compose as reviewData } from '../../../functions/review-data/compose.ts';
import { compose as scoreEdges } from '../../../functions/score-edges/compose.ts';
import { compose as settleMarket } from '../../../functions/settle-market/compose.ts';
import { compose as watchdog } from '../../../functions/watchdog/compose.ts';
import { compose as writeHistory } from '../../../functions/write-history/compose.ts';
import { compose as writeLedger } from '../../../functions/write-ledger/compose.ts';
import { ConfigError } from '../../../shared/adapters/config-file/config-problem.ts';
import { FAIRLINE_VERSION } from '../../../shared/contracts/fairline-version.ts';
import {
  FUNCTION_NAMES,
  FUNCTIONS,
  type FunctionName,
} from '../../../shared/contracts/environment/functions.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { COMPLETE_ENVIRONMENT } from '../../support/function-environment.ts';
import { sqsEvent } from '../../support/lambda-events.ts';

type Compose = (
  environment: Readonly<Record<string, string | undefined>>,
  host?: { readonly write?: (line: string) => void },
) => unknown;

const COMPOSED: Readonly<Record<FunctionName, Compose>> = {
  'score-edges': scoreEdges,
  'place-order': placeOrder,
  'apply-order-update': applyOrderUpdate,
  'evaluate-exits': evaluateExits,
  'settle-market': settleMarket,
  'write-ledger': writeLedger,
  'write-history': writeHistory,
  reconcile,
  watchdog,
  'build-report': buildReport,
  'review-data': reviewData,
};

/** What infrastructure sets for a function: its own variables and no other. */
function environmentOf(name: FunctionName): Record<string, string> {
  const reads = FUNCTIONS.find((one) => one.name === name)?.reads ?? [];
  return Object.fromEntries(reads.map((variable) => [variable, COMPLETE_ENVIRONMENT[variable]]));
}

describe('each function', () => {
  it.each(FUNCTION_NAMES)('%s is composed of exactly what infrastructure sets for it', (name) => {
    expect(COMPOSED[name](environmentOf(name))).toBeTypeOf('function');
  });

  it.each(FUNCTION_NAMES)(
    '%s does not start with an environment that lacks one of them',
    (name) => {
      const { FAIRLINE_STAGE: _, ...rest } = environmentOf(name);
      expect(() => COMPOSED[name](rest)).toThrow('FAIRLINE_STAGE is not set');
    },
  );

  it('says to its host what it logs and counts, once an invocation', async () => {
    const lines: string[] = [];
    const handler = writeHistory(environmentOf('write-history'), {
      write: (line) => lines.push(line),
    });
    expect(await handler(sqsEvent('poison'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'message_refused',
        service: 'write-history',
        correlation_id: 'm0',
      }),
      expect.objectContaining({ service: 'write-history', 'record.refused': 1, 'log.error': 1 }),
    ]);
  });
});

describe('the configuration of an account', () => {
  it('is the overrides of its environment and its stage over the defaults', () => {
    const variable = processEnvironment('watchdog', COMPLETE_ENVIRONMENT);
    const { domain, trading, fingerprint } = composeConfig(variable);
    expect(domain).toMatchObject({ stage: 'paper', caps: { maxPositions: 3 } });
    expect(trading).toMatchObject({
      namespace: COMPLETE_ENVIRONMENT.FAIRLINE_NAMESPACE,
      fingerprint,
    });
  });

  it('is refused as a file would be: a model may not price alone where orders are real', () => {
    const variable = processEnvironment('watchdog', {
      ...COMPLETE_ENVIRONMENT,
      FAIRLINE_STAGE: 'live',
      FAIRLINE_CONFIG: '{}',
    });
    expect(() => composeConfig(variable)).toThrow(ConfigError);
  });
});

it('a bundle knows the version in package.json', () => {
  expect(FAIRLINE_VERSION).toBe(packageJson.version);
});
