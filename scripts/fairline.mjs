#!/usr/bin/env node
// The `fairline` command. Fairline is TypeScript that Node 24 runs as it is; on an older Node this file starts the
// Node 24 that came with the dependencies and stands between it and the shell: same arguments, same streams, signals
// passed on, same exit status.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(root, 'node_modules');

/** Ends with status 69, "service unavailable" of sysexits.h. */
function refuse(what, todo) {
  process.stderr.write(`fairline: ${what}\n  ${todo}\n`);
  process.exit(69);
}

function bundledNode() {
  const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  return [join(modules, platform, 'bin', 'node'), join(modules, platform, 'bin', 'node.exe')].find(
    (path) => existsSync(path),
  );
}

function handOver(node) {
  // The channel tells the child when this process is gone, however it went.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.once('error', (error) => refuse(`${node} did not start: ${error.message}.`, 'Run: npm ci'));
  child.once('exit', (code, signal) =>
    process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)),
  );
}

if (!existsSync(modules)) refuse('the dependencies are not installed.', `In ${root}, run: npm ci`);
if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  const node = bundledNode();
  if (node === undefined)
    refuse(
      `Node ${NEEDED_MAJOR} is needed; this is ${process.version}, and none is bundled for ${process.platform}-${process.arch}.`,
      `Install Node ${NEEDED_MAJOR} or newer, or run npm ci without --omit=optional.`,
    );
  handOver(node);
} else {
  if (process.channel) {
    process.channel.unref();
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  }
  await import('./main.ts');
}
