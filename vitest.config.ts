import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { propertySettings } from './tests/support/property-settings.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** One folder of tests is one project, so that `check` can leave the slow ones to `npm test`. */
const projects: readonly {
  readonly name: string;
  readonly timeoutMs: number;
  readonly globalSetup?: string;
  /** Its tests may draw values with fast-check. */
  readonly draws?: true;
}[] = [
  { name: 'unit', timeoutMs: 5 * SECOND_MS, draws: true },
  { name: 'properties', timeoutMs: 20 * SECOND_MS, draws: true },
  { name: 'contract', timeoutMs: 10 * SECOND_MS, draws: true },
  { name: 'scenarios', timeoutMs: 20 * SECOND_MS },
  { name: 'architecture', timeoutMs: 20 * SECOND_MS },
  { name: 'infra', timeoutMs: 120 * SECOND_MS },
  { name: 'simulation', timeoutMs: 900 * SECOND_MS },
  { name: 'integration', timeoutMs: 120 * SECOND_MS, draws: true },
  { name: 'browser', timeoutMs: 60 * SECOND_MS, globalSetup: 'tests/support/browser-setup.ts' },
];

const { seed, leastRuns } = propertySettings(process.env);
const drawnSeed = seed === 'random' ? randomInt(2 ** 31) : seed;
if (seed === 'random') console.info(`Properties draw from FAIRLINE_PROPERTY_SEED=${drawnSeed}`);

const drawing = {
  setupFiles: ['tests/support/property-setup.ts'],
  env: { FAIRLINE_PROPERTY_SEED: String(drawnSeed) },
  // Who asks for more runs waits for them.
  ...(leastRuns === null ? {} : { testTimeout: HOUR_MS }),
};

export default defineConfig({
  test: {
    // A run that found nothing to run has proved nothing.
    passWithNoTests: false,
    // The default leaves one core idle, which on a machine of two is half of it.
    maxWorkers: availableParallelism(),
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'functions/**/*.ts', 'fargate/**/*.ts', 'local/**/*.ts'],
    },
    projects: projects.map(({ name, timeoutMs, globalSetup, draws }) => ({
      test: {
        name,
        include: [`tests/${name}/**/*.test.ts`],
        environment: 'node',
        globals: false,
        // Tests share no state but modules, which hold none: loading them once a worker halves the time.
        isolate: false,
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        ...(globalSetup === undefined ? {} : { globalSetup: [globalSetup] }),
        ...(draws === true ? drawing : {}),
      },
    })),
  },
});
