import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { StreamCheckpoint, StreamCheckpoints } from '../cloud/parts/dynamo-stream-source.ts';

const schema = z.strictObject({ stream: z.string().min(1), sequence: z.string().regex(/^\d+$/) });

/** Where a stream was read to, in a file that is replaced whole. One that cannot be read counts as none. */
export function checkpointFile(path: string): StreamCheckpoints {
  return {
    load: () => Promise.resolve(readCheckpoint(path)),
    save: (checkpoint) => {
      writeFileSync(`${path}.new`, JSON.stringify(checkpoint));
      renameSync(`${path}.new`, path);
      return Promise.resolve();
    },
  };
}

function readCheckpoint(path: string): StreamCheckpoint | null {
  if (!existsSync(path)) return null;
  try {
    const read = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
