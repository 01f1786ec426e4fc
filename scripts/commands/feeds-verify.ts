import { readFile, stat } from 'node:fs/promises';
import { NhlClient, NHL_ADDRESSES, type NhlFailure } from '../../shared/adapters/nhl/nhl-client.ts';
import { decodePlayByPlay, type PlaysRead } from '../../shared/adapters/nhl/wire/play-by-play.ts';
import { decodeShiftChart, type ShiftsRead } from '../../shared/adapters/nhl/wire/shift-chart.ts';
import {
  isAllUsable,
  verifyHockeyGame,
  type HockeyVerification,
} from '../../shared/domain/market/hockey-check.ts';
import {
  HOCKEY_FINDINGS,
  HOCKEY_USES,
  type HockeyEvidence,
} from '../../shared/domain/market/hockey-findings.ts';
import type { FrameRefusal } from '../../shared/ports/market-data.ts';
import { columns, printable } from '../terminal-text.ts';
import { UsageError } from '../usage-error.ts';
import { oneOf } from './one-of.ts';

export type FeedsVerifyOptions = {
  readonly plays?: string | undefined;
  readonly shifts?: string | undefined;
  readonly game?: string | undefined;
  readonly baseUrl?: string | undefined;
};

/** What was to be verified could not be had. The message says what to do. */
export class NotVerified extends Error {
  override readonly name = 'NotVerified';
}

/** Of one document. Recorded ones have 0.4 to 0.8 MB. */
const MAX_BYTES = 16 * 1_024 * 1_024;
const TIMEOUT_MS = 20_000;
const GAME_ID = /^\d{10}$/;

type Answer = { readonly json: object; readonly text: string; readonly isUsable: boolean };

/**
 * `fairline feeds verify nhl`: whether the plays and shifts of one game agree with themselves and with one another, and
 * what they may be used for. Reads files, or asks for the game once, without a key. Throws `UsageError`, `NotVerified`.
 */
export async function runFeedsVerify(source: string, options: FeedsVerifyOptions): Promise<Answer> {
  oneOf('the source', source, ['nhl']);
  const { plays, shifts } = await documentsOf(options);
  const found = verifyHockeyGame({ plays: plays.game, shifts: shifts?.chart ?? null });
  const refused = [...plays.refused, ...(shifts?.refused ?? [])].map(({ detail }) => detail);
  const unknownKinds = {
    plays: Object.fromEntries(plays.unknownKinds),
    shifts: Object.fromEntries(shifts?.unknownKinds ?? []),
  };
  const json = { source, ...found, refused: refused.slice(0, MOST_REFUSED), unknownKinds };
  return { json, text: textOf(plays, found, refused), isUsable: isAllUsable(found) };
}

type Documents = { readonly plays: PlaysRead; readonly shifts: ShiftsRead | null };

async function documentsOf(options: FeedsVerifyOptions): Promise<Documents> {
  const { plays, shifts, game, baseUrl } = options;
  if (game !== undefined) {
    if ((plays ?? shifts) !== undefined)
      throw new UsageError({
        what: '--game was given together with a file.',
        allowed: '--game, or --plays with or without --shifts',
        todo: 'Leave one of them out.',
      });
    return ofGame(game, baseUrl);
  }
  if (baseUrl !== undefined)
    throw new UsageError({
      what: '--base-url was given without --game.',
      allowed: '--base-url with --game',
      todo: 'Name the game: --game 2025020734',
    });
  if (plays === undefined)
    throw new UsageError({
      what: 'Neither --game nor --plays was given.',
      allowed: '--game ID, or --plays FILE with or without --shifts FILE',
      todo: 'Name a finished game (--game 2025020734), or the file of its plays.',
    });
  return {
    plays: accepted(decodePlayByPlay(await textOfFile('--plays', plays), LIMITS), plays),
    shifts:
      shifts === undefined
        ? null
        : accepted(decodeShiftChart(await textOfFile('--shifts', shifts), LIMITS), shifts),
  };
}

const LIMITS = { maxBytes: MAX_BYTES };

async function ofGame(game: string, baseUrl: string | undefined): Promise<Documents> {
  if (!GAME_ID.test(game))
    throw new UsageError({
      what: `--game is "${game}".`,
      allowed:
        'ten digits: the year the season began in, 02 for the season or 03 for playoffs, and the game',
      todo: 'Give one: --game 2025020734',
    });
  const address = baseUrl === undefined ? null : addressOf(baseUrl);
  const client = new NhlClient({
    webUrl: address ?? NHL_ADDRESSES.webUrl,
    statsUrl: address ?? NHL_ADDRESSES.statsUrl,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  return {
    plays: accepted(await client.plays(game), 'play-by-play'),
    shifts: accepted(await client.shifts(game), 'shift chart'),
  };
}

function addressOf(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url !== null && isWeb && url.pathname === '/') return url.origin;
  throw new UsageError({
    what: `--base-url is "${text}".`,
    allowed: 'http://HOST or https://HOST without a path; it serves both documents',
    todo: `Leave it out for ${NHL_ADDRESSES.webUrl} and ${NHL_ADDRESSES.statsUrl}.`,
  });
}

async function textOfFile(option: string, path: string): Promise<string> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : -1),
    () => -1,
  );
  if (size < 0 || size > MAX_BYTES)
    throw new UsageError({
      what: `${option} is "${path}", ${size < 0 ? 'which is no file that can be read' : `of ${size} bytes`}.`,
      allowed: `a file with the answer of the NHL as it came, at most ${MAX_BYTES} bytes`,
      todo: 'Name such a file, or ask for the game: --game 2025020734',
    });
  // Some editors and shells save a mark of the byte order, which is not JSON.
  return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
}

function accepted<T extends PlaysRead | ShiftsRead>(
  read: T | FrameRefusal | NhlFailure,
  what: string,
): T {
  if (read.kind === 'refused')
    throw new NotVerified(
      `${what} cannot be used (${read.code}): ${printable(read.detail)}. Is it the answer of the NHL as it came?`,
    );
  if (read.kind === 'failed')
    throw new NotVerified(
      `The ${what} did not come (${read.code}): ${read.detail}. Try again later, or save it and give it as a file.`,
    );
  return read;
}

const MOST_REFUSED = 20;
const MOST_SHOWN = 3;
const NAMES = { score: 'score', clock: 'clock', on_ice: 'on the ice' } as const;

function textOf(
  { game }: PlaysRead,
  { usable, findings, figures }: HockeyVerification,
  refused: readonly string[],
): string {
  const { away, home } = game.teams;
  const { onIce, shifts } = figures;
  const head = `nhl ${game.gameId}: ${away.code} ${away.goals ?? '-'}, ${home.code} ${home.goals ?? '-'}; ${figures.plays} plays${shifts === null ? '' : `, ${shifts.usable} usable shifts of ${shifts.rows} rows`}`;
  const verdicts = HOCKEY_USES.map((use) => `${NAMES[use]}: ${usable[use].replaceAll('_', ' ')}`);
  const measured =
    onIce === null
      ? []
      : [
          `full lines known for ${(onIce.coverage * 100).toFixed(2)} % of ${figures.playedSeconds} s; strength agrees at ${onIce.strength.agreeing} of ${onIce.strength.compared} plays; ${onIce.actors.agreeing} of ${onIce.actors.compared} named players were on the ice`,
        ];
  const rows = findings.map(({ code, times, blocks }) => [
    code,
    `${times}`,
    blocks.length === 0 ? '-' : `spoils ${blocks.map((use) => NAMES[use]).join(', ')}`,
    HOCKEY_FINDINGS[code].says,
  ]);
  const table =
    rows.length === 0
      ? ['nothing was found to be wrong']
      : columns(
          [['finding', 'times', 'effect', 'what'], ...rows].map((row) =>
            row.map((text) => ({ text, align: 'left' as const })),
          ),
          MOST_WIDE,
        );
  const where = findings.flatMap(({ code, evidence }) =>
    evidence.slice(0, MOST_SHOWN).map((one) => `${code}: ${evidenceText(one)}`),
  );
  return [
    head,
    verdicts.join('; '),
    ...measured,
    '',
    ...table,
    ...(where.length === 0 ? [] : ['', ...where]),
    ...refused.slice(0, MOST_REFUSED).map((detail) => `refused ${printable(detail)}`),
  ].join('\n');
}

const MOST_WIDE = 70;

function evidenceText({ period, second, side, playerId, detail }: HockeyEvidence): string {
  const clock =
    second === null ? '' : ` ${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
  const parts = [
    period === null ? null : `period ${period}${clock}`,
    side,
    playerId === null ? null : `player ${playerId}`,
  ].filter((part) => part !== null);
  return printable([...parts, detail].join(', '));
}
