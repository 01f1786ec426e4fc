import { encodePlayByPlay, encodeShiftChart } from '../../adapters/nhl/wire/encode.ts';
import type { AnsweringVenue, VenueAnswer, VenueRequest } from '../venue-answer.ts';
import type { HockeyGame } from './hockey-told.ts';

const PLAYS = /^\/v1\/gamecenter\/(\d+)\/play-by-play$/;
const CHART = /^gameId=(\d+)$/;

/**
 * The NHL's public pages of some games. A game that it does not have is not there; of one it has no shifts of, the
 * chart is empty.
 */
export class NhlVenue implements AnsweringVenue {
  readonly #games: ReadonlyMap<string, HockeyGame>;

  constructor(games: readonly HockeyGame[]) {
    this.#games = new Map(games.map((game) => [game.plays.gameId, game]));
  }

  answer({ path, query }: VenueRequest): VenueAnswer {
    const [, ofPlays] = PLAYS.exec(path) ?? [];
    if (ofPlays !== undefined) {
      const game = this.#games.get(ofPlays);
      return game === undefined ? NOT_THERE : page(encodePlayByPlay(game.plays));
    }
    const [, ofChart] = CHART.exec(query.get('cayenneExp') ?? '') ?? [];
    if (path !== '/stats/rest/en/shiftcharts' || ofChart === undefined) return NOT_THERE;
    const game = this.#games.get(ofChart);
    return page(game === undefined ? '{"data":[],"total":0}' : encodeShiftChart(game.shifts));
  }
}

const NOT_THERE: VenueAnswer = {
  kind: 'answer',
  status: 404,
  headers: {},
  body: '{"message":"not found"}',
  delayMs: 0,
};

function page(body: string): VenueAnswer {
  const headers = { 'content-type': 'application/json' };
  return { kind: 'answer', status: 200, headers, body, delayMs: 0 };
}
