import { createHash } from 'node:crypto';
import { Join } from '../../fargate/feeder/join.ts';
import type { ArbitrationStudyRecord, LineState } from '../../shared/contracts/study-record.ts';
import type { EpochMs, GameId } from '../../shared/domain/market/market.ts';
import { assembleLine } from '../../shared/domain/odds/assembly.ts';
import type { DevigMethod } from '../../shared/domain/odds/devig.ts';
import type { LineLeg, LineSource } from '../../shared/domain/odds/line.ts';
import { makeFairLine } from '../../shared/domain/pricing/fair-line.ts';
import { seededRng, type Rng } from '../../shared/simulator/rng.ts';
import { EXCHANGE, legsOf, PROP_BOOKS, type PlacedQuote } from './prop-legs.ts';
import { limitsOf, lineRules, PROP_RULES } from './prop-rules.ts';

/** Messages of this many snapshots are mixed with each other before one looks again. */
const SNAPSHOTS_BETWEEN = 6;
/** Of the messages that come twice, and of those that come again any time later. */
const TWICE = 0.1;
const AGAIN_LATER = 0.05;
/** Orders in which one also looks while messages are under way. */
const LOOKED_INTO = 10;
/** There are no scoreboards here whose word could grow old. */
const NO_GAME_STATES_MS = 0;
const SIDES = ['home', 'away'] as const;

/** What is said between two looks, and what is looked at then. */
type Stretch = {
  readonly messages: readonly LineLeg[];
  readonly atMs: EpochMs;
  /** Markets quoted in the stretch whose game has not begun. */
  readonly props: readonly GameId[];
};

type Orders = ArbitrationStudyRecord['orders'];

/**
 * The quotes through the feeder's own join in many seeded orders of arrival: each side of a quote is a message of its
 * own, and the messages of six snapshots are shuffled together, some come twice, and some again at any later time. When
 * all of a stretch have come, every open market is made into a line by each rule, and the bytes of all lines are
 * hashed. Equal hashes: what is said counts, and not when it comes.
 */
export function replayOrders(input: {
  readonly quotes: readonly PlacedQuote[];
  readonly snapshotsMs: readonly EpochMs[];
  readonly method: Readonly<Record<LineSource, DevigMethod>>;
  readonly maxAgesMs: readonly number[];
  readonly orders: number;
  readonly seed: number;
  readonly note: (text: string) => void;
}): Orders {
  const { orders, note } = input;
  const stretches = stretchesOf(input.quotes, input.snapshotsMs);
  const withoutKalshi = stretches.map((stretch) => ({
    ...stretch,
    messages: stretch.messages.filter(({ source }) => source !== EXCHANGE),
  }));
  const plain = replay(withoutKalshi, input, null, null);
  const underWay: Partial<Record<LineState, number>> = {};
  const hashes = new Set<string>();
  let duplicates = 0;
  let results = { results: 0, lines: 0 };
  for (let order = 0; order < orders; order += 1) {
    const rng = seededRng(input.seed).fork(`order ${order}`);
    const made = replay(stretches, input, rng, order < LOOKED_INTO ? underWay : null);
    hashes.add(made.sha256);
    duplicates += made.duplicates;
    results = made;
    if ((order + 1) % 100 === 0) note(`${order + 1} of ${orders} orders of arrival`);
  }
  const [sha256 = plain.sha256] = hashes;
  return {
    orders,
    messages: stretches.reduce((sum, { messages }) => sum + messages.length, 0),
    duplicates: orders === 0 ? 0 : Math.round(duplicates / orders),
    checkpoints: stretches.length,
    snapshotsBetween: SNAPSHOTS_BETWEEN,
    results: results.results,
    lines: results.lines,
    sha256,
    different: hashes.size,
    sha256WithoutKalshi: plain.sha256,
    underWay,
  };
}

function stretchesOf(
  quotes: readonly PlacedQuote[],
  snapshotsMs: readonly EpochMs[],
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let first = 0; first < snapshotsMs.length; first += SNAPSHOTS_BETWEEN) {
    const after = Math.min(first + SNAPSHOTS_BETWEEN, snapshotsMs.length);
    const said = quotes.filter(({ snapshot }) => snapshot >= first && snapshot < after);
    const atMs = snapshotsMs[after - 1] ?? 0;
    const open = said.filter(({ gameTimeMs }) => gameTimeMs > atMs);
    stretches.push({
      messages: said.flatMap((quote) => legsOf(quote)),
      atMs,
      props: [...new Set(open.map(({ prop }) => prop))].toSorted(),
    });
  }
  return stretches;
}

/** One order of arrival; the order of the file when `rng` is null. */
function replay(
  stretches: readonly Stretch[],
  { method, maxAgesMs }: Pick<Parameters<typeof replayOrders>[0], 'method' | 'maxAgesMs'>,
  rng: Rng | null,
  underWay: Partial<Record<LineState, number>> | null,
): {
  readonly sha256: string;
  readonly duplicates: number;
  readonly results: number;
  readonly lines: number;
} {
  const join = new Join(NO_GAME_STATES_MS);
  const rules = PROP_RULES.flatMap(({ name, rule }) =>
    maxAgesMs.map((maxAgeMs) => ({ name, maxAgeMs, rules: lineRules(rule, maxAgeMs, method) })),
  );
  const hash = createHash('sha256');
  const later: LineLeg[] = [];
  let [duplicates, results, lines] = [0, 0, 0];
  for (const { messages, atMs, props } of stretches) {
    const arriving = rng === null ? messages : arrivals(messages, later, rng);
    duplicates += arriving.length - messages.length;
    arriving.forEach((leg, index) => {
      join.putOdds({ kind: 'legs', legs: [leg] }, leg.receivedMs);
      if (underWay !== null && index === arriving.length >> 1)
        look(join, { props, atMs, maxAgeMs: maxAgesMs.at(-1) ?? 0, underWay });
    });
    for (const prop of props) {
      const { legs } = join.gameView(prop, atMs);
      for (const { name, maxAgeMs, rules: by } of rules) {
        const line = makeFairLine({
          legs,
          outcomes: SIDES,
          phase: 'pregame',
          nowMs: atMs,
          rules: by,
        });
        hash.update(`${atMs} ${prop} ${name} ${maxAgeMs} ${JSON.stringify(line)}\n`);
        results += 1;
        if (line.kind === 'line') lines += 1;
      }
    }
  }
  return { sha256: hash.digest('hex'), duplicates, results, lines };
}

/** The messages in a random order, some of them twice; and some that were said earlier, again. */
function arrivals(messages: readonly LineLeg[], later: LineLeg[], rng: Rng): readonly LineLeg[] {
  const arriving = [...messages];
  for (const leg of messages) {
    if (rng.chance(TWICE)) arriving.push(late(leg, rng));
    if (rng.chance(AGAIN_LATER)) later.push(leg);
  }
  // Half of what was kept back comes now; the rest stays for another stretch.
  for (let at = later.length - 1; at >= 0; at -= 1)
    if (rng.chance(0.5)) arriving.push(...later.splice(at, 1).map((leg) => late(leg, rng)));
  for (let at = arriving.length - 1; at > 0; at -= 1) {
    const other = rng.integer(at + 1);
    const [a, b] = [arriving[at], arriving[other]];
    if (a !== undefined && b !== undefined) [arriving[at], arriving[other]] = [b, a];
  }
  return arriving;
}

/** The same statement, received later: up to an hour. */
function late(leg: LineLeg, rng: Rng): LineLeg {
  return { ...leg, receivedMs: leg.receivedMs + rng.integer(3_600_000) };
}

function look(
  join: Join,
  at: {
    readonly props: readonly GameId[];
    readonly atMs: EpochMs;
    readonly maxAgeMs: number;
    readonly underWay: Partial<Record<LineState, number>>;
  },
): void {
  const limits = limitsOf(at.maxAgeMs);
  for (const prop of at.props) {
    const { legs } = join.gameView(prop, at.atMs);
    for (const source of PROP_BOOKS) {
      const { kind } = assembleLine({
        legs,
        source,
        outcomes: SIDES,
        phase: 'pregame',
        nowMs: at.atMs,
        limits,
      });
      at.underWay[kind] = (at.underWay[kind] ?? 0) + 1;
    }
  }
}
