import { encodeFrame, type BoltMessage } from '../../shared/adapters/boltodds/wire/encode.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';

/** What the odds feed sends after a subscribe: all books and games in one frame. */
export type Burst = {
  readonly name: string;
  /** Outcomes of a message beside the two of the moneyline: 0 when only that was asked for. */
  readonly props: number;
};

export const BURST_BYTES = 10 * 1_048_576;
export const BURSTS: readonly Burst[] = [
  { name: 'moneylines', props: 0 },
  { name: 'every market', props: 400 },
];
/** Games that are followed; the feed sends many more. */
export const FOLLOWED_GAMES = 50;
/** Whose only game is the end of a burst. */
export const LAST_BOOK = 'caesars';
const BOOKS = ['pinnacle', 'draftkings', 'fanduel', 'betmgm'];
const SENT_MS: EpochMs = Date.UTC(2026, 10, 22, 17);

/** One frame of at least 10 MiB: an array of `initial_state`, each of one book and game; the last is of `LAST_BOOK`. */
export function burstFrame({ props }: Burst): string {
  const messages: string[] = [];
  for (let bytes = 0, n = 0; bytes < BURST_BYTES; n += 1) {
    const text = encodeFrame([
      messageOf(Math.floor(n / BOOKS.length), BOOKS[n % BOOKS.length] ?? ''),
    ]);
    const whole = props === 0 ? text : withProps(text, props);
    messages.push(whole);
    bytes += whole.length + 1;
  }
  messages.push(encodeFrame([messageOf(0, LAST_BOOK)]));
  return `[${messages.join(',')}]`;
}

/** The label of the nth game. */
export function labelOf(game: number): string {
  return `Home ${game} vs Away ${game}, 2026-11-22, 01`;
}

function messageOf(game: number, sportsbook: string): BoltMessage {
  return {
    action: 'initial_state',
    sentMs: SENT_MS,
    sportsbook,
    game: {
      sport: 'NFL',
      label: labelOf(game),
      homeTeam: `Home ${game}`,
      awayTeam: `Away ${game}`,
      universalId: null,
      when: '2026-11-22, 01:00 PM',
    },
    quotes: [
      { side: 'home', odds: '-120' },
      { side: 'away', odds: '+108' },
    ],
  };
}

/** The same message with player markets, which come when no market is asked for by name. */
function withProps(text: string, props: number): string {
  const outcomes = Array.from({ length: props }, (_, n) =>
    JSON.stringify({
      odds: '-115',
      link: `https://sportsbook.example/event/29388112/selection/${n}`,
      outcome_name: 'Player Passing Yards',
      outcome_line: String(200.5 + n),
      outcome_over_under: n % 2 === 0 ? 'O' : 'U',
      outcome_target: `Player ${n}`,
    }),
  );
  const added = outcomes.map((outcome, n) => `"Player ${n} Passing Yards":${outcome}`).join(',');
  return text.replace('"outcomes":{', `"outcomes":{${added},`);
}
