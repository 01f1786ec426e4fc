import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const sourceFolders: readonly string[] =
  'infra functions fargate shared local dashboard scripts tests'.split(' ');

const NOT_OURS = new Set(['node_modules', 'dist', 'out', 'cdk.out', 'fixtures']);

/** Paths from the root, with `/`, of the files below a folder whose names match; none if the folder does not exist. */
export function filesBelow(folder: string, name: RegExp): readonly string[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => NOT_OURS.has(part)))
    .toSorted();
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function exists(path: string): boolean {
  return existsSync(join(root, path));
}
