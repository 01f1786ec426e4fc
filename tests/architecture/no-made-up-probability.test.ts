import { expect, test } from 'vitest';
import { exists, filesBelow, read } from './checkout.ts';
import { madeUpProbabilities } from './made-up-probabilities.ts';

/** From a message of a book or a scoreboard to the price of a market, and on to its order. */
const PATH = [
  'shared/domain/odds',
  'shared/domain/pricing',
  'shared/domain/models',
  'shared/domain/edge',
  'shared/domain/strategies',
  'shared/adapters/boltodds',
  'shared/adapters/odds-api',
  'shared/adapters/espn',
  'shared/adapters/balldontlie',
  'functions/score-edges',
  'fargate/feeder',
];

/** Folders of formulas and their fitted coefficients, where a number between 0 and 1 is not yet a probability. */
const FORMULAS = ['shared/domain/odds/devig/', 'shared/domain/models/'];

/** What is found on the path and is none, each with what it is. */
const KNOWN: Readonly<Record<string, string>> = {
  'shared/domain/odds/solve-decreasing.ts 1e-13': 'how near zero a solver must come',
  'shared/domain/odds/solve-decreasing.ts 1e-12': 'how near zero a solver must come',
  'shared/domain/pricing/fair-line.ts 0.2': 'the largest margin of a line that is believed',
  'shared/domain/odds/devig.ts shares as Probability[]': 'what a method said, looked at one by one',
  'fargate/feeder/publish-cost.ts 0.4 / 1_000_000': 'dollars of one request to a queue',
  'fargate/feeder/publish-cost.ts 0.4': 'dollars of a million requests to a queue',
  'fargate/feeder/publish-cost.ts 1 / 1_000_000': 'dollars of one event on the bus',
};

const files = PATH.flatMap((folder) => filesBelow(folder, /\.ts$/));

test('the path from odds to orders is where it is looked for', () => {
  for (const folder of PATH) expect([folder, exists(folder)]).toEqual([folder, true]);
  expect(files.length).toBeGreaterThan(60);
  expect(files).toContain('shared/domain/pricing/price-market.ts');
});

test('no probability on the way from odds to orders is one that the code itself holds', () => {
  const found = files.flatMap((path) => {
    const fractions = !FORMULAS.some((folder) => path.startsWith(folder));
    return madeUpProbabilities(path, read(path), { fractions })
      .filter(({ source }) => !(`${path} ${source}` in KNOWN))
      .map(({ line, source, why }) => `${path}:${line} ${source} ${why}`);
  });
  expect(found, 'add a constant of another meaning to KNOWN, with what it is').toEqual([]);
});

test('each of those that are known to be something else is there', () => {
  for (const known of Object.keys(KNOWN)) {
    const [path = '', ...source] = known.split(' ');
    const found = madeUpProbabilities(path, read(path), { fractions: true });
    expect(found.map((each) => each.source)).toContain(source.join(' '));
  }
});

const made = (source: string, fractions = false) =>
  madeUpProbabilities('seed.ts', source, { fractions }).map(({ why }) => why);

test.each([
  ['const fair = probability(0.5);', 'makes one of a constant'],
  ['const fair = probability(1);', 'makes one of a constant'],
  ['const fair = clampProbability(1 / 2);', 'makes one of a constant'],
  ['const fair = money.probability(.5);', 'makes one of a constant'],
  ['const fair = 0.5 as Probability;', 'casts to one'],
  ['const fair = value as Probability;', 'casts to one'],
  ['const fair = { homeProbability: 0.5 };', 'calls a constant one'],
  ["const fair = { 'probability': 1 };", 'calls a constant one'],
  ['const fair = { probabilities: [0.5, 0.5] };', 'calls a constant one'],
  ['const probability = line === null ? 0.5 : line.of;', 'calls a constant one'],
  ['probability = 0.5;', 'calls a constant one'],
  ['this.#probability = 0.5;', 'calls a constant one'],
  ['function price({ probability = 0.5 }) {}', 'calls a constant one'],
  ['class Price { probability = 0.5; }', 'calls a constant one'],
  ['const fair = line?.fair ?? 0.5;', 'stands in for what is not known'],
  ['const fair = line.fair || 1 - 0.5;', 'stands in for what is not known'],
  ['const fair = line?.probability ?? 0;', 'stands in for what is not known'],
  ["const fair = Number(said ?? '0.5');", 'stands in for what is not known'],
])('is seen, in a folder of formulas too: %s', (source, why) => {
  expect(made(source)).toContain(why);
});

test.each(['const HALF = 0.5;', 'price(5e-1)', "Number('.5')", 'const share = 1 / 2;'])(
  'is seen outside of a folder of formulas: %s',
  (source) => {
    expect(made(source, true)).toContain('is a number between 0 and 1');
    expect(made(source)).toEqual([]);
  },
);

test.each([
  'const fair = probability(mean / total);',
  'const fair = { probability: complementProbability(forecast.homeProbability) };',
  'const margin = sum(inverse) - 1;',
  'const weight = weights.pinnacle ?? 0;',
  'const half = (most - least) / 2;',
  "const text = '2026-11-22';",
  'let probability: Probability | null = null;',
])('lets pass what was said or worked out: %s', (source) => {
  expect(made(source, true)).toEqual([]);
});
