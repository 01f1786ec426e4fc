import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchBrowser } from '../support/browser.ts';

// `npm run docs:picture`: runs `npm start` once and puts what it showed into the README, the picture of the report and the
// lines of the terminal between the two marks. Real output only, so that the first screen is never better than the program.

const root = fileURLToPath(new URL('../..', import.meta.url));
const BEGIN = '<!-- of npm start, by npm run docs:picture -->\n';
const END = '<!-- end -->';
const SCREEN = { width: 1280, height: 945 } as const;

const folder = mkdtempSync(join(tmpdir(), 'fairline-picture-'));
try {
  const shown = runOnce(folder);
  await photograph(join(folder, 'report.html'), join(root, 'docs/images/report.png'));
  putIntoReadme(shown);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runOnce(out: string): readonly string[] {
  const run = spawnSync('node', ['scripts/fairline.mjs', 'start', '--out', out], {
    cwd: root,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`npm start ended with ${run.status}:\n${run.stderr}`);
  const lines = run.stdout.split('\n');
  const progress = lines.filter((line) => /^ *\d+ % /.test(line));
  const middle = progress.find((line) => Number.parseInt(line, 10) >= 50);
  const sentences = lines.filter((line) =>
    /^(Made|Lost|Broke even|All \d+ invariants) /.test(line),
  );
  return [lines[0] ?? '', middle ?? '', progress.at(-1) ?? '', '', ...sentences];
}

async function photograph(page: string, picture: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const tab = await browser.newPage({ viewport: SCREEN, colorScheme: 'light' });
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

function putIntoReadme(shown: readonly string[]): void {
  const file = join(root, 'README.md');
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no place between ${BEGIN} and ${END}`);
  const block = shown.map((line) => `    ${line}`.trimEnd()).join('\n');
  writeFileSync(file, `${text.slice(0, from + BEGIN.length)}\n${block}\n\n${text.slice(to)}`);
}
