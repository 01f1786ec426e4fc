import * as z from 'zod';
import type { HockeyShift, HockeyShifts } from '../../../domain/market/hockey-events.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { clock } from './clock.ts';
import { issueText, readJson, refusal } from './read-json.ts';

export type ShiftsRead = {
  readonly kind: 'shifts';
  readonly chart: HockeyShifts;
  readonly refused: readonly FrameRefusal[];
  /** Rows that are neither shifts nor goals, by the number of their kind. */
  readonly unknownKinds: ReadonlyMap<string, number>;
};

/** A game has 700 to 900; some charts list every shift twice. */
const MAX_ROWS = 10_000;
const SHIFT = 517;
const GOAL = 505;

const id = z.number().int().positive();
const document = z.object({
  data: z.array(z.unknown()).max(MAX_ROWS),
  total: z.number().int().min(0).nullish(),
});
const common = z.object({ typeCode: z.number().int() });
const place = {
  gameId: id,
  teamId: id,
  period: z.number().int().min(1).max(20),
  startTime: clock,
};
const shiftRow = z.object({
  ...place,
  id,
  playerId: id,
  shiftNumber: z.number().int().min(0),
  // Placeholders have an empty end.
  endTime: z.union([z.literal('').transform(() => null), z.null(), clock]),
  duration: z.union([z.literal('').transform(() => null), z.null(), clock]),
});
const goalRow = z.object(place);

/**
 * `GET /stats/rest/en/shiftcharts?cayenneExp=gameId={game}` of the NHL's public API, which is not documented: the
 * form is that of captures, see docs/feeds.md. A row that cannot be read is refused and the others go on.
 */
export function decodeShiftChart(
  text: string,
  { maxBytes }: { readonly maxBytes: number },
): ShiftsRead | FrameRefusal {
  const read = readJson(text, { schema: document, maxBytes });
  if (read.kind === 'refused') return read;
  const { data, total } = read.value;
  const shifts: HockeyShift[] = [];
  const goals: HockeyShifts['goals'][number][] = [];
  const refused: FrameRefusal[] = [];
  const unknownKinds = new Map<string, number>();
  const refuse = (error: z.ZodError, at: number): void => {
    refused.push(refusal('malformed', issueText(error, ['data', at])));
  };
  for (const [at, raw] of data.entries()) {
    const kind = common.safeParse(raw);
    if (!kind.success) refuse(kind.error, at);
    else if (kind.data.typeCode === SHIFT) {
      const row = shiftRow.safeParse(raw);
      if (row.success) shifts.push(shiftOf(row.data));
      else refuse(row.error, at);
    } else if (kind.data.typeCode === GOAL) {
      const row = goalRow.safeParse(raw);
      if (row.success) goals.push(goalOf(row.data));
      else refuse(row.error, at);
    } else {
      const word = String(kind.data.typeCode);
      unknownKinds.set(word, (unknownKinds.get(word) ?? 0) + 1);
    }
  }
  const chart: HockeyShifts = {
    shifts,
    goals,
    announcedRows: total ?? null,
    rows: data.length,
    unreadable: refused.length,
  };
  return { kind: 'shifts', chart, refused, unknownKinds };
}

function shiftOf(row: z.output<typeof shiftRow>): HockeyShift {
  return {
    shiftId: String(row.id),
    gameId: String(row.gameId),
    teamId: String(row.teamId),
    playerId: String(row.playerId),
    period: row.period,
    number: row.shiftNumber,
    fromSecond: row.startTime,
    toSecond: row.endTime,
    toldSeconds: row.duration,
  };
}

function goalOf({ gameId, teamId, period, startTime }: z.output<typeof goalRow>) {
  return { gameId: String(gameId), teamId: String(teamId), period, second: startTime };
}
