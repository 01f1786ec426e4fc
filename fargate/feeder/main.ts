import process from 'node:process';
import { composeFeeder } from './compose.ts';
import { askHealth, HEALTH_PORT, serveHealth } from './health.ts';

/** The container gets SIGKILL 30 s after SIGTERM: whatever hangs by then is given up before. */
const DRAIN_LIMIT_MS = 25_000;

/** `complete` 0, something was given up 1, it could not begin 2. */
const EXIT = { complete: 0, incomplete: 1, cannotBegin: 2 } as const;

/** The feeder's container: `main.js` runs it, `main.js health` asks the one that runs whether it is live. */
async function main(argument: string | undefined): Promise<number> {
  if (argument === 'health') {
    const { isLive, problems } = await askHealth();
    process.stdout.write(`${isLive ? 'live' : 'not live'} ${problems.join(', ')}\n`);
    return isLive ? EXIT.complete : EXIT.incomplete;
  }
  const feeder = await composeFeeder(process.env);
  const health = await serveHealth(HEALTH_PORT, feeder);
  const tell = (): void => {
    setTimeout(() => process.exit(EXIT.incomplete), DRAIN_LIMIT_MS).unref();
    void feeder.drain();
  };
  process.once('SIGTERM', tell);
  process.once('SIGINT', tell);
  await feeder.start();
  // By a signal, or by a command.
  const isComplete = await feeder.ended;
  await health.close();
  return isComplete ? EXIT.complete : EXIT.incomplete;
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  // Bad environment, configuration, secret or port: a message that says what to do, and no stack.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.cannotBegin;
}
// The metrics timer would keep a process that is done alive.
process.exit();
