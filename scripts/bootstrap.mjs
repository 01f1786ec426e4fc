// Makes node_modules what package-lock.json says. Runs before `npm start` and `npm test`, on the machine's own Node
// (20 or newer) and without any dependency, because there may be none yet. Standard output stays clean: progress is
// written to standard error.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
const stampFile = join(modules, '.fairline-lock.sha256');

const say = (line) => process.stderr.write(`${line}\n`);
const lockSha256 = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex');
const stamped = () => (existsSync(stampFile) ? readFileSync(stampFile, 'utf8').trim() : null);

/** Did somebody run `npm ci` already? npm keeps a copy of what it installed; it must agree with the lock. */
function installedByHand() {
  const copy = join(modules, '.package-lock.json');
  if (!existsSync(copy)) return false;
  const installed = JSON.parse(readFileSync(copy, 'utf8')).packages;
  return Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages).every(
    ([path, wanted]) =>
      path === '' ||
      (installed[path] === undefined
        ? wanted.optional === true
        : installed[path].version === wanted.version),
  );
}

/** The npm that called us, or the one on the path; never through the node_modules that is about to be replaced. */
function startNpmCi() {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const path = (process.env.PATH ?? '').split(delimiter);
  const env = {
    ...process.env,
    PATH: path.filter((folder) => !folder.startsWith(modules)).join(delimiter),
  };
  const options = { cwd: root, env, stdio: ['ignore', 2, 2] };
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  if (npm?.endsWith('.js') && node && !node.startsWith(modules))
    return spawn(node, [npm, ...args], options);
  return spawn('npm', args, { ...options, shell: process.platform === 'win32' });
}

function fail(reason) {
  say(`fairline: installing the dependencies failed: ${reason}.`);
  say('  What npm printed above says why. Often it is no network, a proxy, or a full disk.');
  say(`  Then, in ${root}: npm ci`);
  process.exit(1);
}

const wanted = lockSha256();
if (stamped() !== wanted) {
  if (!installedByHand()) {
    const startedMs = Date.now();
    say('fairline: installing the dependencies (once, usually under a minute) ...');
    const npm = startNpmCi();
    const ticker = setInterval(
      () => say(`fairline: still installing, ${Math.round((Date.now() - startedMs) / 1000)} s`),
      5_000,
    );
    // Half an installation is left; without its stamp the next start makes it anew, once this npm is gone.
    const interrupt = (signal) => {
      npm.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143));
      npm.kill('SIGTERM');
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const outcome = await new Promise((resolve) => {
      npm.once('error', (error) => resolve(error.message));
      npm.once('close', (code, signal) =>
        resolve(code === 0 ? null : `npm ci ended with ${signal ?? `status ${code}`}`),
      );
    });
    clearInterval(ticker);
    if (outcome !== null) fail(outcome);
    say(`fairline: installed in ${Math.round((Date.now() - startedMs) / 1000)} s`);
  }
  try {
    writeFileSync(stampFile, `${wanted}\n`);
  } catch {
    // A read-only checkout works without the stamp; the next start compares the lock again.
  }
}
