import { defineConfig } from 'vitest/config';

const SECOND_MS = 1000;

/** One folder of tests is one project, so that `check` can leave the slow ones to `npm test`. */
const projects: readonly {
  readonly name: string;
  readonly timeoutMs: number;
  readonly globalSetup?: string;
}[] = [
  { name: 'unit', timeoutMs: 5 * SECOND_MS },
  { name: 'properties', timeoutMs: 20 * SECOND_MS },
  { name: 'contract', timeoutMs: 10 * SECOND_MS },
  { name: 'scenarios', timeoutMs: 20 * SECOND_MS },
  { name: 'architecture', timeoutMs: 20 * SECOND_MS },
  { name: 'simulation', timeoutMs: 300 * SECOND_MS },
  { name: 'integration', timeoutMs: 120 * SECOND_MS },
  { name: 'browser', timeoutMs: 60 * SECOND_MS, globalSetup: 'tests/support/browser-setup.ts' },
];

export default defineConfig({
  test: {
    // A run that found nothing to run has proved nothing.
    passWithNoTests: false,
    coverage: { provider: 'v8', include: ['shared/**/*.ts', 'local/**/*.ts'] },
    projects: projects.map(({ name, timeoutMs, globalSetup }) => ({
      test: {
        name,
        include: [`tests/${name}/**/*.test.ts`],
        environment: 'node',
        globals: false,
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        ...(globalSetup === undefined ? {} : { globalSetup: [globalSetup] }),
      },
    })),
  },
});
