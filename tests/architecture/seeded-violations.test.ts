import { describe, expect, test } from 'vitest';
import { importRules } from './rules.ts';
import { sourceFacts } from './source-facts.ts';
import { ruleFor, violations } from './violations.ts';

interface Seed {
  readonly path: string;
  /** Sources the rules must let pass. */
  readonly fine: readonly string[];
  /** Sources the rules must refuse, and a word of what they must say. */
  readonly bad: readonly (readonly [source: string, says: string])[];
}

const found = (path: string, source: string): readonly string[] =>
  violations(sourceFacts(path, source));

const seeds: readonly Seed[] = [
  {
    path: 'shared/domain/money/decimal.ts',
    fine: [`import { Decimal } from 'decimal.js';`],
    bad: [[`import * as z from 'zod';`, 'npm:zod']],
  },
  {
    path: 'shared/domain/edge/edge.ts',
    fine: [`import { price } from '../money/price.ts';`],
    bad: [
      [`import { Decimal } from 'decimal.js';`, 'npm:decimal.js'],
      [`import { readFileSync } from 'fs';`, 'node:fs'],
      [`import type { Clock } from '../../ports/clock.ts';`, 'shared/ports/clock.ts'],
      [`export { z } from 'zod';`, 'npm:zod'],
      [`export * from '@aws-sdk/client-sqs';`, 'npm:@aws-sdk/client-sqs'],
      [`const sdk = await import('@aws-sdk/client-sqs');`, 'npm:@aws-sdk/client-sqs'],
      [`type Fill = import('../../contracts/fill.ts').Fill;`, 'shared/contracts/fill.ts'],
      [`const fs = require('node:fs');`, 'node:fs'],
      [`const m = await import(name);`, 'only the run will tell'],
      [`import { price } from '../money/price';`, 'extension .ts'],
      [`import { price } from '../money/price.js';`, 'extension .ts'],
      [`import { x } from '../../../../elsewhere/x.ts';`, 'from outside'],
    ],
  },
  {
    path: 'shared/ports/queue.ts',
    fine: [
      `import type { Fill } from '../domain/execution/fill.ts';`,
      `import { type Fill } from '../domain/execution/fill.ts';`,
    ],
    bad: [
      [`import { fold } from '../domain/execution/fill.ts';`, 'only types'],
      [`import type { Message } from '../contracts/message.ts';`, 'shared/contracts'],
    ],
  },
  {
    path: 'shared/contracts/environment/queues.ts',
    fine: [`import * as z from 'zod';`, `import type { FunctionName } from './functions.ts';`],
    bad: [
      [`import { config } from '../config.ts';`, 'shared/contracts/config.ts'],
      [`import { price } from '../../domain/money/price.ts';`, 'shared/domain'],
    ],
  },
  {
    path: 'shared/contracts/config.ts',
    fine: [`import * as z from 'zod';`],
    bad: [
      [`import { kalshi } from '../adapters/kalshi/rest.ts';`, 'shared/adapters'],
      [`import { z } from 'zod';`, 'npm:zod as a namespace'],
      [`import z from 'zod';`, 'npm:zod as a namespace'],
    ],
  },
  {
    path: 'shared/application/place-order.ts',
    fine: [`import { createHash } from 'node:crypto';`, `import * as c from '../contracts/c.ts';`],
    bad: [
      [`import { randomUUID } from 'node:crypto';`, 'only createHash'],
      [`import * as crypto from 'node:crypto';`, 'only createHash'],
      [`import { store } from '../adapters/memory/memory-hot-store.ts';`, 'shared/adapters'],
      [`import { SQSClient } from '@aws-sdk/client-sqs';`, 'npm:@aws-sdk/client-sqs'],
      [`import { world } from '../simulator/world.ts';`, 'shared/simulator'],
    ],
  },
  {
    path: 'shared/simulator/exchange/matching.ts',
    fine: [
      `import { encode } from '../../adapters/kalshi/wire/book.ts';`,
      `import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';`,
    ],
    bad: [
      [`import { sign } from '../../adapters/kalshi/sign.ts';`, 'shared/adapters/kalshi/sign.ts'],
      [`import { score } from '../../application/score.ts';`, 'shared/application'],
      [`import { setTimeout } from 'node:timers/promises';`, 'node:timers'],
    ],
  },
  {
    path: 'shared/replay/import/kalshi-nba.ts',
    fine: [`import { parse } from 'csv-parse/sync';`, `import { open } from 'node:fs/promises';`],
    bad: [
      [`import { request } from 'node:https';`, 'node:https'],
      [`import { rest } from '../../adapters/kalshi/rest.ts';`, 'shared/adapters'],
    ],
  },
  {
    path: 'shared/replay/segments.ts',
    fine: [`import { createGunzip } from 'node:zlib';`],
    bad: [[`import { spawn } from 'node:child_process';`, 'node:child_process']],
  },
  {
    path: 'shared/replay/clock.ts',
    fine: [`import { decode } from '../adapters/boltodds/wire/frame.ts';`],
    bad: [
      [`import { readFile } from 'node:fs/promises';`, 'node:fs'],
      [`import { parse } from 'csv-parse';`, 'npm:csv-parse'],
    ],
  },
  {
    path: 'shared/adapters/kalshi/wire/book.ts',
    fine: [
      `import * as z from 'zod';`,
      `import { level } from './level.ts';`,
      `import type { BookEvent } from '../../../ports/market-data.ts';`,
    ],
    bad: [
      [`import { open } from '../../../ports/market-data.ts';`, 'only types'],
      [`import { sign } from '../sign.ts';`, 'shared/adapters/kalshi/sign.ts'],
      [`import { frame } from '../../boltodds/wire/frame.ts';`, 'shared/adapters/boltodds'],
      [`import { createSign } from 'node:crypto';`, 'node:crypto'],
    ],
  },
  {
    path: 'shared/adapters/memory/memory-queue.ts',
    fine: [`import { createHash } from 'node:crypto';`],
    bad: [[`import { SQSClient } from '@aws-sdk/client-sqs';`, 'npm:@aws-sdk/client-sqs']],
  },
  {
    path: 'shared/adapters/kalshi/rest.ts',
    fine: [
      `import { book } from './wire/book.ts'; import { WebSocket } from 'ws';`,
      `import { createSign } from 'node:crypto';`,
    ],
    bad: [
      [`import { feed } from '../boltodds/feed.ts';`, 'shared/adapters/boltodds'],
      [`import { place } from '../../application/place-order.ts';`, 'shared/application'],
      [`import { Decimal } from 'decimal.js';`, 'npm:decimal.js'],
    ],
  },
  {
    path: 'shared/replay/frame-segments.ts',
    fine: [`import { createReadStream } from 'node:fs';`],
    bad: [
      [`import { PutObjectCommand } from '@aws-sdk/client-s3';`, 'npm:@aws-sdk/client-s3'],
      [`import { FeederSession } from '../../fargate/feeder/session.ts';`, 'fargate/feeder'],
    ],
  },
  {
    path: 'functions/runtime/compose-stores.ts',
    fine: [`import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';`],
    bad: [
      [`import { x } from '../score-edges/compose.ts';`, 'functions/score-edges'],
      [`import { world } from '../../shared/simulator/world.ts';`, 'shared/simulator'],
    ],
  },
  {
    path: 'functions/place-order/compose.ts',
    fine: [`import { exchange } from '../../shared/adapters/kalshi/rest.ts';`],
    bad: [
      [`import { x } from '../score-edges/compose.ts';`, 'functions/score-edges'],
      [`import { world } from '../../shared/simulator/world.ts';`, 'shared/simulator'],
    ],
  },
  {
    path: 'functions/place-order/handler.ts',
    fine: [
      `import { handler } from '../runtime/handler.ts';`,
      `import { place } from '../../shared/application/place-order.ts';`,
    ],
    bad: [
      [`import { rest } from '../../shared/adapters/kalshi/rest.ts';`, 'shared/adapters'],
      [`import { handler } from '../score-edges/handler.ts';`, 'functions/score-edges'],
      [`import { join } from '../../fargate/feeder/join.ts';`, 'fargate/feeder'],
    ],
  },
  {
    path: 'fargate/feeder/compose.ts',
    fine: [`import { rest } from '../../shared/adapters/kalshi/rest.ts';`],
    bad: [[`import { h } from '../../functions/place-order/handler.ts';`, 'functions/place-order']],
  },
  {
    path: 'fargate/feeder/compose-odds.ts',
    fine: [`import { feed } from '../../shared/adapters/odds-api/feed.ts';`],
    bad: [[`import { v } from '../../shared/simulator/venue.ts';`, 'shared/simulator']],
  },
  {
    path: 'fargate/feeder/join.ts',
    fine: [`import { score } from '../../shared/application/score.ts';`],
    bad: [
      [`import { rest } from '../../shared/adapters/kalshi/rest.ts';`, 'shared/adapters'],
      [`import { h } from '../../functions/place-order/handler.ts';`, 'functions/place-order'],
    ],
  },
  {
    path: 'local/compose.ts',
    fine: [
      `import { compose } from '../functions/place-order/compose.ts';`,
      `import wiring from '../infra/wiring.json' with { type: 'json' };`,
      `const handler = await import(path);`,
    ],
    bad: [
      [`import { DataStack } from '../infra/stacks/data.ts';`, 'infra/stacks'],
      [`import { run } from '../scripts/main.ts';`, 'scripts/main.ts'],
      [`import { App } from 'aws-cdk-lib';`, 'npm:aws-cdk-lib'],
      [`import { Decimal } from 'decimal.js';`, 'npm:decimal.js'],
    ],
  },
  {
    path: 'scripts/main.ts',
    fine: [`import { Command } from 'commander'; import { run } from '../local/run.ts';`],
    bad: [
      [`import { DataStack } from '../infra/stacks/data.ts';`, 'infra/stacks'],
      [`import { app } from '../dashboard/app.tsx';`, 'dashboard'],
    ],
  },
  {
    path: 'infra/stacks/data.ts',
    fine: [
      `import { Stack } from 'aws-cdk-lib'; import { QUEUES } from '../../shared/contracts/environment/queues.ts';`,
    ],
    bad: [
      [`import { event } from '../../shared/contracts/events.ts';`, 'shared/contracts/events.ts'],
      [`import { price } from '../../shared/domain/money/price.ts';`, 'shared/domain'],
    ],
  },
  {
    path: 'dashboard/src/app.tsx',
    fine: [`import { useState } from 'react'; import '../app.css';`],
    bad: [
      [`import { edge } from '../../shared/domain/edge/edge.ts';`, 'shared/domain/edge'],
      [`import { score } from '../../shared/application/score.ts';`, 'shared/application'],
    ],
  },
  {
    path: 'tests/unit/edge.test.ts',
    fine: [
      `import { Decimal } from 'decimal.js'; import { edge } from '../../shared/domain/edge.ts';`,
    ],
    bad: [
      [`import { edge } from '../../shared/domain/edge';`, 'extension .ts'],
      [`import { secret } from '../../../elsewhere/secret.ts';`, 'from outside'],
    ],
  },
];

describe('each import rule bites on a seeded violation', () => {
  test.each(importRules.map(({ files }) => files))('%s', (files) => {
    const own = seeds.filter(({ path }) => ruleFor(path)?.files === files);
    expect(own.length).toBeGreaterThan(0);
    for (const { path, fine, bad } of own) {
      expect(bad.length).toBeGreaterThan(0);
      for (const source of fine) expect(found(path, source)).toEqual([]);
      for (const [source, says] of bad)
        expect(found(path, source)).toContainEqual(expect.stringContaining(says));
    }
  });

  test('a folder without a rule', () => {
    expect(found('shared/utils/strings.ts', 'export const x = 1;')).toEqual([
      expect.stringContaining('no folder'),
    ]);
  });
});

describe('a barrel', () => {
  test.each([
    `export * from './a.ts';`,
    `export { a } from './a.ts';\nexport type { B } from './b.ts';`,
  ])('is refused: %s', (source) => {
    expect(found('shared/domain/money/index.ts', source)).toEqual([
      expect.stringContaining('only passes on'),
    ]);
  });

  test('is not a file that adds something of its own', () => {
    const source = `export * from './a.ts';\nexport const b = 2;`;
    expect(found('shared/domain/money/index.ts', source)).toEqual([]);
  });
});

describe('the clock, chance and the machine', () => {
  const folders = [
    'shared/domain/edge/edge.ts',
    'shared/application/score.ts',
    'shared/simulator/world.ts',
    'shared/replay/clock.ts',
    'shared/adapters/kalshi/wire/book.ts',
  ];
  const uses: readonly (readonly [source: string, says: string])[] = [
    ['const x = Math.random();', 'Math.random'],
    [`const x = Math['random']();`, 'Math.random'],
    ['const { random } = Math;', 'Math.?'],
    ['const t = Date.now();', 'Date.now'],
    ['const t = new Date();', 'new Date()'],
    ['const t = Date();', 'Date'],
    ['const now = Date;', 'Date'],
    ['const h = new Date(ms).getHours();', '.getHours'],
    ['const e = process.env;', 'process'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['const r = await fetch(url);', 'fetch'],
    ['const id = crypto.randomUUID();', 'crypto'],
    ['const p = globalThis.process;', 'globalThis'],
    ['const s = (1234).toLocaleString();', '.toLocaleString'],
    ['const x = `${Math.random()}`;', 'Math.random'],
  ];

  test.each(folders)('do not exist in %s', (path) => {
    for (const [source, says] of uses)
      expect(found(path, source)).toEqual([expect.stringContaining(`uses ${says}`)]);
  });

  test('exist elsewhere', () => {
    for (const [source] of uses) expect(found('local/real-clock.ts', source)).toEqual([]);
  });

  test('are not meant by names, strings, comments and pure dates', () => {
    const source = [
      '// Math.random and Date.now()',
      `const text = 'process.env setTimeout(';`,
      'const { process: step, fetch: got } = input; const y = input.fetch.process;',
      'const iso = new Date(atMs).toISOString(); const t = Date.UTC(2026, 0, 1);',
      'const late = (performance: number): number => performance + 1;',
      'const b = Math.max(1, 2); interface At { when: Date; process(): void }',
    ].join('\n');
    expect(found('shared/domain/edge/edge.ts', source)).toEqual([]);
  });
});

test('says where: path, line, and why', () => {
  expect(found('shared/domain/edge/edge.ts', `\n\nimport * as z from 'zod';`)).toEqual([
    'shared/domain/edge/edge.ts:3 must not import npm:zod (the domain is pure: values in, values out)',
  ]);
});
