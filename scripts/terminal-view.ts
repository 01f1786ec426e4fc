import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MarketProgress, RunProgress } from '../shared/contracts/run-progress.ts';
import {
  countText,
  grouped,
  minuteText,
  percentText,
  signedDollars,
} from '../shared/adapters/html-report/figures.ts';
import { money } from '../shared/domain/money/money.ts';
import { formatPrice, type Price } from '../shared/domain/money/price.ts';
import { columns, fitted, printable, type Cell } from './terminal-text.ts';

/** Where text goes: a terminal, a file or a pipe. */
export type Output = {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What a person sees while a run goes on. `close` leaves the terminal as it was, however the run ended. */
export type RunView = {
  readonly show: (progress: RunProgress) => Promise<void>;
  readonly close: () => void;
};

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_DOWN = '\u001b[0J';
const REDRAW_EVERY_MS = 80;
const BAR_WIDTH = 28;
/** Rows of the screen that are not markets: title, bar, counters, head, note, prompt. */
const OTHER_ROWS = 8;
const MAX_MARKETS = 20;
const PLAIN_LINES = 20;

/** A picture on a terminal, lines anywhere else. */
export function runView({
  output,
  title,
  nowMs,
}: {
  readonly output: Output;
  readonly title: string;
  readonly nowMs: () => number;
}): RunView {
  return output.isTTY === true ? liveView(output, title, nowMs) : plainView(output, title);
}

/** At most about twenty lines for a whole run, the first and the last among them. */
function plainView(output: Output, title: string): RunView {
  output.write(`${title}\n`);
  let next = 0;
  return {
    show: async (progress) => {
      if (progress.fraction >= next) {
        next = (Math.floor(progress.fraction * PLAIN_LINES) + 1) / PLAIN_LINES;
        output.write(`${counters(progress)}\n`);
      }
      await nextTurn();
    },
    close: () => undefined,
  };
}

function counters(progress: RunProgress): string {
  const share = percentText(progress.fraction, 0).padStart(5);
  const note = progress.note === null ? '' : `  ${printable(progress.note)}`;
  return [
    `${share}  ${minuteText(progress.simulatedMs)} UTC`,
    `ticks ${grouped(progress.ticks)}`,
    `orders ${grouped(progress.orders)}`,
    `fills ${grouped(progress.fills)}`,
    `P&L ${signedDollars(progress.pnl)}${note}`,
  ].join('  ');
}

/** Redraws in place. The cursor is hidden meanwhile and comes back on `close`. */
function liveView(output: Output, title: string, nowMs: () => number): RunView {
  // What is started may take a while: the title stands at once, and is the first picture.
  let drawn = 1;
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let latest: RunProgress | null = null;
  let open = true;
  output.write(`${HIDE_CURSOR}${fitted(title, widthOf(output)).trimEnd()}\n`);
  const draw = (progress: RunProgress): void => {
    const lines = picture(progress, title, { width: widthOf(output), rows: output.rows ?? 24 });
    output.write(`\u001b[${drawn}A\r${CLEAR_DOWN}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  return {
    show: async (progress) => {
      latest = progress;
      if (nowMs() - lastDrawnMs >= REDRAW_EVERY_MS) {
        draw(progress);
        latest = null;
        lastDrawnMs = nowMs();
      }
      await nextTurn();
    },
    close: () => {
      if (!open) return;
      open = false;
      if (latest !== null) draw(latest);
      output.write(SHOW_CURSOR);
    },
  };
}

function widthOf(output: Output): number {
  return Math.max(40, (output.columns ?? 80) - 1);
}

/** The lines of one picture, none longer than the screen is wide, not more than it is high. */
export function picture(
  progress: RunProgress,
  title: string,
  screen: { readonly width: number; readonly rows: number },
): readonly string[] {
  const filled = Math.round(Math.min(1, Math.max(0, progress.fraction)) * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const shown = Math.min(MAX_MARKETS, Math.max(1, screen.rows - OTHER_ROWS));
  const markets = progress.markets.slice(0, shown);
  const table = columns([HEAD, ...markets.map(marketCells)], Math.max(12, screen.width - 58));
  const more = progress.markets.length - markets.length;
  const lines = [
    title,
    `${bar} ${percentText(progress.fraction, 0)}  ${minuteText(progress.simulatedMs)} UTC`,
    [
      `ticks ${grouped(progress.ticks)}`,
      `orders ${grouped(progress.orders)}`,
      `fills ${grouped(progress.fills)}`,
      `P&L ${signedDollars(progress.pnl)}`,
    ].join('   '),
    '',
    ...table,
    ...(more > 0 ? [`… and ${grouped(more)} more`] : []),
    ...(progress.note === null ? [] : [progress.note]),
  ];
  return lines.map((line) => fitted(line, screen.width).trimEnd());
}

const left = (text: string): Cell => ({ text, align: 'left' });
const right = (text: string): Cell => ({ text, align: 'right' });

const HEAD: readonly Cell[] = [
  left('market'),
  right('bid'),
  right('ask'),
  right('fair'),
  right('position'),
  right('open P&L'),
  right('realised'),
];

const priced = (price: Price | null): string =>
  price === null ? '–' : formatPrice(price).replace(/00$/, '');

function marketCells(market: MarketProgress): readonly Cell[] {
  const { position, unrealised, realised } = market;
  return [
    left(market.title),
    right(priced(market.bid)),
    right(priced(market.ask)),
    right(market.fair === null ? '–' : market.fair.toFixed(3)),
    right(position === null ? '' : `${countText(position.quantity)} ${position.leg.toUpperCase()}`),
    right(position === null ? '' : signedDollars(unrealised)),
    right(realised === money(0) ? '' : signedDollars(realised)),
  ];
}
