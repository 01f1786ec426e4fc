import {
  keepBooks,
  type BooksKept,
  type KeepBooksDeps,
} from '../../shared/application/keep-books.ts';

export type ReconcileDeps = KeepBooksDeps;

/** Holds our books against the exchange's, whatever the schedule's event says; the verdict is logged and returned. */
export function reconcileHandler(deps: ReconcileDeps) {
  return async (): Promise<BooksKept> => {
    const kept = await keepBooks(deps);
    report(deps, kept);
    return kept;
  };
}

function report({ telemetry }: ReconcileDeps, kept: BooksKept): void {
  const verdict = kept.kind === 'started' ? kept.recovery : kept.reconciled;
  telemetry.count(`reconcile.${verdict.kind}`, 1);
  switch (verdict.kind) {
    case 'open':
      telemetry.log('info', 'account_opened', {});
      return;
    case 'agreed': {
      const { repairedFills, settled } = verdict;
      telemetry.log('info', 'reconciled', { repairedFills, settled });
      return;
    }
    case 'refusing':
    case 'undecided':
      telemetry.log('warn', 'reconcile_undecided', { reason: verdict.reason });
      return;
    case 'mismatch':
      telemetry.log('critical', 'reconcile_mismatch', { what: verdict.what });
      return;
  }
}
