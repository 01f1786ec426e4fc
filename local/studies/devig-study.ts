import { join } from 'node:path';
import type { DevigSetRecord, DevigStudyRecord } from '../../shared/contracts/study-record.ts';
import type { Money } from '../../shared/domain/money/money.ts';
import {
  devig,
  DEVIG_METHODS,
  type DevigMethod,
  type DevigRefusal,
} from '../../shared/domain/odds/devig.ts';
import { chooseMethod } from '../../shared/domain/reports/choose-method.ts';
import { quantile } from '../../shared/domain/reports/quantile.ts';
import { scoreSeries, type Resampling } from '../../shared/domain/reports/score-series.ts';
import { readAtpClosing } from '../../shared/replay/import/atp-closing.ts';
import type { ClosingOdds, ClosingOddsSet } from '../../shared/replay/import/closing-odds.ts';
import { readNflClosing } from '../../shared/replay/import/nfl-closing.ts';
import { readSoccerClosing } from '../../shared/replay/import/soccer-closing.ts';
import { studyShadow } from './shadow-study.ts';
import {
  addedCounts,
  DIVISIONS,
  resamplingOf,
  type KeptMethods,
  type StudyInput,
} from './study-input.ts';

type SetPlan = Pick<DevigSetRecord, 'id' | 'title' | 'about' | 'isMain' | 'outcomes'> & {
  readonly book: keyof KeptMethods;
  readonly read: (dataDir: string) => Promise<ClosingOddsSet>;
};

const THREE_WAYS = ['home', 'draw', 'away'] as const;
const soccer = (division: string) => async (dataDir: string) =>
  readSoccerClosing(join(dataDir, 'soccer-football-data'), division);

const SETS: readonly SetPlan[] = [
  {
    id: 'nfl',
    title: 'NFL',
    about: 'Closing moneylines of one unnamed American book, seasons 2006 to 2024',
    isMain: true,
    outcomes: ['home', 'away'],
    book: 'others',
    read: async (dataDir) => readNflClosing(join(dataDir, 'nfl')),
  },
  {
    id: 'epl',
    title: 'Premier League',
    about: 'Pinnacle’s close, season 2024/25 and 2025/26 to 21 December',
    isMain: true,
    outcomes: THREE_WAYS,
    book: 'pinnacle',
    read: soccer('E0'),
  },
  {
    id: 'ligue-1',
    title: 'Ligue 1',
    about: 'Pinnacle’s close, season 2024/25 and 2025/26 to 14 December',
    isMain: true,
    outcomes: THREE_WAYS,
    book: 'pinnacle',
    read: soccer('F1'),
  },
  {
    id: 'atp',
    title: 'ATP tennis',
    about: 'Pinnacle, completed matches 2005 to March 2018 without 2014',
    isMain: true,
    outcomes: ['player A', 'player B'],
    book: 'pinnacle',
    read: async (dataDir) => readAtpClosing(join(dataDir, 'tennis'), 'left_out'),
  },
  {
    id: 'bundesliga',
    title: 'Bundesliga',
    about: 'Pinnacle’s close, season 2024/25',
    isMain: false,
    outcomes: THREE_WAYS,
    book: 'pinnacle',
    read: soccer('D1'),
  },
  {
    id: 'serie-a',
    title: 'Serie A',
    about: 'Pinnacle’s close, season 2024/25',
    isMain: false,
    outcomes: THREE_WAYS,
    book: 'pinnacle',
    read: soccer('I1'),
  },
  {
    id: 'la-liga',
    title: 'La Liga',
    about: 'Pinnacle’s close, season 2024/25',
    isMain: false,
    outcomes: THREE_WAYS,
    book: 'pinnacle',
    read: soccer('SP1'),
  },
  {
    id: 'five-leagues',
    title: 'Five leagues together',
    about: 'The five soccer leagues as one set; a day is one cluster over all of them',
    isMain: false,
    outcomes: THREE_WAYS,
    book: 'pinnacle',
    read: async (dataDir) =>
      together(await Promise.all(DIVISIONS.map((division) => soccer(division)(dataDir)))),
  },
  {
    id: 'atp-retirements',
    title: 'ATP with retirements',
    about: 'As ATP tennis, and a retirement counts for the player who went on',
    isMain: false,
    outcomes: ['player A', 'player B'],
    book: 'pinnacle',
    read: async (dataDir) => readAtpClosing(join(dataDir, 'tennis'), 'retired_counted'),
  },
];

/**
 * Every method of taking the margin out, side by side on real closing odds: scores, calibration, bias, refusals, which
 * one to use, and what each would have bought before the close. The same data and seed give the same record to the
 * byte.
 */
export async function studyDevig(
  input: StudyInput & { readonly kept: KeptMethods; readonly minEdgePerContract: Money },
): Promise<DevigStudyRecord> {
  const { seed, resamples, note } = input;
  const sets: DevigSetRecord[] = [];
  for (const plan of SETS) {
    const read = await plan.read(input.dataDir);
    note(`${plan.title}: ${read.events.length} events, ${resamples} resamples`);
    sets.push(studySet(plan, read, input.kept[plan.book], resamplingOf(input, plan.id)));
  }
  return { study: 'devig', seed, resamples, sets, shadow: await studyShadow(input) };
}

function studySet(
  plan: SetPlan,
  { events, leftOut, noted }: ClosingOddsSet,
  kept: DevigMethod,
  resampling: Resampling,
): DevigSetRecord {
  const { id, title, about, isMain, outcomes } = plan;
  const answers = DEVIG_METHODS.map((name) => ({ name, ...answersOf(name, events) }));
  const scores = scoreSeries({
    events,
    series: answers,
    references: [...new Set<DevigMethod>(['proportional', kept])],
    resampling,
  });
  return {
    id,
    title,
    about,
    isMain,
    outcomes,
    events: events.length,
    clusters: new Set(events.map(({ cluster }) => cluster)).size,
    leftOut,
    noted,
    medianMargin: quantile(events.map(marginOf), 0.5),
    kept,
    choice: chooseMethod(scores, kept),
    methods: scores.map((score, index) => ({ ...score, refused: answers[index]?.refused ?? {} })),
  };
}

function answersOf(
  method: DevigMethod,
  events: readonly ClosingOdds[],
): {
  readonly answers: readonly (readonly number[] | null)[];
  readonly refused: Partial<Record<DevigRefusal['code'], number>>;
} {
  const refused: Partial<Record<DevigRefusal['code'], number>> = {};
  const answers = events.map(({ decimalOdds }) => {
    const fair = devig(method, decimalOdds);
    if (fair.kind === 'devigged') return fair.probabilities;
    refused[fair.code] = (refused[fair.code] ?? 0) + 1;
    return null;
  });
  return { answers, refused };
}

function marginOf({ decimalOdds }: ClosingOdds): number {
  return decimalOdds.reduce((sum, odds) => sum + 1 / odds, 0) - 1;
}

function together(sets: readonly ClosingOddsSet[]): ClosingOddsSet {
  return {
    files: sets.flatMap(({ files }) => files),
    events: sets.flatMap(({ events }) => events),
    leftOut: addedCounts(sets.map(({ leftOut }) => leftOut)),
    noted: addedCounts(sets.map(({ noted }) => noted)),
  };
}
