import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectedSource, RecordingManifest } from '../../shared/contracts/recording.ts';
import {
  collectedSets,
  SET_KINDS,
  usualResultsDir,
} from '../../shared/replay/import/collected-sets.ts';
import { RecordingRefusal } from '../../shared/replay/recording-refusal.ts';
import { readManifest } from '../../shared/replay/segments.ts';

/** A recording that can be played; `release` removes what was made only for this run. */
export type PreparedRecording = {
  readonly dir: string;
  readonly manifest: RecordingManifest;
  readonly release: () => void;
};

const MANIFEST = 'manifest.json';

/**
 * Finds what can be played in a folder: a recording of ours, or a collected set (there or in the folder of its name below
 * it), which is imported first into a temporary folder. Of more than one set the one that `source` names, or the first,
 * and `onNote` is told of the other. A folder with neither is treated as a recording, so that what is missing is named.
 */
export async function prepareRecording(input: {
  readonly dir: string;
  readonly source: CollectedSource | null;
  readonly resultsDir: string | null;
  readonly onNote: (text: string) => void;
}): Promise<PreparedRecording> {
  const { dir, source } = input;
  const isRecording = existsSync(join(dir, MANIFEST));
  const sets = isRecording ? [] : collectedSets(dir);
  const set = sets.find((one) => one.source === (source ?? one.source));
  if (set === undefined) {
    if (!isRecording && source !== null) throw notThere(dir, source);
    const manifest = readManifest(dir);
    if (source !== null && manifest.source !== source)
      throw otherSource(dir, source, manifest.source);
    return { dir, manifest, release: () => {} };
  }
  if (source === null)
    for (const other of sets)
      if (other !== set)
        input.onNote(
          `${dir} holds ${set.source} and ${other.source}; this is ${set.source}, --source ${other.source} plays the other.`,
        );
  const temporary = mkdtempSync(join(tmpdir(), 'fairline-import-'));
  const release = (): void => rmSync(temporary, { recursive: true, force: true });
  try {
    const outDir = join(temporary, 'recording');
    const { manifest } = await SET_KINDS[set.source].run({
      pricesDir: set.pricesDir,
      resultsDir: input.resultsDir ?? usualResultsDir(set),
      outDir,
    });
    return { dir: outDir, manifest, release };
  } catch (error) {
    release();
    throw error;
  }
}

function notThere(dir: string, source: CollectedSource): RecordingRefusal {
  return new RecordingRefusal({
    code: 'other_source',
    file: dir,
    found: `it holds no ${source}`,
    allowed: `${source} is a folder with ${SET_KINDS[source].prices}, this one or ${source} in it`,
    todo: 'Name the folder that has it, or leave out --source.',
  });
}

function otherSource(dir: string, asked: CollectedSource, found: string): RecordingRefusal {
  return new RecordingRefusal({
    code: 'other_source',
    file: join(dir, MANIFEST),
    found: `it is a recording of ${found}`,
    allowed: `--source ${asked} was asked for`,
    todo: 'Leave out --source, or name another recording.',
  });
}
