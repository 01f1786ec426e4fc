import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { arnOf } from './cloud-names.ts';
import type { InvocationResult } from './functions.ts';
import type { StreamRecord } from './stream-source.ts';

export type GivenUpReason = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** An object for the failure destination: where it goes, and the document in it. */
export type GivenUp = {
  readonly key: string;
  /** As Lambda writes it to S3: the place in the stream and, other than to SQS or SNS, the whole event as text. */
  readonly document: {
    readonly requestContext: {
      readonly requestId: string;
      readonly functionArn: string;
      readonly condition: GivenUpReason;
      readonly approximateInvokeCount: number;
    };
    readonly responseContext: {
      readonly statusCode: number;
      readonly executedVersion: string;
      readonly functionError: 'Unhandled' | null;
    } | null;
    readonly version: '1.0';
    readonly timestamp: string;
    readonly DDBStreamBatchInfo: {
      readonly shardId: string;
      readonly startSequenceNumber: string;
      readonly endSequenceNumber: string;
      readonly approximateArrivalOfFirstRecord: string;
      readonly approximateArrivalOfLastRecord: string;
      readonly batchSize: number;
      readonly streamArn: string;
    };
    readonly payload: string;
  };
};

/** Our streams have one shard. */
const SHARD = 'shardId-00000000000000000000-local';

/** The record of what was given up ("Retaining discarded records" of the Lambda guide for DynamoDB streams). */
export function failureOf(failure: {
  readonly why: GivenUpReason;
  /** The last answer; null when the function was not asked. */
  readonly result: InvocationResult | null;
  readonly records: readonly StreamRecord[];
  readonly invocations: number;
  readonly table: string;
  readonly functionName: string;
  readonly atMs: EpochMs;
  readonly id: string;
  readonly event: DynamoDBStreamEvent;
}): GivenUp {
  const { records, result, table, functionName, id } = failure;
  const [first, last] = [records[0], records.at(-1)];
  const timestamp = iso(failure.atMs);
  const day = timestamp.slice(0, 10);
  const time = timestamp.slice(11, 19).replaceAll(':', '.');
  return {
    key: `aws/lambda/${table}-to-${functionName}/${SHARD}/${day.replaceAll('-', '/')}/${day}T${time}-${id}`,
    document: {
      requestContext: {
        requestId: id,
        functionArn: arnOf('function', functionName),
        condition: failure.why,
        approximateInvokeCount: failure.invocations,
      },
      responseContext:
        result === null
          ? null
          : {
              statusCode: 200,
              executedVersion: '$LATEST',
              functionError: result.kind === 'failed' ? 'Unhandled' : null,
            },
      version: '1.0',
      timestamp,
      DDBStreamBatchInfo: {
        shardId: SHARD,
        startSequenceNumber: first?.sequence ?? '',
        endSequenceNumber: last?.sequence ?? '',
        approximateArrivalOfFirstRecord: iso(first?.atMs),
        approximateArrivalOfLastRecord: iso(last?.atMs),
        batchSize: records.length,
        streamArn: `${arnOf('table', table)}/stream/local`,
      },
      payload: JSON.stringify(failure.event),
    },
  };
}

function iso(timeMs: EpochMs | undefined): string {
  return new Date(timeMs ?? 0).toISOString();
}
