import { build } from 'esbuild';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLING } from '../../shared/contracts/environment/bundling.ts';
import type { FunctionName } from '../../shared/contracts/environment/functions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Bundle = { readonly file: string; readonly bytes: number };

/** Bundles one function as infrastructure does, into a folder. */
export function bundleFunction(name: FunctionName, folder: string): Promise<Bundle> {
  return bundleEntry(`functions/${name}/compose.ts`, join(folder, name, 'index.cjs'));
}

/** Bundles any file by the rules of functions. */
export async function bundleEntry(entry: string, file: string): Promise<Bundle> {
  await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    external: [...BUNDLING.external],
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: file,
    logLevel: 'silent',
  });
  return { file, bytes: statSync(file).size };
}
