import { build } from 'esbuild';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLING, leftOutOf } from '../../shared/contracts/environment/bundling.ts';
import type { FunctionName } from '../../shared/contracts/environment/functions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Bundle = { readonly file: string; readonly bytes: number };

/** Bundles one function as infrastructure does, into a folder. */
export function bundleFunction(name: FunctionName, folder: string): Promise<Bundle> {
  const file = join(folder, name, 'index.cjs');
  return bundleEntry(`functions/${name}/compose.ts`, file, leftOutOf(name));
}

/** Bundles any file by the rules of functions, whole but for the packages named. */
export async function bundleEntry(
  entry: string,
  file: string,
  leftOut: readonly string[] = [],
): Promise<Bundle> {
  await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    external: [...leftOut],
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: file,
    logLevel: 'silent',
  });
  return { file, bytes: statSync(file).size };
}
