import {
  CONTRACT_DIGITS,
  FEW_BETS,
  MATCH_DIGITS,
  ruleFindings,
  ruleText,
  saysSomething,
} from '../../shared/contracts/shadow-words.ts';
import type {
  ArbitrationStudyRecord,
  DevigSetRecord,
  DevigStudyRecord,
  ShadowRecord,
  ShadowRuleRecord,
} from '../../shared/contracts/study-record.ts';
import {
  againstProportional,
  ageText,
  choiceText,
  countsText,
  estimateText,
  fixed,
  grouped,
  LOSS_DIGITS,
  ordersText,
} from '../../shared/contracts/study-words.ts';
import { columns, type Cell } from '../terminal-text.ts';

const MAX_CELL = 40;

const left = (text: string): Cell => ({ text, align: 'left' });
const right = (text: string): Cell => ({ text, align: 'right' });
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The de-vig study as text: a table a set, and what each method would have bought. */
export function devigText({ sets, shadow, seed, resamples }: DevigStudyRecord): string {
  return [
    ...sets.flatMap((set) => [...setLines(set), '']),
    ...shadowLines(shadow),
    '',
    `Intervals: 95 %, ${resamples} resamples of whole days, seed ${seed}`,
  ].join('\n');
}

function setLines(set: DevigSetRecord): readonly string[] {
  const counts = Object.entries({ ...set.leftOut, ...set.noted });
  return [
    `${set.title}: ${set.events} events on ${set.clusters} days, median margin ${percent(set.medianMargin)}`,
    `  ${set.about}${counts.length === 0 ? '' : ` (${countsText(counts)})`}`,
    ...columns(
      [
        ['  method', 'n', 'refused', 'Brier', 'log loss', 'less proportional', 'slope'].map(
          (head, at) => (at === 0 ? left(head) : right(head)),
        ),
        ...set.methods.map((one) => [
          left(`  ${one.name}`),
          right(String(one.n)),
          right(String(Object.values(one.refused).reduce((sum, n) => sum + n, 0))),
          right(one.brier === null ? '' : fixed(one.brier.value, 4)),
          right(one.logLoss === null ? '' : fixed(one.logLoss.value, 4)),
          right(
            one.name === 'proportional'
              ? ''
              : estimateText(
                  one.differences.find(({ than }) => than === 'proportional')?.logLoss ?? null,
                  LOSS_DIGITS,
                ),
          ),
          right(estimateText(one.slope, 3)),
        ]),
      ],
      MAX_CELL,
    ),
    ...(set.isMain ? [...bandLines(set), ...decileLines(set)] : []),
    `  ${againstProportional(set)}`,
    `  ${choiceText(set)}`,
  ];
}

const band = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  `  ${fixed(100 * from, 0)} to ${fixed(100 * to, 0)} %`;

/** The bias between long shots and favourites, of proportional and of the method of the defaults. */
function bandLines({ methods, kept }: DevigSetRecord): readonly string[] {
  const shown = methods.filter(({ name }) => name === 'proportional' || name === kept);
  const bands = shown[0]?.bands ?? [];
  return [
    '  observed less forecast by band of probability, all outcomes counted',
    ...columns(
      [
        [left('  band'), ...shown.flatMap(({ name }) => [right('n'), right(name)])],
        ...bands.map((one) => [
          left(band(one)),
          ...shown.flatMap(({ bands: theirs }) => {
            const same = theirs.find(({ from }) => from === one.from);
            return [right(String(same?.n ?? 0)), right(estimateText(same?.bias ?? null, 4))];
          }),
        ]),
      ],
      MAX_CELL,
    ),
  ];
}

function decileLines({ methods, kept }: DevigSetRecord): readonly string[] {
  const deciles = methods.find(({ name }) => name === kept)?.deciles ?? [];
  return [
    `  ${kept} by decile; --out has every method`,
    ...columns(
      [
        [left('  decile'), right('n'), right('forecast'), right('came true'), right('Wilson 95 %')],
        ...deciles.map(({ decile, n, meanForecast, observedShare, interval }) => [
          left(`  ${decile}`),
          right(String(n)),
          right(percent(meanForecast)),
          right(percent(observedShare)),
          right(`${percent(interval.low)} to ${percent(interval.high)}`),
        ]),
      ],
      MAX_CELL,
    ),
  ];
}

/** What each method would have bought on the exchange, days before: a table a rule, unless there is too little. */
function shadowLines(record: ShadowRecord): readonly string[] {
  const counts = Object.entries(record.leftOut);
  return [
    `Shadow bets before the close: ${grouped(record.matches)} soccer matches on ${record.days} days${counts.length === 0 ? '' : ` (${countsText(counts)})`}`,
    '  fair by each method from Pinnacle’s earlier odds, bought at the exchange’s earlier odds as contracts',
    `  cents a contract, by ${record.yardsticks[0]?.title ?? 'no close'}; --out has the other closes`,
    ...(record.blindClv === null
      ? []
      : [`  every outcome bought blindly: CLV ${fixed(record.blindClv, CONTRACT_DIGITS)}`]),
    ...record.rules.flatMap((rule) => [
      '',
      `  ${ruleText(rule)}`,
      ...(saysSomething(rule) ? ruleLines(rule) : []),
      ...ruleFindings(rule, record).map((text) => `  ${text}`),
    ]),
  ];
}

function ruleLines({ methods }: ShadowRuleRecord): readonly string[] {
  return columns(
    [
      [
        left('  method'),
        ...['n', 'CLV', 'profit', 'EV less proportional, a match'].map((head) => right(head)),
      ],
      ...methods.map(({ name, bets, perContract, difference }) => [
        left(`  ${name}`),
        right(String(bets)),
        ...[perContract.clv[0] ?? null, perContract.profit].map((one) =>
          right(bets < FEW_BETS ? 'too few' : estimateText(one, CONTRACT_DIGITS)),
        ),
        right(
          difference === null
            ? ''
            : estimateText(difference.value[0]?.ofMany ?? null, MATCH_DIGITS),
        ),
      ]),
    ],
    MAX_CELL,
  );
}

function limitCell({ maxAgeMs, isConfigured }: ArbitrationStudyRecord['freshness'][number]): Cell {
  return left(`  ${ageText(maxAgeMs)}${isConfigured ? ' (configured)' : ''}`);
}

/** The arbitration study as text. */
export function arbitrationText(record: ArbitrationStudyRecord): string {
  const { quotes, orders, freshness, supportedMaxAgeMs, drift, scores, disagreement } = record;
  return [
    `${quotes.rows} rows, ${quotes.used} quotes before a game on ${quotes.props} markets, ${quotes.pitcherDays} pitcher-days, ${quotes.withOutcome} with an outcome`,
    `  ${quotes.snapshots} snapshots before a game, ${fixed(quotes.gapMinutes.median, 0)} min apart in the median, 1 in 10 over ${fixed(quotes.gapMinutes.p90, 0)} min`,
    `  left out: ${countsText(Object.entries(quotes.leftOut))}`,
    ordersText(record),
    `  each of ${orders.messages} messages and about ${orders.duplicates} duplicates, looked at ${orders.checkpoints} times`,
    '',
    'Share of the time before the game, by the greatest age of a quote',
    ...columns(
      [
        [left('  limit'), ...(freshness[0]?.rules ?? []).map(({ rule }) => right(rule))],
        ...freshness.map((one) => [
          limitCell(one),
          ...one.rules.map(({ share }) => right(percent(share))),
        ]),
      ],
      MAX_CELL,
    ),
    `  ${supportedMaxAgeMs === null ? 'no limit' : ageText(supportedMaxAgeMs)} is the shortest that leaves the blend nine tenths of the time it could have a line`,
    '',
    'The same of each book: share of the time with a valid quote / with one that expired',
    ...columns(
      [
        [left('  limit'), ...(freshness[0]?.books ?? []).map(({ book }) => right(book))],
        ...freshness.map((one) => [
          limitCell(one),
          ...one.books.map(({ shares }) =>
            right(`${percent(shares.valid ?? 0)} / ${percent(shares.expired ?? 0)}`),
          ),
        ]),
      ],
      MAX_CELL,
    ),
    '',
    'How far a quote has moved by its age (probability of over)',
    ...columns(
      [
        [left('  age'), right('pairs'), right('unchanged'), right('mean'), right('95 % below')],
        ...drift.map(({ fromMs, toMs, n, unchanged, meanMove, p95Move }) => [
          left(`  ${fromMs / 60_000} to ${toMs / 60_000} min`),
          right(String(n)),
          right(percent(unchanged)),
          right(percent(meanMove)),
          right(percent(p95Move)),
        ]),
      ],
      MAX_CELL,
    ),
    '',
    'Against what happened, one forecast a pitcher and day',
    ...columns(
      [
        [left('  source'), right('n'), right('Brier'), right('log loss')],
        ...scores.map(({ name, n, brier, logLoss }) => [
          left(`  ${name}`),
          right(String(n)),
          right(estimateText(brier, 4)),
          right(estimateText(logLoss, 4)),
        ]),
      ],
      MAX_CELL,
    ),
    '',
    'Log loss less the blend’s, on the pitcher-days of both; below zero is better than the blend',
    ...columns(
      [
        [left('  source'), right('n'), right('difference')],
        ...scores.flatMap(({ name, differences }) =>
          differences.map((one) => [
            left(`  ${name}`),
            right(String(one.n)),
            right(estimateText(one.logLoss, 4)),
          ]),
        ),
      ],
      MAX_CELL,
    ),
    '',
    'Apart on the same market at the same snapshot (probability of over)',
    ...columns(
      [
        [
          left('  pair'),
          right('n'),
          right('mean of a − b'),
          right('mean apart'),
          right('95 % below'),
        ],
        ...disagreement.map(({ a, b, n, difference, meanAbsolute, p95Absolute }) => [
          left(`  ${a}, ${b}`),
          right(String(n)),
          right(estimateText(difference, 4)),
          right(percent(meanAbsolute)),
          right(percent(p95Absolute)),
        ]),
      ],
      MAX_CELL,
    ),
    `Intervals: 95 %, ${record.resamples} resamples of whole games, seed ${record.seed}`,
  ].join('\n');
}
