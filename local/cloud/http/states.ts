import * as z from 'zod';
import { arnOf } from '../cloud-names.ts';
import type { Execution, StateMachines } from '../state-machine/state-machines.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { Service } from './http-call.ts';
import { action, jsonService } from './json-service.ts';

export type States = { readonly stateMachines: StateMachines };

const MAX_INPUT_BYTES = 256 * 1024;
const MOST_LISTED = 1_000;
const SECOND_MS = 1_000;

const INVALID = 'ValidationException';
const executionArn = z.looseObject({ executionArn: z.string().min(1) });

/** Step Functions: StartExecution, DescribeExecution, StopExecution, ListExecutions. */
export function statesService({ stateMachines }: States): Service {
  return jsonService({
    actions: {
      StartExecution: action(
        z.looseObject({
          stateMachineArn: z.string().min(1),
          name: z.string().nullish(),
          input: z.string().nullish(),
        }),
        INVALID,
        ({ stateMachineArn, name, input }) => {
          const result = stateMachines.startExecution({
            machine: machineOf(stateMachineArn),
            name: name ?? null,
            input: inputOf(input),
          });
          if (result.kind === 'refused') throw new AwsError(result.code, result.message);
          return { executionArn: result.arn, startDate: result.startMs / SECOND_MS };
        },
      ),
      DescribeExecution: action(executionArn, INVALID, (input) =>
        described(found(stateMachines.describe(input.executionArn), input.executionArn)),
      ),
      StopExecution: action(
        z.looseObject({
          ...executionArn.shape,
          error: z.string().nullish(),
          cause: z.string().nullish(),
        }),
        INVALID,
        (input) => {
          const execution = stateMachines.stop(
            input.executionArn,
            input.error ?? null,
            input.cause ?? null,
          );
          const { stopMs } = found(execution, input.executionArn);
          return { stopDate: (stopMs ?? 0) / SECOND_MS };
        },
      ),
      ListExecutions: action(
        z.looseObject({
          stateMachineArn: z.string().min(1),
          statusFilter: z
            .enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])
            .nullish(),
          maxResults: z.int().min(0).max(MOST_LISTED).nullish(),
          nextToken: z.string().nullish(),
        }),
        INVALID,
        (input) => {
          const machine = machineOf(input.stateMachineArn);
          if (!stateMachines.names.includes(machine))
            throw new AwsError(
              'StateMachineDoesNotExist',
              `State Machine Does Not Exist: '${input.stateMachineArn}'`,
            );
          const wanted = stateMachines.executions
            .filter((each) => each.machine === machine)
            .filter(({ status }) => (input.statusFilter ?? status) === status)
            .toReversed();
          return page(wanted, input.nextToken ?? null, input.maxResults ?? 0);
        },
      ),
    },
  });
}

/** The newest first; a token is how many were told already. */
function page(executions: readonly Execution[], token: string | null, asked: number): object {
  if (token !== null && !/^\d{1,9}$/.test(token))
    throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  const from = token === null ? 0 : Number(token);
  const to = from + (asked === 0 ? MOST_LISTED : asked);
  return {
    executions: executions.slice(from, to).map(listed),
    ...(to < executions.length ? { nextToken: String(to) } : {}),
  };
}

function machineOf(stateMachineArn: string): string {
  const name = stateMachineArn.split(':').at(-1) ?? '';
  if (stateMachineArn !== arnOf('stateMachine', name))
    throw new AwsError('InvalidArn', `Invalid Arn: '${stateMachineArn}'`);
  return name;
}

function inputOf(text: string | null | undefined): unknown {
  if (text === undefined || text === null) return {};
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES)
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: at most ${MAX_INPUT_BYTES} bytes`,
    );
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: ${why}`);
  }
}

function found(execution: Execution | null, arn: string): Execution {
  if (execution === null)
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

function listed(execution: Execution): object {
  return {
    executionArn: execution.arn,
    stateMachineArn: arnOf('stateMachine', execution.machine),
    name: execution.name,
    status: execution.status,
    startDate: execution.startMs / SECOND_MS,
    ...(execution.stopMs === null ? {} : { stopDate: execution.stopMs / SECOND_MS }),
  };
}

function described(execution: Execution): object {
  return {
    ...listed(execution),
    input: JSON.stringify(execution.input),
    ...(execution.status === 'SUCCEEDED' ? { output: JSON.stringify(execution.output) } : {}),
    ...(execution.error === null ? {} : { error: execution.error }),
    ...(execution.cause === null ? {} : { cause: execution.cause }),
  };
}
