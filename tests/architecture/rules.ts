/**
 * The import rules of the house, as data; docs/architecture.md tells them as a table. The first rule whose `files`
 * matches a path is the one that counts.
 *
 * Patterns: a trailing `/` means everything below, `*` is one path segment, `**` any number, `{same}` is what the first
 * `*` of `files` stood for. A package is written `npm:zod`, with all its subpaths; a built-in module `node:fs`.
 */
export interface ImportRule {
  readonly files: string;
  readonly may: readonly string[];
  /** Wins over `may`. */
  readonly never?: readonly string[];
  /** From these only types. */
  readonly typesOnly?: readonly string[];
  /** Of these packages only the named exports. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** May name its module at run time; elsewhere an import must be readable here. */
  readonly anyModule?: true;
  readonly why: string;
}

const WIRE = 'shared/adapters/*/wire/';
const RECORDINGS = [
  'npm:csv-parse',
  'node:crypto',
  'node:fs',
  'node:path',
  'node:zlib',
  'node:readline',
  'node:stream',
];

export const importRules: readonly ImportRule[] = [
  {
    files: 'shared/domain/money/decimal.ts',
    may: ['shared/domain/', 'npm:decimal.js'],
    why: 'decimal.js serves at the edges; one file is its door',
  },
  {
    files: 'shared/domain/',
    may: ['shared/domain/'],
    why: 'the domain is pure: values in, values out',
  },
  {
    files: 'shared/ports/',
    may: ['shared/ports/', 'shared/domain/'],
    typesOnly: ['shared/ports/', 'shared/domain/'],
    why: 'a port is an interface over domain types, without behaviour',
  },
  {
    files: 'shared/contracts/environment/',
    may: ['shared/contracts/environment/', 'npm:zod'],
    why: 'infrastructure reads these, and shares nothing else with the code',
  },
  {
    files: 'shared/contracts/',
    may: ['shared/contracts/', 'shared/domain/', 'shared/ports/', 'npm:zod'],
    typesOnly: ['shared/ports/'],
    why: 'contracts are schemas of what crosses a process, and know neither adapters nor AWS',
  },
  {
    files: 'shared/application/',
    may: [
      'shared/application/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      'node:crypto',
    ],
    names: { 'node:crypto': ['createHash', 'hash', 'Hash'] },
    why: 'use cases load and write through ports; of Node they take hashing only',
  },
  {
    files: 'shared/simulator/',
    may: [
      'shared/simulator/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      WIRE,
      'npm:pure-rand',
    ],
    why: 'the venues speak the real wire format on a virtual clock, and touch nothing real',
  },
  {
    files: 'shared/replay/import/',
    may: [
      'shared/replay/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      WIRE,
      ...RECORDINGS,
      'npm:temporal-polyfill',
    ],
    why: 'importers read foreign recordings from disk; nothing else in replay touches files',
  },
  {
    files: 'shared/replay/segments.ts',
    may: [
      'shared/replay/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      WIRE,
      ...RECORDINGS,
    ],
    why: 'segments are the files of a recording; nothing else in replay touches files',
  },
  {
    files: 'shared/replay/frame-segments.ts',
    may: [
      'shared/replay/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      WIRE,
      ...RECORDINGS,
    ],
    why: 'frame segments are the files of the feeder’s own recordings; nothing else in replay touches files',
  },
  {
    files: 'shared/replay/',
    may: [
      'shared/replay/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      WIRE,
      'npm:pure-rand',
    ],
    why: 'a replay is ordered events under a virtual clock, and touches nothing real',
  },
  {
    files: WIRE,
    may: [
      'shared/adapters/{same}/wire/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      'npm:zod',
      'npm:temporal-polyfill',
      'node:buffer',
    ],
    typesOnly: ['shared/ports/'],
    why: 'wire schemas are pure (a time zone is a value), because the simulator shares them with the adapter',
  },
  {
    files: 'shared/adapters/memory/',
    may: [
      'shared/adapters/memory/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      'node:*',
    ],
    why: 'memory adapters need no package',
  },
  {
    files: 'shared/adapters/*/',
    may: [
      'shared/adapters/{same}/',
      'shared/adapters/http/',
      'shared/adapters/websocket/',
      'shared/domain/',
      'shared/ports/',
      'shared/contracts/',
      'npm:**',
      'node:*',
    ],
    never: ['npm:decimal.js'],
    why: 'an adapter knows one vendor and its SDK, no other adapter but the sockets and requests under them, and no use case',
  },
  {
    files: 'functions/runtime/compose-*.ts',
    may: ['functions/runtime/', 'shared/', 'npm:**', 'node:*'],
    never: ['shared/simulator/', 'shared/replay/', 'npm:decimal.js'],
    why: 'what several compose.ts share: the deployed adapters of a kind of function',
  },
  {
    files: 'functions/*/compose.ts',
    may: ['functions/{same}/', 'functions/runtime/', 'shared/', 'npm:**', 'node:*'],
    never: ['shared/simulator/', 'shared/replay/', 'npm:decimal.js'],
    why: 'adapters are chosen in compose.ts, and only there',
  },
  {
    files: 'functions/*/',
    may: [
      'functions/{same}/',
      'functions/runtime/',
      'shared/application/',
      'shared/contracts/',
      'shared/ports/',
      'shared/domain/',
      'npm:**',
      'node:*',
    ],
    never: ['npm:decimal.js', 'npm:@aws-sdk/*'],
    why: 'a handler parses, calls one use case and maps its outcome; functions do not know each other',
  },
  {
    files: 'fargate/feeder/compose-*.ts',
    may: ['fargate/', 'shared/', 'npm:**', 'node:*'],
    never: ['shared/simulator/', 'shared/replay/', 'npm:decimal.js'],
    why: 'the parts of compose.ts: exchange, odds, scores and secrets over the deployed adapters',
  },
  {
    files: 'fargate/feeder/compose.ts',
    may: ['fargate/', 'shared/', 'npm:**', 'node:*'],
    never: ['shared/simulator/', 'shared/replay/', 'npm:decimal.js'],
    why: 'adapters are chosen in compose.ts, and only there',
  },
  {
    files: 'fargate/',
    may: [
      'fargate/',
      'shared/application/',
      'shared/contracts/',
      'shared/ports/',
      'shared/domain/',
      'npm:**',
      'node:*',
    ],
    never: ['npm:decimal.js', 'npm:@aws-sdk/*'],
    why: 'the feeder decides through use cases and does not know the functions',
  },
  {
    files: 'local/',
    may: [
      'local/',
      'shared/',
      'fargate/feeder/',
      'functions/',
      'infra/wiring.json',
      'npm:**',
      'node:*',
    ],
    never: ['npm:decimal.js', 'npm:aws-cdk-lib', 'npm:constructs'],
    anyModule: true,
    why: 'the embedded runtime runs the same handlers as the account, and of infra only the synthesized wiring',
  },
  {
    files: 'scripts/',
    may: ['scripts/', 'local/', 'shared/', 'npm:**', 'node:*'],
    never: ['npm:decimal.js', 'npm:aws-cdk-lib', 'npm:constructs'],
    why: 'the command calls what exists and holds no rule',
  },
  {
    files: 'infra/',
    may: [
      'infra/',
      'shared/contracts/environment/',
      'npm:aws-cdk-lib',
      'npm:constructs',
      'npm:cdk-nag',
      'node:*',
    ],
    why: 'infrastructure shares the environment contract with the code and nothing else',
  },
  {
    files: 'dashboard/',
    may: ['dashboard/', 'shared/contracts/', 'shared/domain/money/', 'npm:**'],
    never: ['npm:@aws-sdk/*', 'npm:decimal.js'],
    why: 'the page shows what the contracts say, in our units of money',
  },
  {
    files: 'tests/',
    may: ['**', 'npm:**', 'node:*'],
    anyModule: true,
    why: 'tests may look anywhere',
  },
];

/** Packages taken as a namespace, `import * as z`: a named import of zod defeats tree-shaking, 360 KiB a function. */
export const namespaceOnly: readonly string[] = ['npm:zod'];

/** Where time and chance are values, so that a run is reproducible to the byte. */
export const deterministicFolders: readonly string[] = [
  'shared/domain/',
  'shared/application/',
  'shared/simulator/',
  'shared/replay/',
  WIRE,
];

/** Globals that bring in the clock, chance, the machine or the network. */
export const realWorldGlobals: readonly string[] = [
  'process',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'crypto',
  'globalThis',
  'WebSocket',
  'Intl', // its output follows the machine's locale and time zone data
];

/** Members of `Date` that answer in the machine's time zone or locale. */
export const localTimeMembers: readonly string[] =
  'getFullYear getMonth getDate getDay getHours getMinutes getSeconds getTimezoneOffset toDateString toTimeString toLocaleString toLocaleDateString toLocaleTimeString localeCompare'.split(
    ' ',
  );

export const fileSize = { folders: ['shared/', 'local/'], thinkAgainAt: 300, limit: 600 } as const;
