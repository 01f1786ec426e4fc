import { checkStart } from '../feeds/start-check.ts';
import type { GameListing, ListedTeam } from '../market/game-listing.ts';
import { outcomesOf, type League } from '../market/leagues.ts';
import type {
  EpochMs,
  EventTicker,
  GameId,
  GameOutcome,
  GameSide,
  Market,
  MarketTicker,
} from '../market/market.ts';
import type { MarketRules, SettlementSource } from '../market/settlement-facts.ts';
import { easternMs, type EasternDate } from './eastern-time.ts';
import { readEventTicker, sideOf, type EventWords } from './event-ticker.ts';
import { findGame, TIE, type GameFound, type NamedSide } from './find-game.ts';
import { teamListed } from './game-named.ts';
import type { MappingRefusal } from './mapping-refusal.ts';
import { readRules, type PostponementRule, type RulesReading, type TieRule } from './rules-text.ts';
import { gameSeries, type GameSeries } from './series.ts';
import { leadingTeam, sideNamed, type SideNamed } from './sides-named.ts';
import { hasTeams } from './teams.ts';

/** A market as the exchange lists it, with what it says of its own settlement. */
export type ToldMarket = {
  readonly market: Market;
  readonly yesName: string | null;
  readonly noName: string | null;
  readonly rules: MarketRules;
};

export type ToldEvent = {
  readonly eventTicker: EventTicker;
  readonly title: string;
  readonly isMutuallyExclusive: boolean;
  /** Its own, or those of its series. */
  readonly settlementSources: readonly SettlementSource[];
};

/** One thing that speaks for a mapping, and who says it. */
export type MappingEvidence = {
  readonly what:
    | 'league'
    | 'side'
    | 'game'
    | 'date'
    | 'start'
    | 'exclusive'
    | 'settlement'
    | 'tie'
    | 'postponement';
  readonly source: 'exchange' | 'scoreboard' | 'odds_feed' | 'curated';
  readonly says: string;
};

/** The checked statement that YES of a market means one outcome of one game, with all that was looked at. */
export type CheckedMapping = {
  readonly market: MarketTicker;
  readonly event: EventTicker;
  readonly gameId: GameId;
  readonly league: League;
  readonly yesSide: GameOutcome;
  /** Canonical where the league has a curated list. */
  readonly home: ListedTeam;
  readonly away: ListedTeam;
  readonly date: { readonly day: EasternDate; readonly zone: 'America/New_York' };
  /** The scoreboard's, and which other sources were within half an hour of it. */
  readonly start: {
    readonly atMs: EpochMs;
    readonly confirmedBy: readonly ('ticker' | 'rules' | 'odds_feed')[];
  };
  readonly settlementSources: readonly SettlementSource[];
  readonly tie: TieRule;
  readonly postponement: PostponementRule;
  readonly evidence: readonly MappingEvidence[];
};

export type MappingInput = {
  readonly told: ToldMarket;
  /** Null when the exchange did not tell of it. */
  readonly event: ToldEvent | null;
  /** Every market of the event that is known, this one among them. */
  readonly siblings: readonly ToldMarket[];
  readonly games: readonly GameListing[];
  /** The games of events that were looked for before: it is the same for every market of one. */
  readonly found: Map<EventTicker, GameFound>;
  /** Series that nobody has confirmed and that are on all the same. */
  readonly seriesNamed: readonly string[];
  /** What the odds feed says of starts. */
  readonly oddsStarts: ReadonlyMap<GameId, EpochMs>;
};

/** What is known once the game is found, for the checks that follow. */
type Found = {
  readonly input: MappingInput;
  readonly event: ToldEvent;
  readonly series: GameSeries;
  readonly words: EventWords;
  readonly game: GameListing;
  readonly yesSide: GameOutcome;
  readonly rules: RulesReading;
};

/**
 * What a market is about, or why it is not known. Every source must agree: the ticker, the names of YES and NO, the
 * event's title, the rules and the scoreboard on both sides and the day, all starts within half an hour. What a source
 * does not say is no contradiction, but what the scoreboard or the exchange's event does not say is a refusal.
 */
export function checkMapping(
  input: MappingInput,
): { readonly kind: 'checked'; readonly mapping: CheckedMapping } | MappingRefusal {
  const { told, event, siblings, games } = input;
  const { market } = told;
  const series = gameSeries(market.seriesTicker);
  if (series === null) return { code: 'foreign_series', series: market.seriesTicker };
  if (series.certainty === 'unconfirmed' && !input.seriesNamed.includes(series.series))
    return { code: 'series_off', series: series.series };
  const words = readEventTicker(market.eventTicker, series.series);
  const side = sideOf(market.ticker, market.eventTicker);
  if (words === null || side === null) return { code: 'foreign_ticker' };
  if (event === null) return { code: 'event_unknown' };
  const sides = siblings.flatMap((one): readonly NamedSide[] => {
    const named = sideOf(one.market.ticker, one.market.eventTicker);
    return named === null ? [] : [{ side: named, yesName: one.yesName }];
  });
  const found = input.found.get(market.eventTicker) ?? findGame(games, { series, words, sides });
  input.found.set(market.eventTicker, found);
  if ('code' in found) return found;
  const { game } = found;
  const yesSide = yesSideOf(told, side, game, games);
  if (typeof yesSide !== 'string') return yesSide;
  const rules = readRules(told.rules);
  const known: Found = { input, event, series, words, game, yesSide, rules };
  const refusal =
    drawRefusal(known, sides) ??
    titleRefusal(known) ??
    (event.isMutuallyExclusive ? null : { code: 'not_mutually_exclusive' as const }) ??
    rulesRefusal(known) ??
    startRefusal(known);
  return refusal ?? { kind: 'checked', mapping: mappingOf(known) };
}

/** By the end of the ticker and by the name of YES: where both are known they must agree. */
function yesSideOf(
  { yesName, noName }: ToldMarket,
  side: string,
  game: GameListing,
  games: readonly GameListing[],
): GameOutcome | MappingRefusal {
  if (side === TIE)
    return outcomesOf(game.league).includes('draw') ? 'draw' : { code: 'foreign_side', side };
  const byCode: SideNamed = hasTeams(game.league) ? sideNamed(game, side, games) : 'unknown';
  const byName: SideNamed = yesName === null ? 'unknown' : sideNamed(game, yesName, games);
  const isSplit = byCode !== 'unknown' && byName !== 'unknown' && byCode !== byName;
  if (yesName !== null && (byName === 'neither' || isSplit))
    return { code: 'teams_differ', source: 'yes_name', says: yesName, game: game.gameId };
  if (noName !== null && sideNamed(game, noName, games) === 'neither')
    return { code: 'teams_differ', source: 'no_name', says: noName, game: game.gameId };
  const yesSide = byName === 'unknown' ? byCode : byName;
  return yesSide === 'home' || yesSide === 'away' ? yesSide : { code: 'foreign_side', side };
}

function drawRefusal({ game, rules }: Found, sides: readonly NamedSide[]): MappingRefusal | null {
  if (!outcomesOf(game.league).includes('draw')) return null;
  const { rule } = rules.tie;
  const isPaid = rule === 'own_market' || rule === 'pays_no';
  if (rule !== 'not_stated' && !isPaid)
    return { code: 'rules_contradict', about: 'tie', says: rules.tie.quote ?? '' };
  return isPaid || sides.some(({ side }) => side === TIE) ? null : { code: 'draw_without_market' };
}

const TITLE = /^(.+?) (at|@|vs\.?) (.+?)(?: winner)?\??$/i;

/** `Miami at Buffalo Winner?`: both names are of this game, and `at` comes before the host. */
function titleRefusal({ event, game, input }: Found): MappingRefusal | null {
  const [, first, word, second] = TITLE.exec(event.title) ?? [];
  if (first === undefined || second === undefined) return null;
  const pair = pairRefusal({ first, second, isAt: word === 'at' || word === '@' }, game, input);
  if (pair === null) return null;
  return pair === 'reversed'
    ? { code: 'reversed', source: 'title', game: game.gameId }
    : { code: 'teams_differ', source: 'title', says: event.title, game: game.gameId };
}

function pairRefusal(
  pair: { readonly first: string; readonly second: string; readonly isAt: boolean },
  game: GameListing,
  { games }: MappingInput,
): 'reversed' | 'other' | null {
  const first = sideNamed(game, pair.first, games);
  const second = sideNamed(game, pair.second, games);
  if (first === 'neither' || second === 'neither') return 'other';
  if (first === second && first !== 'unknown') return 'other';
  return pair.isAt && (first === 'home' || second === 'away') ? 'reversed' : null;
}

/** Who wins a part of a game is another market, and so is regulation time where a game goes on until somebody wins. */
const PART_OF_GAME =
  /\b(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:half|quarter|period|inning|(?:three|five|seven|\d) innings)\b/i;

function rulesRefusal(known: Found): MappingRefusal | null {
  const { rules, game, yesSide, words, input } = known;
  const [contradiction] = rules.contradictions;
  if (contradiction !== undefined)
    return {
      code: 'rules_contradict',
      about: contradiction.about,
      says: contradiction.quotes.join(' '),
    };
  if (rules.winner !== null) {
    const quote = rules.winner.quote ?? '';
    const isPart =
      PART_OF_GAME.test(quote) ||
      (!outcomesOf(game.league).includes('draw') && /\bregulation\b/i.test(quote));
    if (isPart) return { code: 'rules_contradict', about: 'winner', says: quote };
    const isDraw = /^(?:the )?(?:tie|draw)$/i.test(rules.winner.rule);
    const winner = isDraw ? 'draw' : sideNamed(game, rules.winner.rule, input.games);
    if (winner !== 'unknown' && winner !== yesSide)
      return { code: 'rules_contradict', about: 'winner', says: quote };
  }
  if (rules.sides !== null) {
    const { first, second, isAt } = rules.sides.rule;
    const host = hasTeams(game.league) ? (leadingTeam(game.league, second) ?? second) : null;
    const pair = pairRefusal({ first, second: host ?? athletePart(second), isAt }, game, input);
    if (pair === 'reversed') return { code: 'reversed', source: 'rules', game: game.gameId };
    if (pair === 'other')
      return { code: 'rules_contradict', about: 'sides', says: rules.sides.quote ?? '' };
  }
  const says = rules.scheduled?.rule.date ?? words.date;
  return says === words.date
    ? null
    : { code: 'date_differs', source: 'rules', ticker: words.date, says };
}

/** `Daniel professional tennis` names Daniel: what a match is called follows the name in small letters. */
function athletePart(text: string): string {
  return text.replace(/ (?:professional|men's|women's|mixed|mma|ufc|boxing|tennis)\b.*$/i, '');
}

type OtherStart = { readonly source: 'ticker' | 'rules' | 'odds_feed'; readonly atMs: EpochMs };

function otherStarts({ words, rules, game, input }: Found): readonly OtherStart[] {
  const ticker = words.time === null ? null : easternMs(words.date, words.time);
  const stated = rules.scheduled?.rule.startMs ?? null;
  const odds = input.oddsStarts.get(game.gameId) ?? null;
  return [
    ...(ticker === null ? [] : [{ source: 'ticker' as const, atMs: ticker }]),
    ...(stated === null ? [] : [{ source: 'rules' as const, atMs: stated }]),
    ...(odds === null ? [] : [{ source: 'odds_feed' as const, atMs: odds }]),
  ];
}

function startRefusal(known: Found): MappingRefusal | null {
  const { startTimeMs, startConfirmed } = known.game;
  if (!startConfirmed) return { code: 'start_unconfirmed', startTimeMs };
  for (const { source, atMs } of otherStarts(known)) {
    const check = checkStart({ feedMs: atMs, scoreboardMs: startTimeMs });
    if (check.kind === 'agrees') continue;
    const isZoneSuspected = check.kind === 'zone_suspected';
    return { code: 'start_differs', source, offMs: check.offMs, isZoneSuspected };
  }
  return null;
}

function mappingOf(known: Found): CheckedMapping {
  const { input, event, game, yesSide, rules } = known;
  return {
    market: input.told.market.ticker,
    event: event.eventTicker,
    gameId: game.gameId,
    league: game.league,
    yesSide,
    home: canonical(game, 'home'),
    away: canonical(game, 'away'),
    date: { day: game.easternDate, zone: 'America/New_York' },
    start: {
      atMs: game.startTimeMs,
      confirmedBy: otherStarts(known).map(({ source }) => source),
    },
    settlementSources: event.settlementSources,
    tie: tieOf(known),
    postponement: rules.postponement.rule,
    evidence: evidenceOf(known),
  };
}

function canonical(game: GameListing, side: GameSide): ListedTeam {
  const team = teamListed(game.league, game[side]);
  return team === null ? game[side] : { code: team.code, name: team.name };
}

function tieOf({ rules, game }: Found): TieRule {
  const { rule } = rules.tie;
  return rule === 'not_stated' && outcomesOf(game.league).includes('draw') ? 'own_market' : rule;
}

function evidenceOf(known: Found): readonly MappingEvidence[] {
  const { input, event, series, words, game, yesSide, rules } = known;
  const { told } = input;
  const side = sideOf(told.market.ticker, told.market.eventTicker) ?? '';
  const sources = event.settlementSources.map(({ name, url }) => (name === '' ? url : name));
  const exchange = (what: MappingEvidence['what'], says: string): MappingEvidence => ({
    what,
    source: 'exchange',
    says,
  });
  const quoted = (
    what: 'side' | 'tie' | 'postponement',
    quote: string | null,
  ): MappingEvidence[] => (quote === null ? [] : [exchange(what, `the rules say: ${quote}`)]);
  return [
    {
      what: 'league',
      source: 'curated',
      says: `${series.series} is the ${series.league} game winner series (${series.certainty})`,
    },
    exchange('side', `the ticker names ${words.sides} on ${words.date} and ${side}`),
    ...(told.yesName === null
      ? []
      : [exchange('side', `YES is called ${told.yesName}, our ${yesSide} side`)]),
    ...quoted('side', rules.winner?.quote ?? null),
    {
      what: 'game',
      source: 'scoreboard',
      says: `the scoreboard lists ${game.away.name} at ${game.home.name} on ${game.easternDate}`,
    },
    ...otherStarts(known).map(({ source, atMs }): MappingEvidence => ({
      what: 'start',
      source: source === 'odds_feed' ? 'odds_feed' : 'exchange',
      says: `the ${source.replace('_', ' ')} has the start ${minutesOff(atMs - game.startTimeMs)} the scoreboard’s`,
    })),
    exchange('exclusive', 'the markets of the event exclude one another'),
    ...(sources.length === 0
      ? []
      : [exchange('settlement', `results are taken from ${sources.join(', ')}`)]),
    ...quoted('tie', rules.tie.quote),
    ...quoted('postponement', rules.postponement.quote),
  ];
}

function minutesOff(offMs: number): string {
  const minutes = Math.round(Math.abs(offMs) / 60_000);
  if (minutes === 0) return 'at';
  return `${minutes} min ${offMs > 0 ? 'after' : 'before'}`;
}
