import { Join } from '../../fargate/feeder/join.ts';
import type { GameOutcome } from '../../shared/domain/market/market.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { ArbitrationRule } from '../../shared/domain/odds/arbitration.ts';
import type { DevigMethod } from '../../shared/domain/odds/devig.ts';
import { STANDARD_LIMITS } from '../../shared/domain/odds/freshness.ts';
import type { LineLeg, LineSource } from '../../shared/domain/odds/line.ts';
import { makeFairLine } from '../../shared/domain/pricing/fair-line.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { blendOf, LOOK, ofEachBook, THREE_WAY, TWO_WAY } from '../support/line-builders.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const GAMES = 50;
const UPDATES = 4_000;
const ROUNDS = 15;
type Case = {
  readonly name: string;
  readonly books: readonly LineSource[];
  readonly outcomes: readonly GameOutcome[];
  readonly rule: ArbitrationRule;
};

const CASES: readonly Case[] = [
  {
    name: 'Pinnacle alone, two outcomes',
    books: ['pinnacle'],
    outcomes: TWO_WAY,
    rule: { name: 'pinnacle_only' },
  },
  {
    name: 'blend of four books, two outcomes',
    books: ['pinnacle', 'draftkings', 'fanduel', 'betmgm'],
    outcomes: TWO_WAY,
    rule: blendOf({ pinnacle: 0.5, draftkings: 0.2, fanduel: 0.15, betmgm: 0.15 }, 2),
  },
  {
    name: 'blend of four books, three outcomes',
    books: ['pinnacle', 'draftkings', 'fanduel', 'betmgm'],
    outcomes: THREE_WAY,
    rule: blendOf({ pinnacle: 0.5, draftkings: 0.2, fanduel: 0.15, betmgm: 0.15 }, 2),
  },
];

/** Changes of one leg a second, each through the join to the fair line of its game, uncertainty included. */
export function benchLines(): BenchRow[] {
  return CASES.map(({ name, books, outcomes, rule }) => {
    const method = { ...ofEachBook<DevigMethod>('power'), pinnacle: 'shin' } as const;
    const rules = { rule, method, limits: STANDARD_LIMITS };
    const updates = updatesOf(books, outcomes);
    const seconds = fastestSeconds(ROUNDS, () => {
      const join = new Join();
      let lines = 0;
      for (const update of updates) {
        join.putOdds({ kind: 'legs', legs: [update] }, update.receivedMs);
        const { legs } = join.gameView(update.gameId, LOOK);
        const line = makeFairLine({ legs, outcomes, phase: 'live', nowMs: LOOK, rules });
        if (line.kind === 'line') lines += 1;
      }
      invariant(lines > UPDATES / 2, 'most updates find the other legs there');
    });
    return {
      name: `lines: ${name}`,
      value: rounded(UPDATES / seconds),
      unit: 'updates/s',
      note: `one leg each of ${GAMES} games, to the line with its uncertainty; one core, best of ${ROUNDS}`,
    };
  });
}

function updatesOf(
  books: readonly LineSource[],
  outcomes: readonly GameOutcome[],
): readonly LineLeg[] {
  const rng = seededRng(11);
  const fair = outcomes.length === 2 ? 1.95 : 2.9;
  return Array.from({ length: UPDATES }, (_, update) => {
    const turn = Math.floor(update / GAMES);
    const decimalOdds = fair - 0.05 * rng.uniform();
    return {
      feed: 'boltodds',
      source: books[turn % books.length] ?? 'pinnacle',
      gameId: `game-${update % GAMES}`,
      side: outcomes[Math.floor(turn / books.length) % outcomes.length] ?? 'home',
      quote: { kind: 'quoted', decimalOdds, raw: decimalOdds.toFixed(3) },
      sequence: update + 1,
      sourceTimeMs: LOOK - 1_000,
      receivedMs: LOOK,
    };
  });
}
