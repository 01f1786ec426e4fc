/** An IANA zone, UTC, or a fixed offset. */
export type ZoneName = 'UTC' | 'America/New_York' | 'Europe/London' | '-03:00';

/** What one kind of time of one source means. */
export type SourceZone = {
  readonly zone: ZoneName;
  /** How the source writes it. */
  readonly form: string;
  /**
   * `stated`: the text has a zone, or the source's own page names it. `confirmed`: agrees with a second source over the
   * files that are known. `assumed`: the best reading of what is known; nothing is traded by it alone.
   */
  readonly certainty: 'stated' | 'confirmed' | 'assumed';
  readonly evidence: string;
  /** What becomes of a wall clock that the zone shows twice or never, and of a day without a time. */
  readonly ambiguous: string;
};

/**
 * The zone of every time that is read from outside, in one place: no adapter or importer has another. A wall clock is
 * read with `disambiguation: 'reject'`: an hour that is skipped or shown twice is refused and never guessed.
 */
export const SOURCE_ZONES = {
  boltodds_when: {
    zone: 'America/New_York',
    form: '2026-11-22, 01:00 PM',
    certainty: 'assumed',
    evidence:
      'the label of a game ends with the hour of its Eastern start on a 12-hour clock, and its Eastern date, in 9 of 9 stored labels of La Liga and MLB; public clients read it as UTC or as Eastern',
    ambiguous:
      'refused; every start is compared with a scoreboard before a price of the game is used',
  },
  boltodds_timestamp: {
    zone: 'UTC',
    form: '2026-11-22T17:58:03.412Z, or the same without a zone',
    certainty: 'assumed',
    evidence: 'public clients read it as UTC; a line that is hours old by it is not priced',
    ambiguous: 'UTC has no hour twice',
  },
  espn_date: {
    zone: 'UTC',
    form: '2026-11-22T18:00Z, minutes only',
    certainty: 'stated',
    evidence: 'the text has its zone, and all stored scoreboards agree with the known starts',
    ambiguous: 'timeValid false is a day without a time: a start that is not confirmed',
  },
  odds_api_commence: {
    zone: 'UTC',
    form: '2026-11-22T18:00:00Z',
    certainty: 'stated',
    evidence: 'the text has its zone',
    ambiguous: 'a text without a zone is refused',
  },
  balldontlie_date: {
    zone: 'America/New_York',
    form: '2026-11-22',
    certainty: 'assumed',
    evidence: 'the day on which a game is played in the league, whose calendar is Eastern',
    ambiguous: 'a day and no time: it never makes a start',
  },
  balldontlie_datetime: {
    zone: 'UTC',
    form: '2026-11-22T18:00:00.000Z',
    certainty: 'assumed',
    evidence: 'the text has its zone; that newer answers have the field is not confirmed',
    ambiguous: 'a text without a zone is refused',
  },
  balldontlie_status: {
    zone: 'America/New_York',
    form: '7:30 pm ET in the status before a game, of older answers',
    certainty: 'assumed',
    evidence: 'the text names the zone, and the day is the one beside it',
    ambiguous: 'refused: the day then stands without a time',
  },
  nflverse_gametime: {
    zone: 'America/New_York',
    form: 'gameday 2024-09-08 and gametime 13:00',
    certainty: 'stated',
    evidence: 'the dictionary of nflverse: gametime is Eastern, games abroad among them',
    ambiguous: 'refused',
  },
  football_data_time: {
    zone: 'Europe/London',
    form: 'Date 17/08/2024 and Time 12:30',
    certainty: 'confirmed',
    evidence: 'the notes of football-data.co.uk; agrees with the known kick-offs of both leagues',
    ambiguous: 'refused; files before 2019 have a date only',
  },
  footystats_time: {
    zone: '-03:00',
    form: 'Date and Time',
    certainty: 'confirmed',
    evidence:
      'three hours behind UTC in summer and winter, against football-data for the same games',
    ambiguous: 'a fixed offset has no hour twice',
  },
  kalshi_ticker: {
    zone: 'America/New_York',
    form: '26JUN301905 in KXMLBGAME-26JUN301905DETNYY, 25DEC25 elsewhere',
    certainty: 'confirmed',
    evidence: 'KXMLBGAME-26JUN301905 began at 23:05Z, its hour and minute being the Eastern 19:05',
    ambiguous: 'a day without a time never makes a start; of two games on it neither is mapped',
  },
  kalshi_api: {
    zone: 'UTC',
    form: '2026-11-22T18:00:00Z, or seconds and milliseconds since 1970',
    certainty: 'stated',
    evidence: 'the text has its zone',
    ambiguous: 'a text without a zone is refused',
  },
} as const satisfies Readonly<Record<string, SourceZone>>;
