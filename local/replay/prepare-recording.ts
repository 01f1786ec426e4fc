import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { importKalshiNba } from '../../shared/replay/import/kalshi-nba.ts';

/** A recording that can be played; `release` removes what was made only for this run. */
export type PreparedRecording = { readonly dir: string; readonly release: () => void };

const MANIFEST = 'manifest.json';
const RAW_GAMES = 'kalshi_nba_games.csv';

/**
 * Finds what can be played in a folder: a recording of ours, or the raw Kalshi NBA files (there or in `kalshi-nba`
 * below it), which are imported first into a temporary folder. A folder with neither is treated as a recording, so that
 * what is missing is named.
 */
export async function prepareRecording(
  dir: string,
  resultsDir: string | null,
  onStage: (stage: string) => void,
): Promise<PreparedRecording> {
  const pricesDir = [dir, join(dir, 'kalshi-nba')].find((one) => existsSync(join(one, RAW_GAMES)));
  if (existsSync(join(dir, MANIFEST)) || pricesDir === undefined) return { dir, release: () => {} };
  const temporary = mkdtempSync(join(tmpdir(), 'fairline-import-'));
  const release = (): void => rmSync(temporary, { recursive: true, force: true });
  try {
    const outDir = join(temporary, 'recording');
    await importKalshiNba({
      pricesDir,
      resultsDir: resultsDir ?? join(dirname(resolve(pricesDir)), 'nba'),
      outDir,
      onProgress: ({ stage }) => onStage(stage),
    });
    return { dir: outDir, release };
  } catch (error) {
    release();
    throw error;
  }
}
