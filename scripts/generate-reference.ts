import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference/pages.ts';

// `npm run docs` writes docs/reference; `npm run docs:check` says which pages differ from the code, with status 1.

const folder = fileURLToPath(new URL('../docs/reference', import.meta.url));
const pages = await referencePages();
const names = new Set(pages.map(({ file }) => file));
const strangers = existsSync(folder) ? readdirSync(folder).filter((file) => !names.has(file)) : [];

if (process.argv.includes('--check')) {
  const differing = pages.filter(({ file, text }) => {
    const path = join(folder, file);
    return !existsSync(path) || readFileSync(path, 'utf8') !== text;
  });
  const found = [...differing.map(({ file }) => file), ...strangers];
  for (const file of found)
    process.stderr.write(`docs/reference/${file} is not what the code says. Run: npm run docs\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const file of strangers) rmSync(join(folder, file));
  for (const { file, text } of pages) writeFileSync(join(folder, file), text);
  process.stdout.write(`docs/reference: ${pages.length} pages\n`);
}
