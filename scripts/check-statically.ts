/**
 * What `npm run static` runs: format, lint and types, the linter beside the others. What each says is shown whole, when
 * it ends; one that fails does not keep the others from being heard.
 */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/**
 * The linter and the compiler are Go programs that end within seconds: collecting their garbage took a quarter of the
 * time and kept nothing small, as nearly all they hold lives to the end. Near this much memory they do collect it.
 */
const GO = { GOGC: 'off', GOMEMLIMIT: '2500MiB' };

/** Each lane runs its npm scripts one after another. */
const LANES = [['lint'], ['format:check', 'types']] as const;

/** Whether the script succeeded. */
function run(script: string): Promise<boolean> {
  const startMs = performance.now();
  const said: Buffer[] = [];
  // By the shell, as npm is no program but a script on some systems.
  const child = spawn(`npm run -s ${script}`, {
    shell: true,
    env: { ...GO, ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
      const end = code === 0 ? 'passed' : 'FAILED';
      process.stdout.write(`${Buffer.concat(said).toString()}${script} ${end} in ${seconds} s\n`);
      resolve(code === 0);
    });
  });
}

async function runLane(scripts: readonly string[]): Promise<boolean> {
  let passed = true;
  for (const script of scripts) passed = (await run(script)) && passed;
  return passed;
}

const lanes = await Promise.all(LANES.map(runLane));
if (lanes.includes(false)) process.exitCode = 1;
