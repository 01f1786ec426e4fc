import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { studyArbitration } from '../../local/studies/arbitration-study.ts';
import { studyDevig } from '../../local/studies/devig-study.ts';
import { studyShadow } from '../../local/studies/shadow-study.ts';
import { configOf } from '../../scripts/config-options.ts';
import { toDomainConfig } from '../../shared/contracts/domain-config.ts';
import { ruleFindings } from '../../shared/contracts/shadow-words.ts';
import { devig } from '../../shared/domain/odds/devig.ts';
import { readAtpClosing } from '../../shared/replay/import/atp-closing.ts';
import type { ClosingOdds } from '../../shared/replay/import/closing-odds.ts';
import { readNflClosing } from '../../shared/replay/import/nfl-closing.ts';
import { readSoccerClosing } from '../../shared/replay/import/soccer-closing.ts';

// The collected data is no part of this repository; without it there is nothing to test here.
const COLLECTED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Skips, and says why, when a part of the collected data is not there. */
function needs({ skip }: TestContext, folder: string): string {
  const path = join(COLLECTED, folder);
  skip(!existsSync(path), `there is no ../shared/data/${folder}`);
  return path;
}

/** Brier score of the first outcome and log loss of what happened, with the margin taken out in proportion. */
function proportional(events: readonly ClosingOdds[]): readonly [number, string, string] {
  let [brier, logLoss] = [0, 0];
  for (const { decimalOdds, happened } of events) {
    const fair = devig('proportional', decimalOdds);
    if (fair.kind === 'refused') throw new Error(fair.code);
    brier += ((fair.probabilities[0] ?? 0) - (happened === 0 ? 1 : 0)) ** 2;
    logLoss -= Math.log(fair.probabilities[happened] ?? 0);
  }
  const n = events.length;
  return [n, (brier / n).toFixed(4), (logLoss / n).toFixed(4)];
}

/** Season 2024/25 alone. */
const oneSeason = (events: readonly ClosingOdds[]): readonly ClosingOdds[] =>
  events.filter(({ cluster }) => cluster < '2025-07-01');

describe('the published baselines', () => {
  it('of the NFL: n, Brier, log loss', async (context) => {
    const { events } = await readNflClosing(needs(context, 'nfl'));
    expect(proportional(events)).toEqual([4_997, '0.2111', '0.6096']);
  });

  it('of the ATP: n, Brier, log loss', async (context) => {
    const { events, leftOut } = await readAtpClosing(needs(context, 'tennis'), 'left_out');
    expect(proportional(events)).toEqual([28_877, '0.1889', '0.5566']);
    expect(leftOut).toMatchObject({ retired: 1_011, walkover: 149 });
  });

  for (const [division, n, logLoss] of [
    ['E0', 380, '0.9664'],
    ['F1', 306, '0.9550'],
  ] as const)
    it(`of ${division}, season 2024/25: n and log loss`, async (context) => {
      const folder = needs(context, 'soccer-football-data');
      const { events } = await readSoccerClosing(folder, division);
      const [count, , loss] = proportional(oneSeason(events));
      expect([count, loss]).toEqual([n, logLoss]);
    });
});

const { config } = configOf({}, {});
const { devig: method } = config.pricing;
const input = { dataDir: COLLECTED, seed: 1, resamples: 2_000, note: () => undefined };

describe('the de-vig study', () => {
  it('keeps the defaults, and tells shin from proportional on the ATP', async (context) => {
    for (const folder of ['nfl', 'soccer-football-data', 'tennis']) needs(context, folder);
    const { sets } = await studyDevig({
      ...input,
      kept: { pinnacle: method.pinnacle, others: method.draftkings },
      minEdgePerContract: toDomainConfig(config).strategy.minEdgePerContract,
    });
    expect(sets.map(({ id, events, choice }) => [id, events, choice.kind])).toEqual([
      ['nfl', 4_997, 'keep'],
      ['epl', 549, 'keep'],
      ['ligue-1', 450, 'keep'],
      ['atp', 28_877, 'keep'],
      ['bundesliga', 306, 'keep'],
      ['serie-a', 380, 'keep'],
      ['la-liga', 380, 'keep'],
      ['five-leagues', 2_065, 'keep'],
      ['atp-retirements', 29_888, 'keep'],
    ]);
    const against = (id: string) =>
      sets
        .find((set) => set.id === id)
        ?.methods.find(({ name }) => name === 'shin')
        ?.differences.find(({ than }) => than === 'proportional')?.logLoss;
    expect(against('atp')!.high).toBeLessThan(0);
    expect(against('nfl')!.high).toBeGreaterThan(0);
    expect(against('epl')!.high).toBeGreaterThan(0);
    expect(against('ligue-1')!.high).toBeGreaterThan(0);
  });
});

describe('the study of shadow bets', () => {
  const ours = {
    ...input,
    kept: { pinnacle: method.pinnacle, others: method.draftkings },
    minEdgePerContract: toDomainConfig(config).strategy.minEdgePerContract,
  };

  it('buys next to nothing after fees, and nothing at all by the rule of the defaults', async (context) => {
    needs(context, 'soccer-football-data');
    const { matches, days, leftOut, rules, refused } = await studyShadow(ours);
    expect({ matches, days, leftOut }).toEqual({ matches: 2_065, days: 244, leftOut: {} });
    expect(Object.values(refused).every((count) => count === 0)).toBe(true);
    const bets = (name: string) =>
      rules.map(({ methods }) => methods.find((one) => one.name === name)?.bets);
    expect(bets('proportional')).toEqual([1_188, 210, 10, 0, 0]);
    expect(bets('shin')).toEqual([862, 38, 2, 0, 0]);
    expect(rules.at(-1)).toMatchObject({ isConfigured: true, minPerContract: 50_000 });
    expect(rules.at(-1)?.methods.every((one) => one.bets === 0)).toBe(true);
  });

  it('has no method that earns by the close, and none told from proportional by its profit', async (context) => {
    needs(context, 'soccer-football-data');
    const record = await studyShadow(ours);
    for (const rule of record.rules.slice(0, 2))
      expect(ruleFindings(rule, record)).toEqual(
        expect.arrayContaining([
          'shadow EV above nothing by every close: none',
          expect.stringMatching(/^CLV against .* better by every close: none/),
          expect.stringMatching(/^shadow EV against .* better by every close: none/),
          'profit that differs from proportional’s: none',
        ]),
      );
    const shin = record.rules[1]?.methods.find(({ name }) => name === 'shin')?.difference;
    // By two closes shin gains by leaving long shots out, by that of proportional it does not.
    const [byShin, byProportional, byExchange] = shin!.value.map(({ ofMany }) => ofMany!);
    expect(byShin!.low).toBeGreaterThan(0);
    expect(byExchange!.low).toBeGreaterThan(0);
    expect(byProportional!.low).toBeLessThan(0);
    expect(JSON.stringify(await studyShadow(ours))).toBe(JSON.stringify(record));
  });
});

describe('the arbitration study', () => {
  it('makes the same lines in every order, without Kalshi too, and finds no winner', async (context) => {
    needs(context, 'sportsbook-props-mlb');
    const record = await studyArbitration({ ...input, orders: 25, method });
    expect(record.quotes).toMatchObject({
      rows: 13_820,
      used: 8_090,
      snapshots: 293,
      pitcherDays: 363,
      withOutcome: 281,
    });
    expect(record.orders).toMatchObject({ different: 1, messages: 16_180 });
    expect(record.orders.sha256WithoutKalshi).toBe(record.orders.sha256);
    expect(record.orders.lines).toBeGreaterThan(500);
    for (const { differences } of record.scores)
      for (const { logLoss, n } of differences)
        if (n >= 30) expect(logLoss!.low < 0 && logLoss!.high > 0).toBe(true);
  });
});
