import type { FloorEvent } from './floor-event.ts';

export type PublicTradeRow = Extract<FloorEvent, { kind: 'trade' }> & { readonly sequence: number };

/** The newest so many are kept; a crowd trades for ever. */
const KEPT = 50_000;

/** What was traded by anybody, oldest first, as far back as it is kept. */
export class PublicTrades {
  readonly #trades: Extract<FloorEvent, { kind: 'trade' }>[] = [];
  /** Of the first one that is kept. */
  #first = 1;

  add(trade: Extract<FloorEvent, { kind: 'trade' }>): void {
    this.#trades.push(trade);
    if (this.#trades.length < KEPT * 1.25) return;
    const gone = this.#trades.length - KEPT;
    this.#trades.splice(0, gone);
    this.#first += gone;
  }

  /** Those of interest, each with its place in the order of all trades. */
  where(
    isWanted: (trade: Extract<FloorEvent, { kind: 'trade' }>) => boolean,
  ): readonly PublicTradeRow[] {
    return this.#trades.flatMap((trade, index) =>
      isWanted(trade) ? [{ ...trade, sequence: this.#first + index }] : [],
    );
  }
}
