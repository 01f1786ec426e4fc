import { removedOf, type WireMessage } from '../../shared/simulator/sportsbooks/feed-oddities.ts';

const BOOK = 'draftkings';

/** A sportsbook that goes: with its first change it takes down every game that it had, and says nothing any more. */
export class BookDropOut {
  readonly #had = new Map<string, WireMessage>();
  #isGone = false;

  apply(messages: readonly WireMessage[]): readonly WireMessage[] {
    return messages.flatMap((message): readonly WireMessage[] => {
      const { data } = message;
      if (data?.sportsbook !== BOOK) return [message];
      if (this.#isGone) return [];
      if (message.action !== 'line_update') {
        this.#had.set(data.game, removedOf({ ...message, data }));
        return [message];
      }
      this.#isGone = true;
      return [...this.#had.values()].map((removed) => ({
        ...removed,
        ...(message.timestamp !== undefined && { timestamp: message.timestamp }),
      }));
    });
  }
}
