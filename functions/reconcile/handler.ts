import {
  keepBooks,
  type BooksKept,
  type KeepBooksDeps,
} from '../../shared/application/keep-books.ts';
import { liftAftershock } from '../../shared/application/cancel-everything.ts';
import { lookAtFuses } from '../../shared/application/strategy-fuses.ts';

export type ReconcileDeps = KeepBooksDeps;

/** What a state machine chooses by: whether our books and the exchange's agree. */
export type ReconcileAnswer = { readonly kind: 'agreed' | 'undecided' | 'mismatch' };

/** Holds our books against the exchange's, whatever the schedule's event says; the verdict is logged and returned. */
export function reconcileHandler(deps: ReconcileDeps) {
  return async (): Promise<ReconcileAnswer> => {
    const kept = await keepBooks(deps);
    const verdict = kept.kind === 'started' ? kept.recovery : kept.reconciled;
    report(deps, verdict);
    await keepGuards(deps);
    return { kind: ANSWERS[verdict.kind] };
  };
}

/** The fuses are read back, and the aftershock of a cancel-all is lifted when it is over. */
async function keepGuards(deps: ReconcileDeps): Promise<void> {
  const { groups } = deps;
  if (groups !== null) await lookAtFuses({ ...deps, groups });
  await liftAftershock(deps);
}

type Verdict =
  | Extract<BooksKept, { kind: 'started' }>['recovery']
  | Extract<BooksKept, { kind: 'reconciled' }>['reconciled'];

/** A start that opened has found its books in agreement. */
const ANSWERS: Readonly<Record<Verdict['kind'], ReconcileAnswer['kind']>> = {
  open: 'agreed',
  agreed: 'agreed',
  refusing: 'undecided',
  undecided: 'undecided',
  mismatch: 'mismatch',
};

function report({ telemetry }: ReconcileDeps, verdict: Verdict): void {
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
