import { phaseOfStatus, type ScoreboardEvent } from '../../domain/market/scoreboard-event.ts';
import type { BalldontlieClient, BalldontlieGames } from './balldontlie-client.ts';

/**
 * Box scores of games in play, which are ahead of the list of games where the plan has them. A plan that has not is
 * asked once: the list alone then has to do.
 */
export class LiveScores {
  readonly #client: Pick<BalldontlieClient, 'liveBoxScores'>;
  #isAsked = true;

  constructor(client: Pick<BalldontlieClient, 'liveBoxScores'>) {
    this.#client = client;
  }

  /** False once the plan has refused. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** The games with what is newer of those in play. A game that the list says is over stays over. */
  async refresh(read: BalldontlieGames): Promise<BalldontlieGames> {
    if (!this.#isAsked) return read;
    const live = await this.#client.liveBoxScores();
    if (live.kind === 'failed') {
      if (live.code === 'unauthorized' || live.code === 'denied') this.#isAsked = false;
      return read;
    }
    const scores = new Map(live.games.map((game) => [game.eventId, game]));
    const games = read.games.map((game) => newer(game, scores.get(game.eventId)));
    return { ...read, games, refused: [...read.refused, ...live.refused] };
  }
}

function newer(game: ScoreboardEvent, score: ScoreboardEvent | undefined): ScoreboardEvent {
  const isBoth = [game, score].every(
    (one) => one !== undefined && phaseOfStatus(one.status) === 'live',
  );
  if (score === undefined || !isBoth) return game;
  const { status, statusWord, period, clock, competitors, missing, receivedMs } = score;
  return { ...game, status, statusWord, period, clock, competitors, missing, receivedMs };
}
