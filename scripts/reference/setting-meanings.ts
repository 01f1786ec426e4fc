/**
 * What a setting means, and who acts on it today. Every setting has one, and nothing else does: the generator checks.
 */
export type SettingMeaning = {
  readonly means: string;
  /** False while the setting is only validated and fingerprinted: the part that will act on it is not built yet. */
  readonly acts: boolean;
};

const acts = (means: string): SettingMeaning => ({ means, acts: true });
const notYet = (means: string): SettingMeaning => ({ means, acts: false });

export const SETTING_MEANINGS: Readonly<Record<string, SettingMeaning>> = {
  'system.stage': acts(
    'Where the run may act. On one machine it is a name: `npm start` always trades with the simulated exchange. A deployment of the stage `live` knows the real exchange, one of `paper` or `demo` the exchange’s demo.',
  ),
  'system.account': acts('Name of the book of positions; part of each decision record.'),
  'system.openingCashDollars': acts('What the simulated account starts with.'),
  'trading.balancePrecision': notYet(
    "Unit to which the exchange rounds balances: a member's own ($0.0001) or a broker's ($0.01). Both simulated venues book as `direct`; `fairline fee --precision` computes either.",
  ),
  'trading.totalExposureFraction': acts(
    'Share of equity that all positions and orders together may put at risk, unknown orders at their worst case.',
  ),
  'trading.positionFraction': acts('Share of equity that one market may hold.'),
  'trading.eventFraction': acts('Share of equity that all markets of one event may hold together.'),
  'trading.maxPositions': acts('Positions open or in flight at once.'),
  'trading.stagePositionCapDollars': acts('A further cap in dollars per position; null for none.'),
  'trading.fixedFraction': acts('Share of equity that a new position gets, before the caps.'),
  'trading.kellyFraction.nfl': notYet(
    'Share of the full Kelly bet, once somebody can certify calibration.',
  ),
  'trading.kellyFraction.nba': notYet(
    'Share of the full Kelly bet, once somebody can certify calibration.',
  ),
  'trading.kellyFraction.tennis': notYet(
    'Share of the full Kelly bet, once somebody can certify calibration.',
  ),
  'pricing.arbitration': acts('Which sportsbooks may give the fair line, and in which order.'),
  'pricing.devig.pinnacle': acts("How the margin is taken out of Pinnacle's odds."),
  'pricing.devig.draftkings': acts("How the margin is taken out of DraftKings' odds."),
  'pricing.devig.fanduel': acts("How the margin is taken out of FanDuel's odds."),
  'pricing.devig.betmgm': acts("How the margin is taken out of BetMGM's odds."),
  'pricing.devig.betrivers': acts("How the margin is taken out of BetRivers' odds."),
  'pricing.devig.caesars': acts("How the margin is taken out of Caesars' odds."),
  ...weights({
    pinnacle: 'Pinnacle',
    draftkings: 'DraftKings',
    fanduel: 'FanDuel',
    betmgm: 'BetMGM',
    betrivers: 'BetRivers',
    caesars: 'Caesars',
  }),
  'pricing.blendLeastBooks': acts(
    'With `weighted_blend`: fewer sportsbooks with a usable line make no fair line.',
  ),
  'pricing.lineMaxAgeLiveMs': acts(
    'During the game: age at which a leg of a line is no longer a price.',
  ),
  'pricing.lineMaxAgePregameMs': acts(
    'Before the game: age at which a leg of a line is no longer a price.',
  ),
  'pricing.legSkewLiveMs': acts(
    'During the game: how far apart in time the legs of a line may be.',
  ),
  'pricing.legSkewPregameMs': acts(
    'Before the game: how far apart in time the legs of a line may be.',
  ),
  'pricing.polledMaxAgePregameMs': acts(
    'Before the game: age at which a leg of a feed that is asked again and again is no longer a price. During the game it never is one.',
  ),
  'pricing.polledLegSkewPregameMs': acts(
    'Before the game: how far apart in time the legs of a line of such a feed may be.',
  ),
  'pricing.gameMaxAgeMs': acts(
    'Age at which what one scoreboard said of a game gives way to what a less trusted one says; not that it is over, off or stopped.',
  ),
  'pricing.model': acts(
    'Whether a model may price alone where no sportsbook quotes, and then only before the game.',
  ),
  'discovery.categories': acts(
    'Categories in the words of the exchange; markets of every category when it is empty.',
  ),
  'discovery.minFavouriteProbability': acts(
    'How likely one side must be by the middle of the book; null asks for no favourite.',
  ),
  'discovery.minLiquidityDollars': acts(
    'What taking the best price of the thinner side must cost at least.',
  ),
  'discovery.maxSpreadDollars': acts('The widest spread; null for any.'),
  'discovery.researchGaps': acts('Tickers of markets, events and series that need looking into.'),
  'discovery.researchGapRule': acts('Whether these are flagged or left out.'),
  'strategy.name': acts('Name of the strategy in records and reports.'),
  'strategy.version': acts('Its version. A changed number is a new version.'),
  'strategy.minEdgeDollars': acts(
    'Expected profit per contract, after the fee, that every level taken must exceed.',
  ),
  'strategy.depthShare': acts('Share of the count shown in the book that one order may take.'),
  'strategy.closeGuardMs': acts('Entries stop this long before the market closes.'),
  'strategy.exits.stopLossFraction': acts(
    'Loss at which a position is sold, as a share of the entry price; the larger of this and `stopLossCents` counts.',
  ),
  'strategy.exits.stopLossCents': acts('The same in cents per contract.'),
  'strategy.exits.profitTargetFraction': acts(
    'Gain at which a position is sold, as a share of the entry price.',
  ),
  'strategy.exits.confirmMs': acts(
    'How long the price must stay beyond the stop before it is believed.',
  ),
  'strategy.exits.collarCriticalCents': acts('How far below the touch a stop may sell.'),
  'strategy.exits.collarMediumCents': acts('How far below the touch a profit target may sell.'),
  'execution.entryMaxAgeMs': acts(
    'An entry decided longer ago than this, or on a tick older than this, is refused.',
  ),
  'execution.submitTimeoutMs': acts(
    'How long the answer to an order is waited for; then its outcome is unknown.',
  ),
  'execution.lookupIntervalMs': acts('Time between two looks for orders whose outcome is unknown.'),
  'execution.unknownQuietMs': acts(
    'How long an unknown order must stay absent before a look counts against it.',
  ),
  'execution.signatureWindowMs': acts(
    "How long a signed request may still be accepted; an abandoned order's reservation is kept until then.",
  ),
  'execution.silentOrderMs': acts('A live order without news for this long is looked up.'),
  'execution.mismatchConfirmMs': acts(
    'How far apart two looks must be that disagree with the exchange before they count.',
  ),
  'execution.maxOrderContracts': acts('No order is larger, whatever the book shows.'),
  'execution.quoteLifeMs': notYet(
    'How long after it was sent the exchange will take a quote off the book by itself, whole seconds rounded down.',
  ),
  'risk.dailyLossFraction': notYet(
    'Loss of a day that will stop new risk until a person clears it.',
  ),
  'risk.maxConsecutiveLosses': notYet(
    'Losses in a row that will stop new risk until a person clears it.',
  ),
  'risk.bookMaxAgeMs': acts(
    'A book that was not confirmed for this long is stale: no entry, no new mark.',
  ),
  'risk.fuseContracts': acts(
    'Contracts of one strategy on one shard that may match within 15 seconds before the exchange stops it; null for `execution.maxOrderContracts` times one more than `trading.maxPositions`.',
  ),
  'risk.healAfterMs': acts(
    'How long the exchange must have traded after a pause, or its stream have been in time after it lagged, before new risk is taken again.',
  ),
  'feeds.maxFrameBytes': acts(
    'A larger frame of the exchange is refused unread; of the odds on a virtual clock too. On sockets those of odds have room for 64 MiB.',
  ),
  'feeds.silentAfterMs': acts(
    'A connection on which nothing was heard for this long, pings included, is given up and made anew: of the exchange, of odds and of live scores.',
  ),
  'feeds.leagues': acts('Whose games are followed, such as nfl,nba.'),
  'feeds.unconfirmedSeries': acts(
    'Series of game winners whose form was never compared with a recorded market, such as KXEPLGAME, and that are followed all the same. A league of `feeds.leagues` whose series is neither confirmed nor named here is not followed, and the feeder warns of it at its start.',
  ),
  'feeds.books': acts(
    'The sportsbooks that the odds feeds are asked for; every one that `pricing.arbitration` asks must be among them.',
  ),
  'feeds.coverageWithinMs': acts(
    'How long after it was asked for a sportsbook of a game may stay away before it is reported as missing.',
  ),
  'feeds.oddsApi': acts('Whether The Odds API is asked before games; it needs a key.'),
  'feeds.oddsApiIntervalMs': acts('Time between two requests to it.'),
  'feeds.oddsApiRenewal': acts(
    'When its credits are full again. With `monthly` the credits that are left are spread until 00:00 UTC on the first of the next month: requests become rarer, and lines expire between them. With `none` it is asked at its interval until they are used up.',
  ),
  'feeds.balldontlie': acts('Whether Balldontlie is a second source of NBA games; it needs a key.'),
  'feeds.balldontlieRequestsPerMinute': acts('Requests in a minute that its plan allows.'),
  'feeds.livescores': acts(
    'Whether the live scores of the odds feed are a second source of games; they use its key.',
  ),
  'feeds.scoreboardRequestsPerHour': acts(
    'Requests to the scoreboards in an hour, all leagues and processes together; looks become rarer before it is exceeded.',
  ),
  'feeds.scoreboardLiveMs': acts('Time between two looks at a scoreboard with a live game on it.'),
  'feeds.breakerFailures': acts('Failures in a row after which a source is left alone.'),
  'feeds.breakerOpenMs': acts('How long it is left alone before one trial request.'),
};

function weights(books: Readonly<Record<string, string>>): Record<string, SettingMeaning> {
  return Object.fromEntries(
    Object.entries(books).map(([book, name]) => [
      `pricing.weights.${book}`,
      acts(
        `With \`weighted_blend\`: what ${name} counts, as a share of all weights; 0 is not asked.`,
      ),
    ]),
  );
}
