import { invariant } from '../shared/domain/money/invariant.ts';
import { runCommandLine } from './program.ts';

// The composition root of the command line: what is real here is handed in everywhere else.

const LINGER_MS = 5_000;

// A reader that goes away (`fairline start | head`) ends the writer, as it would any other program.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    throw error;
  });

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  exchange: async (options) => {
    const { runExchangeCommand } = await import('./commands/exchange.ts');
    return runExchangeCommand(options, {
      stdout: process.stdout,
      signals: process,
      nowMs: () => performance.now(),
      exit: (status) => process.exit(status),
    });
  },
  oddsFeed: async (options) => {
    const { runOddsFeedCommand } = await import('./commands/odds-feed.ts');
    return runOddsFeedCommand(options, {
      stdout: process.stdout,
      signals: process,
      nowMs: () => performance.now(),
      exit: (status) => process.exit(status),
    });
  },
  start: async (options) => {
    const [{ runStart }, { SCENARIOS }] = await Promise.all([
      import('./commands/start.ts'),
      import('../local/virtual/scenarios.ts'),
    ]);
    return runStart(options, {
      stdout: process.stdout,
      stderr: process.stderr,
      signals: process,
      environment: process.env,
      nowMs: () => performance.now(),
      exit: (status) => process.exit(status),
      scenarios: SCENARIOS.map(({ name, description, faults }) => ({
        name,
        description,
        hasFaults: faults.kind !== 'none',
      })),
      // Loaded when it is known which of them runs.
      runEmbedded: async (request) => {
        const { runEmbedded } = await import('../local/embedded/run-embedded.ts');
        const scenario = SCENARIOS.find(({ name }) => name === request.scenario);
        invariant(scenario !== undefined, 'the scenario of a plan is one of the list');
        return runEmbedded({ ...request, scenario });
      },
      runVirtual: async (request) => {
        const { runVirtual } = await import('../local/virtual/run-virtual.ts');
        const scenario = SCENARIOS.find(({ name }) => name === request.scenario);
        invariant(scenario !== undefined, 'the scenario of a plan is one of the list');
        return runVirtual({ ...request, scenario });
      },
      runReplay: async (request) =>
        (await import('../local/replay/run-replay.ts')).runReplay(request),
    });
  },
});

// Something that would not end may still hold the process; unreferenced, this fires only then.
setTimeout(() => process.exit(), LINGER_MS).unref();
