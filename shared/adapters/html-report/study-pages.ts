import type {
  ArbitrationStudyRecord,
  DevigSetRecord,
  DevigStudyRecord,
} from '../../contracts/study-record.ts';
import {
  againstProportional,
  ageText,
  choiceText,
  countsText,
  fixed,
  LOSS_DIGITS,
  ordersText,
} from '../../contracts/study-words.ts';
import { figure } from './chart.ts';
import { DECILE_COLUMNS, estimateCell } from './estimate-cells.ts';
import { counted, grouped, percentText } from './figures.ts';
import { html, type Html } from './html.ts';
import { page } from './page.ts';
import { shadowSection } from './shadow-section.ts';
import {
  apartChart,
  biasChart,
  decilesChart,
  differenceChart,
  driftChart,
  freshnessChart,
} from './study-charts.ts';
import { foldedTable, table, type Column } from './table.ts';

type MethodRow = DevigSetRecord['methods'][number];

const EXCHANGE = 'kalshi';

/** The de-vig study as one page that needs nothing else. */
export async function renderDevigStudy(record: DevigStudyRecord): Promise<string> {
  const main = record.sets.filter(({ isMain }) => isMain);
  const further = record.sets.filter(({ isMain }) => !isMain);
  const told = main.filter((set) => (lossAgainstProportional(set, set.kept)?.high ?? 0) < 0).length;
  const sections: Html[] = [];
  for (const set of main) sections.push(await setSection(set));
  const events = main.reduce((sum, set) => sum + set.events, 0);
  return page(
    'Taking the margin out',
    html`<header>
        <p class="eyebrow">
          <b>Fairline</b> · study on real closing odds · ${counted(events, 'event')} in
          ${main.length} sets
        </p>
        <h1>Nine ways to take the bookmaker’s margin out</h1>
        <p class="result">${headline(main)}</p>
        <p class="judgement">
          In ${told === 0 ? 'none' : told} of ${main.length} sets the method of the defaults beats
          dividing by the sum by more than chance.
        </p>
        <p class="about">
          Every method answers the same events. Intervals are 95 %, from
          ${grouped(record.resamples)} resamples of whole days with seed ${record.seed}; differences
          are paired. A change of method is advised only when it holds with all eight alternatives
          allowed for.
        </p>
      </header>
      <section>
        <h2>Which method, by set</h2>
        ${table({ label: 'Which method, by set', columns: SET_COLUMNS, rows: main })}
      </section>
      ${sections} ${await shadowSection(record.shadow)}
      <section>
        <h2>Further sets</h2>
        <p>Looked at beside the four that were asked for; what they say stands by itself.</p>
        ${table({ label: 'Further sets', columns: SET_COLUMNS, rows: further })}
        ${further.map((set) => methodTable(set, true))}
      </section>`,
  );
}

function lossAgainstProportional(
  { methods }: DevigSetRecord,
  name: string,
): MethodRow['differences'][number]['logLoss'] {
  return (
    methods
      .find((one) => one.name === name)
      ?.differences.find(({ than }) => than === 'proportional')?.logLoss ?? null
  );
}

/** What the main sets say together. */
function headline(sets: readonly DevigSetRecord[]): string {
  const changes = sets.filter(({ choice }) => choice.kind === 'change');
  return changes.length === 0
    ? 'No other method than that of the defaults does better by more than chance.'
    : `Another method does better for ${changes.map(({ title }) => title).join(', ')}.`;
}

const SET_COLUMNS: readonly Column<DevigSetRecord>[] = [
  {
    head: 'Odds',
    kind: 'text',
    cell: ({ title, about }) => html`${title}<small>${about}</small>`,
  },
  // Second, so that a narrow screen shows it before the table is moved.
  { head: 'What to use', kind: 'text', cell: adviceCell },
  { head: 'Events', kind: 'number', cell: ({ events }) => grouped(events) },
  { head: 'Margin', kind: 'number', cell: ({ medianMargin }) => percentText(medianMargin) },
  { head: 'In use', kind: 'text', cell: ({ kept }) => kept },
  {
    head: 'Log loss less proportional',
    kind: 'number',
    cell: (set) => estimateCell(lossAgainstProportional(set, set.kept), LOSS_DIGITS),
  },
];

/** The advice in short, with its reason below it. */
function adviceCell(set: DevigSetRecord): Html {
  const [advice = '', ...reason] = choiceText(set).split(': ');
  return html`<b>${advice}</b><small>${reason.join(': ')}</small>`;
}

async function setSection(set: DevigSetRecord): Promise<Html> {
  const others = set.methods.flatMap(({ name, differences }) => {
    const estimate = differences.find(({ than }) => than === 'proportional')?.logLoss ?? null;
    return name === 'proportional' || estimate === null ? [] : [{ label: name, estimate }];
  });
  const compared = [...new Set(['proportional', set.kept, 'balanced-book'])];
  const differences = await figure({
    id: `${set.id}-difference`,
    title: 'Log loss against proportional, on the same events',
    caption:
      'Left of the dashed line is better than dividing by the sum; the bar is the 95 % interval of the paired difference.',
    chart: differenceChart(others, 'Thousandths of a nat an event'),
    size: 'half',
  });
  const bias = await figure({
    id: `${set.id}-bias`,
    title: 'Long shots and favourites',
    caption:
      set.outcomes.length === 2
        ? 'What happened less what was forecast, by band; both sides of an event are counted, so left mirrors right. Below zero on the left, long shots were given too much.'
        : 'What happened less what was forecast, by band, each outcome counted. Below zero on the left, long shots were given too much.',
    chart: biasChart(set, compared),
    size: 'half',
  });
  const deciles = await figure({
    id: `${set.id}-deciles`,
    title: 'Calibration by decile',
    caption: `Each panel is a method, each dot a tenth of its forecasts${set.outcomes.length === 2 ? ` that ${set.outcomes[0] ?? ''} wins` : ' of every outcome'}: points of probability by which what happened lies above or below the forecast, with Wilson’s 95 % interval.`,
    chart: decilesChart(set.methods),
    size: 'full',
  });
  const counts = Object.entries({ ...set.leftOut, ...set.noted });
  const kept = countsText(counts);
  return html`<section class="long">
    <h2>${set.title}</h2>
    <p>
      ${set.about}: ${counted(set.events, 'event')} on ${counted(set.clusters, 'day')}.
      ${kept === '' ? null : `Left out or worth knowing: ${kept}.`}
      ${sentence(againstProportional(set))} ${sentence(choiceText(set))}
    </p>
    <div class="charts">${differences} ${bias} ${deciles}</div>
    ${methodTable(set, false)} ${decileTable(set)}
  </section>`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

const METHOD_COLUMNS: readonly Column<MethodRow>[] = [
  { head: 'Method', kind: 'text', cell: ({ name }) => name },
  { head: 'Events', kind: 'number', cell: ({ n }) => grouped(n) },
  {
    head: 'Refused',
    kind: 'text',
    cell: ({ refused }) =>
      Object.entries(refused)
        .map(([code, n]) => `${n} ${code.replaceAll('_', ' ')}`)
        .join(', '),
  },
  { head: 'Brier score', kind: 'number', cell: ({ brier }) => estimateCell(brier, 4) },
  { head: 'Log loss', kind: 'number', cell: ({ logLoss }) => estimateCell(logLoss, 4) },
  {
    head: 'Less proportional',
    kind: 'number',
    cell: ({ name, differences }) =>
      name === 'proportional'
        ? ''
        : estimateCell(
            differences.find(({ than }) => than === 'proportional')?.logLoss ?? null,
            LOSS_DIGITS,
          ),
  },
  { head: 'Slope', kind: 'number', cell: ({ slope }) => estimateCell(slope, 3) },
];

function methodTable(set: DevigSetRecord, folded: boolean): Html {
  const input = {
    label: `Methods, ${set.title}`,
    columns: METHOD_COLUMNS,
    rows: set.methods,
  };
  return folded
    ? foldedTable(input, { summary: `${set.title}: all methods` })
    : html`${table(input)}
        <p class="caption">
          The slope is that of the outcome’s logit on the forecast’s: above 1 long shots were still
          given too much, below 1 too little. Brier scores are half the squared errors of all
          outcomes, so that two outcomes have the usual score.
        </p>`;
}

function decileTable(set: DevigSetRecord): Html {
  return foldedTable(
    {
      label: `Deciles, ${set.title}`,
      columns: DECILE_COLUMNS,
      rows: set.methods.flatMap(({ name, deciles }) =>
        deciles.map((decile) => ({ method: name, decile })),
      ),
    },
    { summary: 'Deciles of every method as numbers' },
  );
}

/** The arbitration study as one page that needs nothing else. */
export async function renderArbitrationStudy(record: ArbitrationStudyRecord): Promise<string> {
  const { quotes, orders } = record;
  const proved = orders.different === 1 && orders.sha256 === orders.sha256WithoutKalshi;
  return page(
    'Several books, one line',
    html`<header>
        <p class="eyebrow">
          <b>Fairline</b> · study on real quotes · ${counted(quotes.used, 'quote')} of
          ${quotes.books.length} sources on pitchers’ strikeouts
        </p>
        <h1>Several books, one line</h1>
        <p class="result ${proved ? '' : 'broken'}">
          ${proved ? 'What is said counts, not when it comes.' : 'The order of arrival changed a line.'}
        </p>
        <p class="judgement">${sentence(ordersText(record))}</p>
        <p class="about">
          ${grouped(quotes.rows)} rows in ${counted(quotes.snapshots, 'snapshot')},
          ${fixed(quotes.gapMinutes.median, 0)} minutes apart in the median and over
          ${fixed(quotes.gapMinutes.p90, 0)} one time in ten. Rows during and after a game repeat
          the last quote and are left out (${countsText(Object.entries(quotes.leftOut))}). Over
          stands for home, under for away; a pitcher’s day and one number of strikeouts are one
          market. Each side of a quote is a message of its own: ${grouped(orders.messages)} messages
          and about ${grouped(orders.duplicates)} duplicates an order, those of
          ${orders.snapshotsBetween} snapshots shuffled together, looked at ${orders.checkpoints}
          times.
        </p>
      </header>
      ${await freshnessSection(record)} ${await scoresSection(record)} ${await apartSection(record)}`,
  );
}

const FRESHNESS_COLUMNS = (
  record: ArbitrationStudyRecord,
): readonly Column<ArbitrationStudyRecord['freshness'][number]>[] => [
  {
    head: 'Greatest age of a quote',
    kind: 'text',
    cell: ({ maxAgeMs, isConfigured }) =>
      `${ageText(maxAgeMs)}${isConfigured ? ', configured' : ''}`,
  },
  ...(record.freshness[0]?.rules ?? []).map(
    ({ rule }, at): Column<ArbitrationStudyRecord['freshness'][number]> => ({
      head: rule,
      kind: 'number',
      cell: ({ rules }) => percentText(rules[at]?.share ?? 0),
    }),
  ),
];

async function freshnessSection(record: ArbitrationStudyRecord): Promise<Html> {
  const { freshness, supportedMaxAgeMs, drift, orders } = record;
  const shares = await figure({
    id: 'freshness',
    title: 'What a limit of age leaves of each book',
    caption:
      'Share of the time from a market’s first quote to its game. Missing: this book has not quoted it yet. Both sides of a recorded quote carry one time, so no book waits for a side here.',
    chart: freshnessChart(freshness),
    size: 'full',
  });
  const moves = await figure({
    id: 'drift',
    title: 'How far a quote has moved by its age',
    caption:
      'Change of the probability of over between two quotes of one book on one market, by the time between them.',
    chart: driftChart(drift),
    size: 'half',
  });
  const under = Object.entries(orders.underWay);
  const seen = under.reduce((sum, [, n]) => sum + n, 0);
  return html`<section>
    <h2>How old a quote may be</h2>
    <p>
      ${
        supportedMaxAgeMs === null
          ? 'No limit leaves the blend nine tenths of the time in which it could have a line.'
          : `With a limit of ${ageText(supportedMaxAgeMs)} the blend has nine tenths of the time in which it could have a line at all; under the configured ${ageText(freshness[0]?.maxAgeMs ?? 0)} next to nothing is left. These snapshots are too far apart to trade on, and a feed must be asked as often as its limit says.`
      }
    </p>
    <div class="charts">
      ${shares} ${moves}
      <div>
        <h3>Time with a line</h3>
        <p class="caption">Share of the time before the game in which each rule had a line.</p>
        ${table({ label: 'Time with a line', columns: FRESHNESS_COLUMNS(record), rows: freshness })}
        ${
          seen === 0
            ? null
            : html`<p class="caption">
                While messages were under way, looked at half-way through each stretch under the
                wider limit:
                ${under.map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${percentText(n / seen, 0)}`).join(', ')}.
                When all had come, every order had made the same lines.
              </p>`
        }
      </div>
    </div>
  </section>`;
}

type ScoreRow = ArbitrationStudyRecord['scores'][number];

/** Fewer pitcher-days have an interval that says more than the sample knows. */
const FEW = 30;

const SCORE_COLUMNS: readonly Column<ScoreRow>[] = [
  { head: 'Source', kind: 'text', cell: ({ name }) => name },
  { head: 'Pitcher-days', kind: 'number', cell: ({ n }) => grouped(n) },
  { head: 'Brier score', kind: 'number', cell: ({ brier }) => estimateCell(brier, 4) },
  { head: 'Log loss', kind: 'number', cell: ({ logLoss }) => estimateCell(logLoss, 4) },
  {
    head: 'Less the blend',
    kind: 'number',
    cell: ({ differences: [one] }) =>
      one === undefined
        ? ''
        : one.n < FEW
          ? html`too few (${one.n})`
          : estimateCell(one.logLoss, 4),
  },
  {
    head: 'On both',
    kind: 'number',
    cell: ({ differences: [one] }) => (one === undefined ? '' : grouped(one.n)),
  },
];

async function scoresSection(record: ArbitrationStudyRecord): Promise<Html> {
  const rows = record.scores.flatMap(({ name, differences: [one] }) =>
    one === undefined || one.n < FEW || one.logLoss === null
      ? []
      : [{ label: name, estimate: one.logLoss }],
  );
  const told = rows.filter(({ estimate }) => estimate.high < 0 || estimate.low > 0);
  const chart = await figure({
    id: 'against-blend',
    title: 'Log loss against the blend, on the same pitcher-days',
    caption: 'Left of the dashed line is better than the blend of four books.',
    chart: differenceChart(rows, 'Thousandths of a nat a pitcher-day'),
    size: 'full',
  });
  const blend = record.scores[0];
  const deciles =
    blend === undefined
      ? null
      : foldedTable(
          {
            label: 'Deciles of the blend',
            columns: DECILE_COLUMNS,
            rows: blend.deciles.map((decile) => ({ method: blend.name, decile })),
          },
          { summary: 'Deciles of the blend as numbers' },
        );
  return html`<section>
    <h2>Against what happened</h2>
    <p>
      One forecast that it goes over for each pitcher and day, at the last snapshot before the game:
      ${grouped(record.quotes.withOutcome)} of ${grouped(record.quotes.pitcherDays)} have an
      outcome. Kalshi’s own quote stands beside and is never in a line.
      ${
        told.length === 0
          ? 'Nothing here can be told from the blend by more than chance, not even a coin: two weeks are too few.'
          : `By more than chance apart from the blend: ${told.map(({ label }) => label).join(', ')}.`
      }
    </p>
    <div class="charts">${chart}</div>
    ${table({ label: 'Scores', columns: SCORE_COLUMNS, rows: record.scores })} ${deciles}
  </section>`;
}

async function apartSection({ disagreement }: ArbitrationStudyRecord): Promise<Html> {
  const chart = await figure({
    id: 'apart',
    title: 'How far apart, on average',
    caption: 'Absolute difference of the probability of over on one market at one snapshot.',
    chart: apartChart(disagreement, EXCHANGE),
    size: 'half',
  });
  return html`<section>
    <h2>Where the books disagree</h2>
    <p>
      Each book by its method of the defaults, Kalshi’s quote in proportion. The mean difference
      says whether one is always higher, the mean apart how far they are from each other.
    </p>
    <div class="charts">
      ${chart}
      <div>${table({ label: 'Disagreement', columns: APART_COLUMNS, rows: disagreement })}</div>
    </div>
  </section>`;
}

const APART_COLUMNS: readonly Column<ArbitrationStudyRecord['disagreement'][number]>[] = [
  { head: 'Pair', kind: 'text', cell: ({ a, b }) => `${a}, ${b}` },
  {
    head: 'First less second',
    kind: 'number',
    cell: ({ difference }) => estimateCell(difference, 4),
  },
  {
    head: 'Apart, 95 in 100 below',
    kind: 'number',
    cell: ({ p95Absolute }) => percentText(p95Absolute),
  },
];
