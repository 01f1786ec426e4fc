import {
  DescribeStreamCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  TrimmedDataAccessException,
  type _Record,
  type DynamoDBStreamsClient,
} from '@aws-sdk/client-dynamodb-streams';
import type { EpochMs } from '../../../shared/domain/market/market.ts';
import type { StreamRecord, StreamSource } from '../stream-source.ts';
import { imageOf } from './item-image.ts';

/** How far one table's stream has been handled. A table that was made anew has another stream, which begins again. */
export type StreamCheckpoint = { readonly stream: string; readonly sequence: string };

/** Where the checkpoint survives a restart. */
export interface StreamCheckpoints {
  load(): Promise<StreamCheckpoint | null>;
  save(checkpoint: StreamCheckpoint): Promise<void>;
}

export type DynamoStreamOptions = {
  readonly client: DynamoDBStreamsClient;
  /** The table's whole name. */
  readonly table: string;
  readonly checkpoints: StreamCheckpoints;
};

/** A place in the stream: the sequence behind which the iterator reads. */
type Place = { readonly after: string | null; readonly iterator: string };

/** DynamoDB's own bound of one GetRecords. */
const MOST_RECORDS = 1_000;

/**
 * A table's stream as dynoxide serves it: one shard a table, whose records are numbered from 1 and stay over a restart.
 * Reading on behind a sequence says that everything up to it was handled, and that is what is saved.
 */
export class DynamoStreamSource implements StreamSource {
  readonly #options: DynamoStreamOptions;
  #shard: { readonly stream: string; readonly id: string } | null = null;
  #place: Place | null = null;
  #saved: string | null = null;

  constructor(options: DynamoStreamOptions) {
    this.#options = options;
  }

  /** After null it goes on where an earlier process saved that it was. Throws when the table has no stream. */
  async read(afterSequence: string | null, limit: number): Promise<readonly StreamRecord[]> {
    const after = afterSequence === null ? await this.#load() : await this.#save(afterSequence);
    const place = this.#place?.after === after ? this.#place : await this.#placeAfter(after);
    const { records, next } = await this.#records(place, Math.min(limit, MOST_RECORDS));
    const last = records.at(-1)?.sequence ?? after;
    this.#place = next === null ? null : { after: last, iterator: next };
    return records;
  }

  async #records(
    { after, iterator }: Place,
    limit: number,
  ): Promise<{ readonly records: readonly StreamRecord[]; readonly next: string | null }> {
    try {
      const { Records = [], NextShardIterator } = await this.#options.client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }),
      );
      const records = Records.map(recordOf).filter(({ sequence }) => isBehind(sequence, after));
      return { records, next: NextShardIterator ?? null };
    } catch (error) {
      if (!(error instanceof ExpiredIteratorException)) throw error;
      return { records: [], next: null };
    }
  }

  async #placeAfter(after: string | null): Promise<Place> {
    const { stream, id } = await this.#findShard();
    const from =
      after === null
        ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
        : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const);
    const ask = async (position: typeof from | { ShardIteratorType: 'TRIM_HORIZON' }) => {
      const { ShardIterator } = await this.#options.client.send(
        new GetShardIteratorCommand({ StreamArn: stream, ShardId: id, ...position }),
      );
      if (ShardIterator === undefined) throw new Error(`${stream} gave no iterator.`);
      return { after, iterator: ShardIterator };
    };
    try {
      return await ask(from);
    } catch (error) {
      // What was not read within the day that streams keep is gone.
      if (error instanceof TrimmedDataAccessException)
        return ask({ ShardIteratorType: 'TRIM_HORIZON' });
      throw error;
    }
  }

  async #findShard(): Promise<{ readonly stream: string; readonly id: string }> {
    if (this.#shard !== null) return this.#shard;
    const { client, table } = this.#options;
    const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: table }));
    const stream = Streams.find(({ TableName }) => TableName === table)?.StreamArn;
    if (stream === undefined)
      throw new Error(`Table ${table} has no stream; it must be made with StreamEnabled.`);
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn: stream }),
    );
    const [shard, other] = StreamDescription?.Shards ?? [];
    if (shard?.ShardId === undefined || other !== undefined)
      throw new Error(
        `The stream of ${table} must have one shard, as dynoxide's have; it has ${StreamDescription?.Shards?.length ?? 0}.`,
      );
    this.#shard = { stream, id: shard.ShardId };
    return this.#shard;
  }

  async #load(): Promise<string | null> {
    const { stream } = await this.#findShard();
    const checkpoint = await this.#options.checkpoints.load();
    this.#saved = checkpoint?.stream === stream ? checkpoint.sequence : null;
    return this.#saved;
  }

  async #save(sequence: string): Promise<string> {
    if (this.#saved !== sequence) {
      const { stream } = await this.#findShard();
      await this.#options.checkpoints.save({ stream, sequence });
      this.#saved = sequence;
    }
    return sequence;
  }
}

/** Sequences are numbers of any length as text: "10" is behind "9". */
function isBehind(sequence: string, after: string | null): boolean {
  return after === null || BigInt(sequence) > BigInt(after);
}

function recordOf({ eventName, dynamodb }: _Record): StreamRecord {
  const sequence = dynamodb?.SequenceNumber;
  if (eventName === undefined || dynamodb?.Keys === undefined || sequence === undefined)
    throw new Error(`A record of a stream has a name, keys and a sequence; got ${eventName}.`);
  return {
    change: eventName,
    keys: imageOf(dynamodb.Keys),
    newImage: dynamodb.NewImage === undefined ? null : imageOf(dynamodb.NewImage),
    oldImage: dynamodb.OldImage === undefined ? null : imageOf(dynamodb.OldImage),
    sequence,
    atMs: createdMs(dynamodb.ApproximateCreationDateTime),
  };
}

function createdMs(created: Date | undefined): EpochMs {
  return created?.getTime() ?? Date.now();
}
