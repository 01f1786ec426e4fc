import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { encodeBoard } from '../../shared/adapters/espn/wire/encode.ts';
import {
  decodeScoreboardEvents,
  type AskedBoard,
  type ScoreboardEventsRead,
} from '../../shared/adapters/espn/wire/scoreboard-events.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { aCompetitor, aScoreboardEvent } from '../support/scoreboard-builders.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

/** Recorded scoreboards, read in place; optional data that is not ours to ship. */
const FOLDER = '../shared/data/espn-scoreboards';
const MAX_BYTES = 20_000_000;
const MIXED: AskedBoard = { kind: 'mixed' };
const SOCCER: AskedBoard = { kind: 'sport', sport: 'soccer' };
const MADE_GAMES = 60;
const ROUNDS = 20;

type Board = { readonly name: string; readonly text: string; readonly asked: AskedBoard };

/** From the text of a scoreboard to checked events, by game: of the recorded boards, or of one made here without them. */
export function benchScoreboards(): BenchRow[] {
  return boards().map((board) => {
    const { name, text } = board;
    const { events } = read(board);
    const seconds = fastestSeconds(ROUNDS, () => {
      read(board);
    });
    const wholeMs = seconds * 1_000;
    return {
      name: `scoreboard: ${name}, a game`,
      value: rounded(wholeMs / events.length),
      unit: 'ms',
      aim: { atMost: 50 },
      note: `${events.length} events in ${Math.round(text.length / 1_024)} KiB, ${rounded(wholeMs)} ms in all; best of ${ROUNDS}`,
    };
  });
}

function boards(): readonly Board[] {
  if (!existsSync(FOLDER)) return [{ name: 'made here', text: madeBoard(), asked: MIXED }];
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => {
      const bytes = readFileSync(`${FOLDER}/${file}`);
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
      return { name: file, text, asked: file === 'schedule.json' ? SOCCER : MIXED };
    });
}

function read({ text, asked }: Board): ScoreboardEventsRead {
  const board = decodeScoreboardEvents(text, {
    maxBytes: MAX_BYTES,
    receivedMs: 1,
    asked,
  });
  invariant(board.kind === 'events' && board.events.length > 0, 'a board has events');
  return board;
}

function madeBoard(): string {
  const games = Array.from({ length: MADE_GAMES }, (_, n) => ({
    event: aScoreboardEvent({
      eventId: `40143${1_000 + n}`,
      competitors: [
        aCompetitor('home', { side: 'home', code: 'BUF' }),
        aCompetitor('away', { side: 'away', code: 'MIA' }),
      ],
    }),
    of: null,
  }));
  return encodeBoard('nfl', games);
}
