/** Every reason for which a tick does not become an order, and what it means. The reference page is made of these. */
export const SKIP_EXPLANATIONS = {
  market_not_active: 'The market does not take orders now.',
  market_closing: 'The market closes too soon for an entry.',
  no_mapping: 'No checked statement says which side of which game YES stands for.',
  missing_start_time: 'The start of the game is not known.',
  book_gapped: 'Messages of the book were lost; it waits for the next snapshot.',
  book_stale: 'The book has not changed or been confirmed for too long.',
  book_empty: 'Neither side of the book has an order.',
  book_one_sided: 'Only one side of the book has orders, so there is no price to believe.',
  game_final: 'The scoreboard says that the game is over.',
  game_off: 'The scoreboard says that the game is postponed or cancelled.',
  game_stopped: 'The scoreboard says that the game is delayed or suspended.',
  line_missing: 'No accepted sportsbook quotes the game.',
  line_waiting: 'Not every side of the line has arrived yet.',
  line_expired: 'The line was not updated for too long.',
  line_stale_leg: 'The sides of the line are of too different times to be one quote.',
  line_suspended: 'A sportsbook that is asked has suspended the line.',
  line_not_in_play:
    'Only a feed that is asked every minute brings the line: not used in play, nor just before where no scoreboard speaks.',
  line_too_few_books: 'Fewer books have a usable line than a blend needs.',
  devig_refused:
    'The odds of a sportsbook are not those of one line: their margin is negative or above a fifth, or one is none.',
  model_not_allowed: 'Only a model prices the game, and in this mode a model may not price alone.',
  model_after_start:
    'Only a model prices the game, which has started, or is about to and no scoreboard speaks.',
  model_two_way: 'Only a model prices the game, and it knows of no draw.',
  edge_below_threshold:
    'The expected profit after fees is positive but below what the strategy asks.',
  edge_negative: 'Nothing in the book is worth buying after fees.',
  tick_too_old: 'The tick reached the decision too late.',
  market_held: 'The market already has a position or an order in flight.',
  already_decided: 'This tick, or a later one of the market, was decided before.',
  size_below_minimum: 'What the caps and the depth allow is less than the smallest order.',
  no_room: 'The caps or the free cash leave no room for the order.',
  trading_refused: 'A standing cause refuses new risk in one of the scopes of the market.',
} as const satisfies Readonly<Record<string, string>>;

export type SkipReason = keyof typeof SKIP_EXPLANATIONS;

/** The closed list, in the order in which a reader meets the reasons. */
export const SKIP_REASONS = Object.keys(SKIP_EXPLANATIONS) as readonly SkipReason[];
