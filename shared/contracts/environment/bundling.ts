import type { FunctionName } from './functions.ts';

/**
 * Where the SDK looks for credentials when the environment has none: a function of an account always has them there.
 */
const CREDENTIALS_OF_OTHER_PLACES = [
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/credential-provider-http',
  '@smithy/credential-provider-imds',
] as const;

/**
 * Reads streams of events, which no call of ours answers with. Clients load it only when one does, but for the client
 * of S3, which loads it as it starts.
 */
const STREAMS_OF_EVENTS = '@smithy/core/event-streams';
const WITH_STREAMS_OF_EVENTS: readonly FunctionName[] = ['build-report', 'review-data'];

/**
 * How a function's compose.ts becomes one file for Lambda, as esbuild takes it. CommonJS loads faster than modules, and
 * `module` before `main` lets esbuild leave out what is not used. Source maps are kept beside and not read at run time.
 */
export const BUNDLING = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  sourcemap: 'external',
  /** Its form for Node waits at the top level for a package that is not there, which CommonJS cannot. */
  alias: { 'vega-canvas': './node_modules/vega-canvas/build/vega-canvas.browser.js' },
  legalComments: 'none',
} as const;

/** Packages that a function's bundle leaves out, because nothing it does ever loads them. */
export function leftOutOf(name: FunctionName): readonly string[] {
  return WITH_STREAMS_OF_EVENTS.includes(name)
    ? CREDENTIALS_OF_OTHER_PLACES
    : [...CREDENTIALS_OF_OTHER_PLACES, STREAMS_OF_EVENTS];
}

/**
 * What a bundle may weigh: it is read before the first message is. The two that nobody waits for have the client of S3
 * besides the database, and reports draw charts.
 */
const MAX_BUNDLE_KIB: Readonly<Partial<Record<FunctionName, number>>> = {
  'build-report': 2_500,
  'review-data': 600,
};

export function maxBundleKib(name: FunctionName): number {
  return MAX_BUNDLE_KIB[name] ?? 500;
}
