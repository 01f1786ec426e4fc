import { FeederSession, type FeederCommand } from '../../fargate/feeder/session.ts';
import { MemoryDecisionLog } from '../../shared/adapters/memory/memory-decision-log.ts';
import { decidePositionExit, type ExitInputs } from '../../shared/application/evaluate-exits.ts';
import { entryRules, type TradingConfig } from '../../shared/application/trading-config.ts';
import { fromCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import type { DecisionRecord } from '../../shared/domain/decisions/decision-record.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { decideEntry } from '../../shared/domain/strategies/decide-entry.ts';
import { decideOrder, type EntryInputs } from '../../shared/domain/strategies/decide-order.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import { playSeed } from '../support/virtual-runs.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const ROUNDS = 20;
/** Each measurement does about this many decisions a round. */
const DECISIONS = 5_000;
const SCENARIO = 'quiet-short-games';
const GAMES = 8;

/** Decisions per second on what simulated games really brought: every tick, every signal, every exit. */
export async function benchDecisions(): Promise<readonly BenchRow[]> {
  const { ticks, records, config } = await recordGames();
  const entries = records.flatMap(({ kind, inputs }) =>
    kind === 'entry' ? [fromCanonical(inputs['entry'] ?? null) as EntryInputs] : [],
  );
  const exits = records.flatMap(({ kind, inputs }) =>
    kind === 'exit' ? [fromCanonical(inputs['exit'] ?? null) as ExitInputs] : [],
  );
  invariant(entries.length > 0 && exits.length > 0, 'the games were traded');
  const rules = entryRules(config);
  const { bookMaxAgeMs } = config.execution;
  return [
    row(
      'ticks scored',
      rate(ticks, (tick) => void decideEntry({ tick, nowMs: tick.feederTimeMs, ...rules })),
      note(ticks.length, 'freshness, arbitration, de-vig, edge; most end as a skip'),
    ),
    row(
      'orders decided',
      rate(entries, (inputs) => void decideOrder(inputs, rules)),
      note(entries.length, 'the same, then size, tightest limit and gate'),
    ),
    row(
      'exits decided',
      rate(exits, (inputs) => void decidePositionExit(inputs, config.strategy.exits, bookMaxAgeMs)),
      note(exits.length, 'mark and both rules on one position'),
    ),
    await benchRecords(records),
  ];
}

function note(count: number, what: string): string {
  return `${what}; ${count} of some simulated games, again and again`;
}

/** What is recorded of a decision: canonical text, hash of it and of the one before. */
async function benchRecords(records: readonly DecisionRecord[]): Promise<BenchRow> {
  const renamed = Array.from({ length: DECISIONS }, (_, index) => {
    const record = records[index % records.length];
    invariant(record !== undefined, 'the games were traded');
    return { ...record, decisionId: `${record.decisionId}#${index}` };
  });
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS / 4; round += 1) {
    const log = new MemoryDecisionLog();
    const startedMs = performance.now();
    for (const record of renamed) void log.append(record);
    fastest = Math.min(fastest, performance.now() - startedMs);
    invariant((await log.all()).length === DECISIONS, 'each record has an id of its own');
  }
  return {
    name: 'decisions: record with its chain hash',
    value: rounded((fastest / DECISIONS) * 1e3),
    unit: 'µs',
    note: `canonical JSON and SHA-256 of ${DECISIONS} real records with all their inputs; bar 5 for a short record`,
  };
}

function rate<T>(inputs: readonly T[], decide: (input: T) => void): number {
  const times = Math.max(1, Math.round(DECISIONS / inputs.length));
  const seconds = fastestSeconds(ROUNDS, () => {
    for (let time = 0; time < times; time += 1) for (const input of inputs) decide(input);
  });
  return (times * inputs.length) / seconds;
}

function row(what: string, perSecond: number, conditions: string): BenchRow {
  return { name: `decisions: ${what}`, value: rounded(perSecond), unit: '1/s', note: conditions };
}

/** A session that keeps what it publishes. */
class KeepingSession extends FeederSession {
  readonly #ticks: MarketTick[];

  constructor(epoch: number, ticks: MarketTick[]) {
    super(epoch);
    this.#ticks = ticks;
  }

  override onStreamEvent(event: MarketDataEvent, nowMs: EpochMs): readonly FeederCommand[] {
    const commands = super.onStreamEvent(event, nowMs);
    for (const command of commands)
      if (command.kind === 'publish_tick') this.#ticks.push(command.tick);
    return commands;
  }
}

async function recordGames(): Promise<{
  readonly ticks: readonly MarketTick[];
  readonly records: readonly DecisionRecord[];
  readonly config: TradingConfig;
}> {
  const ticks: MarketTick[] = [];
  const records: DecisionRecord[] = [];
  let config: TradingConfig | null = null;
  for (let seed = 1; seed <= GAMES; seed += 1) {
    const { world } = await playSeed({
      seed,
      scenario: SCENARIO,
      standIns: { session: (epoch) => new KeepingSession(epoch, ticks) },
    });
    for (const { record } of await world.decisions.all()) records.push(record);
    config = world.deps.config;
  }
  invariant(config !== null, 'a game has a configuration');
  return { ticks, records, config };
}
