import type { HistoryEvent } from '../ports/history.ts';
import type { Queue } from '../ports/queue.ts';
import { ACCOUNT_KEY } from './account-state.ts';
import { marksEvent } from './history-events.ts';
import { openTrading, reconcile, type Reconciled } from './reconcile.ts';
import { startAndRecover, type Recovery } from './start-and-recover.ts';
import type { TradingDeps } from './trading-deps.ts';

export type KeepBooksDeps = TradingDeps & { readonly history: Queue<HistoryEvent> };

export type BooksKept =
  | { readonly kind: 'reconciled'; readonly reconciled: Reconciled }
  /** The account had never been opened: this was its first start. */
  | { readonly kind: 'started'; readonly recovery: Recovery };

/**
 * What is done every minute: looks for orders without news, holds our books against the exchange's, and samples the
 * marks of open positions. An account that was never opened is started; a start that stopped half-way, and whose books
 * agree now, is opened.
 */
export async function keepBooks(deps: KeepBooksDeps): Promise<BooksKept> {
  const kept = await startOrReconcile(deps);
  const positions = await deps.store.list('positions');
  const marks = marksEvent(
    positions.map(({ value }) => value),
    deps.clock.nowMs(),
  );
  if (marks !== null) await deps.history.send([marks]);
  return kept;
}

async function startOrReconcile(deps: TradingDeps): Promise<BooksKept> {
  if ((await deps.store.get('account', ACCOUNT_KEY)) === null)
    return { kind: 'started', recovery: await startAndRecover(deps) };
  const reconciled = await reconcile(deps);
  if (reconciled.kind === 'agreed') await openTrading(deps);
  return { kind: 'reconciled', reconciled };
}
