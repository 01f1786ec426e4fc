import { initialHeadroom } from '../domain/risk/headroom.ts';
import type { AccountState, HotWrite, Row } from '../ports/hot-store.ts';
import { ACCOUNT_KEY, capBase } from './account-state.ts';
import type { TradingDeps } from './trading-deps.ts';

export type MoveCapsDeps = Pick<TradingDeps, 'store' | 'config'>;

type CapMove = Extract<HotWrite, { kind: 'move_cap' }>;

/** Scopes of markets and events stay for good: one by one they would soon take longer than the function may. */
const CAPS_AT_ONCE = 50;

/**
 * Moves the caps to the equity that stands now, those of the whole account first. A scope moves only from the cap that
 * was read, and only while no later equity stands; what is left by a process that dies in between, the next one moves.
 */
export async function moveCaps(deps: MoveCapsDeps): Promise<void> {
  const account = await deps.store.get('account', ACCOUNT_KEY);
  if (account === null) return;
  const capOf = initialHeadroom(capBase(deps.config, account.value.capEquity));
  const moves = [...(await deps.store.caps())].flatMap(([scope, from]): readonly CapMove[] => {
    const to = capOf(scope);
    return scope.startsWith('cash:') || from === to ? [] : [{ kind: 'move_cap', scope, from, to }];
  });
  const others = moves.filter((move) => !isOfAccount(move));
  const batches = [moves.filter(isOfAccount)];
  for (let start = 0; start < others.length; start += CAPS_AT_ONCE)
    batches.push(others.slice(start, start + CAPS_AT_ONCE));
  for (const batch of batches) if (!(await moveTogether(deps, account, batch))) return;
}

/** False when a later equity stands. A scope that somebody else has moved meanwhile is left to the next time. */
async function moveTogether(
  deps: MoveCapsDeps,
  { key, version }: Row<AccountState>,
  moves: readonly CapMove[],
): Promise<boolean> {
  let rest = moves;
  while (rest.length > 0) {
    const commit = await deps.store.transact([
      ...rest,
      { kind: 'unchanged', table: 'account', key, version },
    ]);
    if (commit.kind === 'committed') return true;
    if (commit.index === rest.length) return false;
    rest = rest.toSpliced(commit.index, 1);
  }
  return true;
}

function isOfAccount({ scope }: CapMove): boolean {
  return scope === 'account' || scope === 'slots';
}
