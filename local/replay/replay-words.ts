import {
  recordedMinutes,
  type CollectedSource,
  type RecordingManifest,
} from '../../shared/contracts/recording.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import { LEAST_FOR_INTERVAL } from '../../shared/application/report/compare-forecasts.ts';
import { formatMoney } from '../../shared/domain/money/money.ts';
import { modelVsMarket, type PairedForecast } from '../../shared/domain/reports/model-vs-market.ts';
import { DEFAULT_RECORDED_LATENCY } from '../../shared/replay/recorded-venue.ts';
import { DEFAULT_BOOK_ASSUMPTIONS } from '../../shared/replay/synthetic-book.ts';

/** What a recording is called, and what the start of its games is. */
const SOURCES: Readonly<
  Record<CollectedSource, { readonly title: string; readonly start: string }>
> = {
  'kalshi-nba': { title: 'Kalshi NBA winner markets', start: 'tip-off' },
  'kalshi-mlb': { title: 'Kalshi MLB moneylines', start: 'first pitch' },
};

/** The words of a report that hang on what was recorded. */
export type ReplayWords = {
  readonly title: string;
  readonly description: string;
  /** When our value and the market's are held against each other, and against what of the market. */
  readonly moment: string;
  readonly marketLabel: string;
  readonly start: string;
};

export function replayWords(manifest: RecordingManifest, model: string | null): ReplayWords {
  const known = Object.entries(SOURCES).find(([source]) => source === manifest.source)?.[1];
  const { title, start } = known ?? {
    title: `Recording of ${manifest.source}`,
    start: 'the start',
  };
  const { market } = manifest.counts;
  const minutes = recordedMinutes(manifest);
  const by = model === null ? 'priced by nothing' : `priced before each game by ${model}`;
  const alone = model === null ? '' : ' and by nothing else';
  const words = { title, start };
  switch (manifest.kind) {
    case 'trade_bars':
      return {
        ...words,
        description: `${market} real markets and ${minutes} traded minutes, ${by}${alone}.`,
        moment: `at ${start}, the model against the last trade before it`,
        marketLabel: 'Last trade',
      };
    case 'quote_bars':
      return {
        ...words,
        description: `${market} real markets and ${minutes} minutes with their bid and ask, ${by}${alone}.${fewText(market)}`,
        moment: `at ${start}, the model against the middle of the quotes`,
        marketLabel: 'Middle of the quotes',
      };
  }
}

function fewText(markets: number): string {
  return markets < LEAST_FOR_INTERVAL
    ? ` ${markets} games are too few to say anything of a strategy: what this shows is the path on real quotes.`
    : '';
}

/** What was assumed in a replay, one sentence each: the recording's own, the venue's, the run's. */
export function replayAssumptions(input: {
  readonly manifest: RecordingManifest;
  readonly words: ReplayWords;
  readonly config: DomainConfig;
  /** Of the run itself and the others that are shown, in cents; none where quotes were recorded. */
  readonly halfSpreads: { readonly own: number; readonly shown: readonly number[] } | null;
  /** Forecasts of the models that did not price, by label. */
  readonly others: Iterable<readonly [string, readonly PairedForecast[]]>;
}): readonly string[] {
  const { manifest, words, config, halfSpreads } = input;
  const share = DEFAULT_BOOK_ASSUMPTIONS.participationMillionths / 10_000;
  const traded = manifest.kind === 'trade_bars';
  const minute = traded ? 'traded minute' : 'recorded minute';
  return [
    ...manifest.assumptions,
    halfSpreads === null
      ? 'A taker pays the recorded ask and gets the recorded bid; no spread is assumed. Makers never fill.'
      : `A taker pays ${halfSpreads.own} cents beyond the trade price on either side; ${halfSpreads.shown.join(', ')} cents are shown too. Makers never fill.`,
    `On each side stands ${share} % of the minute's volume; what was taken is gone until the next ${minute}.${traded ? '' : ' That depth is assumed: the recording has prices and volume only.'}`,
    DEFAULT_RECORDED_LATENCY === 'next_bar'
      ? `An order meets ${traded ? 'the open of the next traded minute' : 'the quotes at the end of the next recorded minute'} or the price it was decided on, whichever is worse for it; when no minute comes within ten it fills nothing.`
      : 'An order meets the price it was decided on, which is optimistic.',
    `Only the model prices, and only before ${words.start}. Exits go on through the game, ${traded ? 'on trade prices that have no spread of their own' : 'on the recorded quotes'}.`,
    `Opening cash ${formatMoney(config.openingCash)} dollars; ${config.caps.maxPositions} positions at most, so most games of a busy evening are passed over.`,
    ...[...input.others].map(([label, pairs]) => scoredText(label, pairs)),
  ];
}

function scoredText(label: string, pairs: readonly PairedForecast[]): string {
  const scored = modelVsMarket(pairs);
  return scored === null
    ? label
    : `${label} scores ${scored.model.logLoss.toFixed(4)} in log loss, the last trade ${scored.market.logLoss.toFixed(4)}`;
}
