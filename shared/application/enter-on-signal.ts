import type { EntrySignal } from '../domain/strategies/decide-entry.ts';
import type { HistoryEvent } from '../ports/history.ts';
import type { Queue } from '../ports/queue.ts';
import { entryRefusedEvent } from './history-events.ts';
import { placeEntry, type EntryPlacement } from './place-entry.ts';
import type { TradingDeps } from './trading-deps.ts';

export type EnterDeps = TradingDeps & { readonly history: Queue<HistoryEvent> };

/** Makes an order of a signal, at most once; why none came of it goes to the history. */
export async function enterOnSignal(deps: EnterDeps, signal: EntrySignal): Promise<EntryPlacement> {
  const placement = await placeEntry(deps, signal);
  if (placement.kind === 'refused')
    await deps.history.send([entryRefusedEvent(signal, placement.code, deps.clock.nowMs())]);
  return placement;
}
