import { formatBoltWhen, parseBoltWhen } from '../../adapters/boltodds/wire/when.ts';
import { parseBoltLabel } from '../../adapters/boltodds/wire/label.ts';
import { boltLabel, universalIdOf } from './sportsbook.ts';

/** What the odds feed can be asked to do wrong, each by its name. All of it was seen, or is described, of the real one. */
export const FEED_ODDITIES = {
  late_ack: 'the acknowledgement comes a second after the connection',
  array_frames: 'changes come as arrays too',
  action_ping: 'keep-alives are {"action":"ping"} and not the text ping',
  flipped_duplicates:
    'each game is there a second time, home and away exchanged, ten minutes later',
  duplicates: 'each game is there a second time under another label',
  empty_odds: 'all odds of DraftKings are empty',
  cut_burst: 'the first connection breaks in the middle of the whole state',
  utc_times: 'starts are written in UTC and not in US Eastern',
  kalshi_book: 'Kalshi and Polymarket are there as sportsbooks',
  book_drops_out: 'DraftKings takes all its games down after the first change',
  unknown_action: 'a message of a kind that is not known comes before each change',
  denied: 'the connection is refused with 401',
  forbidden: 'the connection is refused with 403',
  error_frame: 'a subscribe is answered with an error that denies the data',
  silent: 'a subscribe is confirmed and nothing comes',
} as const;

export type FeedOddity = keyof typeof FEED_ODDITIES;

export function isFeedOddity(text: string): text is FeedOddity {
  return Object.hasOwn(FEED_ODDITIES, text);
}

/** A message on the wire as far as it is changed here. */
export type WireMessage = {
  readonly action: string;
  readonly timestamp?: string;
  readonly data?: {
    readonly sport: string;
    readonly sportsbook: string;
    readonly game: string;
    readonly home_team: string;
    readonly away_team: string;
    readonly info: { readonly id: string | null; readonly when: string | null };
    readonly outcomes?: Readonly<
      Record<string, { readonly odds: string; readonly outcome_name: string }>
    >;
  };
};

type GameMessage = WireMessage & { readonly data: NonNullable<WireMessage['data']> };

const ODD_BOOK = 'draftkings';
const LATER_MS = 10 * 60_000;

/** The messages that are sent instead of some of the feed, in order. Without an oddity they are the same. */
export function withOddities(
  messages: readonly WireMessage[],
  oddities: ReadonlySet<FeedOddity>,
): readonly WireMessage[] {
  return messages.flatMap((message): readonly WireMessage[] => {
    if (message.data === undefined) return [message];
    let all: readonly GameMessage[] = [{ ...message, data: message.data }];
    if (oddities.has('empty_odds')) all = all.map(emptied);
    if (oddities.has('kalshi_book'))
      all = all.flatMap((one) => [one, ofBook(one, 'kalshi'), ofBook(one, 'Polymarket')]);
    if (oddities.has('flipped_duplicates')) all = all.flatMap((one) => [one, flipped(one)]);
    if (oddities.has('duplicates')) all = all.flatMap((one) => [one, repeated(one)]);
    if (oddities.has('utc_times')) all = all.map(inUtc);
    if (oddities.has('unknown_action') && message.action === 'line_update')
      return [{ action: 'clear_game', data: message.data }, ...all];
    return all;
  });
}

/** The book takes a game down. */
export function removedOf(message: GameMessage): GameMessage {
  const { outcomes: _outcomes, ...data } = message.data;
  return { ...message, action: 'game_removed', data };
}

function emptied(message: GameMessage): GameMessage {
  const { outcomes, sportsbook } = message.data;
  if (sportsbook !== ODD_BOOK || outcomes === undefined) return message;
  const empty = Object.entries(outcomes).map(([key, outcome]) => [key, { ...outcome, odds: '' }]);
  return { ...message, data: { ...message.data, outcomes: Object.fromEntries(empty) } };
}

function ofBook(message: GameMessage, sportsbook: string): GameMessage {
  return { ...message, data: { ...message.data, sportsbook } };
}

/** Home and away exchanged, another id, and a start that is a little later; the odds stay with their teams. */
function flipped(message: GameMessage): GameMessage {
  const { home_team: away, away_team: home, info } = message.data;
  const startMs = info.when === null ? null : parseBoltWhen(info.when);
  const when = typeof startMs === 'number' ? formatBoltWhen(startMs + LATER_MS) : info.when;
  const id = universalIdOf(`flipped ${message.data.game}`);
  return {
    ...message,
    data: {
      ...message.data,
      game: `${boltLabel(home, away, when ?? '')}, ${id}`,
      home_team: home,
      away_team: away,
      info: { id, when },
    },
  };
}

/** The newer label of the same game, which ends with its id. */
function repeated(message: GameMessage): GameMessage {
  const id = universalIdOf(`repeated ${message.data.game}`);
  const { when } = message.data.info;
  return {
    ...message,
    data: { ...message.data, game: `${message.data.game}, ${id}`, info: { id, when } },
  };
}

function inUtc(message: GameMessage): GameMessage {
  const { info, game } = message.data;
  const startMs = info.when === null ? null : parseBoltWhen(info.when);
  const label = parseBoltLabel(game);
  if (typeof startMs !== 'number' || label === null) return message;
  const when = formatBoltWhen(startMs, 'UTC');
  return {
    ...message,
    data: {
      ...message.data,
      game: boltLabel(label.home, label.away, when),
      info: { ...info, when },
    },
  };
}
