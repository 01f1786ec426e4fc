import type { LinesNow } from '../../local/embedded/ask-lines.ts';
import { SKIP_EXPLANATIONS } from '../../shared/domain/decisions/skip-reason.ts';
import { PRICE_SCALE, type Price } from '../../shared/domain/money/price.ts';
import { columns, type Cell } from '../terminal-text.ts';
import { downInWords } from './source-down.ts';
import { UsageError } from '../usage-error.ts';

export type LinesOptions = {
  readonly port?: string | undefined;
  readonly state?: string | undefined;
  readonly game?: string | undefined;
};

type MarketLine = LinesNow['lines'][number];
type BookNow = MarketLine['books'][number];

/** No feeder answers, or it follows no such game. The message says what to do. */
export class LinesUnavailable extends Error {
  override readonly name = 'LinesUnavailable';
}

/**
 * `fairline lines`: what each market that the feeder follows would be priced at now, by which books and methods, how
 * old that is, and where there is no price, why. Throws `UsageError` and `LinesUnavailable`.
 */
export async function runLines(
  options: LinesOptions,
): Promise<{ readonly json: object; readonly text: string }> {
  const { askLines } = await import('../../local/embedded/ask-lines.ts');
  const port = options.port === undefined ? null : portOf(options.port);
  const now = await askLines({ port, stateDir: options.state ?? null });
  if (typeof now === 'string')
    throw new LinesUnavailable(
      `${now}. Start a run with npm start -- --serve, or name its --port or --state.`,
    );
  const lines = now.lines.filter(
    ({ game }) => options.game === undefined || game?.gameId === options.game,
  );
  if (options.game !== undefined && lines.length === 0) throw noGame(options.game, now.lines);
  return { json: { ...now, lines }, text: linesText({ ...now, lines }) };
}

function noGame(game: string, lines: readonly MarketLine[]): LinesUnavailable {
  const games = [...new Set(lines.flatMap((line) => line.game?.gameId ?? []))];
  const known = games.length === 0 ? 'it follows no game' : `it follows ${games.join(', ')}`;
  return new LinesUnavailable(`no market is about ${game}: ${known}.`);
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError({
    what: `--port is "${text}".`,
    allowed: 'a port from 1 to 65535',
    todo: 'Leave it out to ask the run of the usual folder.',
  });
}

const MOST_WIDE = 60;
const WIDTH = 100;
const NOTHING_FOLLOWED =
  'It follows no market: the games are over, or none is mapped yet. fairline map says which are mapped and why not.';
const UNITS = 'fair and ± are probabilities of YES, bid and ask dollars a contract.';

/** For people: a row for each market, and what every refusal means. */
export function linesText(now: {
  readonly state: string;
  readonly sources: LinesNow['sources'];
  readonly lines: readonly MarketLine[];
}): string {
  const { state, sources, lines } = now;
  if (state !== 'leading') return `The feeder is ${state}: it follows nothing until it leads.`;
  const shown = lines.map(rowOf);
  const head = ['market', 'YES', 'limits', 'fair', '±', 'bid', 'ask', 'age', 'by, margin'];
  const [top = '', ...rows] = columns(
    [head, ...shown.map(({ row }) => row)].map((row) => row.map((text, at) => cell(text, at))),
    MOST_WIDE,
  );
  // Both sides of a game mostly rest on the same words: those stand once, below the second.
  const table = rows.flatMap((row, at) => {
    const { game, details } = shown[at] ?? NO_DETAILS;
    const next = shown[at + 1] ?? NO_DETAILS;
    const isRepeated = next.game === game && next.details.join() === details.join();
    return isRepeated ? [row] : [row, ...wrapped(details)];
  });
  const codes = [
    ...new Set(lines.flatMap(({ fair }) => (fair.kind === 'refused' ? [fair.code] : []))),
  ];
  const down = sources.flatMap(({ source, down: why }) =>
    why === null ? [] : [`${source} is down: ${downInWords(why)}`],
  );
  return [
    ...(lines.length === 0 ? [NOTHING_FOLLOWED] : [top, ...table, '', UNITS]),
    ...(codes.length === 0
      ? []
      : ['', ...codes.map((code) => `${code}: ${SKIP_EXPLANATIONS[code]}`)]),
    ...(down.length === 0 ? [] : ['', ...down]),
  ].join('\n');
}

function cell(text: string, at: number): Cell {
  return { text, align: at >= 3 && at <= 7 ? 'right' : 'left' };
}

type ShownLine = {
  readonly row: readonly string[];
  readonly game: string | null;
  /** What has no room in the row. */
  readonly details: readonly string[];
};

const NO_DETAILS: ShownLine = { row: [], game: null, details: [] };

function rowOf({ market, game, fair, ageMs, books, touch }: MarketLine): ShownLine {
  const about = [market, game?.yesSide ?? '', game?.phase ?? ''];
  const prices = [priceText(touch.bid), priceText(touch.ask)];
  const gameId = game?.gameId ?? null;
  if (fair.kind === 'refused') {
    const said = books.filter(({ kind }) => kind !== 'missing').map(bookText);
    const details = [...impossibleText(fair), ...said];
    return { row: [...about, '', '', ...prices, '', fair.code], game: gameId, details };
  }
  const { by, details } = byText(fair, books);
  const value = [fair.probability.toFixed(4), fair.uncertainty.toFixed(4)];
  return { row: [...about, ...value, ...prices, secondsText(ageMs), by], game: gameId, details };
}

/** Whose odds no line can be made of, and what is wrong with them. */
function impossibleText(fair: Extract<MarketLine['fair'], { kind: 'refused' }>): readonly string[] {
  if (fair.code !== 'devig_refused') return [];
  const { source, refusal } = fair;
  const margin = 'margin' in refusal ? ` ${percentText(refusal.margin)}` : '';
  return [`${source} ${refusal.method}${margin}: ${refusal.code}`];
}

/** Who makes the price: one book in the row; those of a blend below it, with who was asked and has no part in it. */
function byText(
  fair: Exclude<MarketLine['fair'], { kind: 'refused' }>,
  asked: readonly BookNow[],
): { readonly by: string; readonly details: readonly string[] } {
  if (fair.kind === 'model')
    return { by: `model ${fair.model.name}@${fair.model.version}`, details: [] };
  const said = fair.books.map(
    ({ source, method, margin }) => `${source} ${method} ${percentText(margin)}`,
  );
  const [only = ''] = said;
  if (said.length < 2) return { by: only, details: [] };
  const parts = fair.books.map(({ weight }, at) => `${said[at] ?? ''} × ${weight.toFixed(2)}`);
  const without = asked.filter(({ kind }) => kind !== 'valid' && kind !== 'missing');
  return { by: `blend of ${said.length}`, details: [...parts, ...without.map(bookText)] };
}

/** Details in lines of at most 100 characters, set in. */
function wrapped(details: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const detail of details) {
    const last = lines.at(-1);
    if (last === undefined || last.length + detail.length + 2 > WIDTH) lines.push(`    ${detail}`);
    else lines[lines.length - 1] = `${last}; ${detail}`;
  }
  return lines;
}

function bookText(book: BookNow): string {
  if (book.kind === 'valid') return `${book.source} ${secondsText(book.ageMs)}`;
  const age = 'ageMs' in book.why ? ` ${secondsText(book.why.ageMs)}` : '';
  return `${book.source} ${book.kind}${age}`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function secondsText(ageMs: number | null): string {
  return ageMs === null ? '' : `${(ageMs / 1_000).toFixed(1)} s`;
}

function priceText(price: Price | null): string {
  return price === null ? '-' : (price / 10 ** PRICE_SCALE).toFixed(2);
}
