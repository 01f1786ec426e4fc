import { money } from '../domain/money/money.ts';
import { describeRule, sourcesOfRule } from '../domain/odds/arbitration.ts';
import type { HotWrite } from '../ports/hot-store.ts';
import { ACCOUNT_KEY } from './account-state.ts';
import { openTrading, reconcile, type Reconciled } from './reconcile.ts';
import { resolveOrders } from './resolve-orders.ts';
import { raiseCause } from './trading-causes.ts';
import type { TradingDeps } from './trading-deps.ts';

export type Recovery =
  { readonly kind: 'open' } | { readonly kind: 'refusing'; readonly reason: string };

/**
 * One attempt to start, the same after a first start, a crash and a pause: refuse, open the account's books if they
 * never were, ask the exchange about every order that is not over, hold the books against its, and only then open.
 * The caller repeats it until it opens.
 */
export async function startAndRecover(deps: TradingDeps): Promise<Recovery> {
  await raiseCause(deps.store, {
    code: 'unreconciled_start',
    scope: { kind: 'account' },
    state: 'refuse',
    sinceMs: deps.clock.nowMs(),
    detail: 'start',
  });
  const { config } = deps;
  deps.telemetry.log('info', 'starting', {
    account: config.account,
    arbitration: describeRule(config.pricing.rule),
    devig: sourcesOfRule(config.pricing.rule)
      .map((source) => `${source} ${config.pricing.method[source]}`)
      .join(', '),
    strategy: `${config.strategy.name}@${config.strategy.version}`,
    configuration: config.fingerprint,
  });
  const opened = await openAccount(deps);
  if (!opened) return { kind: 'refusing', reason: 'balances could not be read' };
  await resolveOrders(deps, { all: true });
  const reconciled = await reconcile(deps);
  if (reconciled.kind !== 'agreed') return { kind: 'refusing', reason: reasonOf(reconciled) };
  await openTrading(deps);
  return { kind: 'open' };
}

function reasonOf(reconciled: Exclude<Reconciled, { kind: 'agreed' }>): string {
  return reconciled.kind === 'mismatch' ? reconciled.what : reconciled.reason;
}

/** The first start books what the exchange says we have; later starts find the account open. */
async function openAccount(deps: TradingDeps): Promise<boolean> {
  if ((await deps.store.get('account', ACCOUNT_KEY)) !== null) return true;
  const balances = await deps.exchange.balances();
  // An account that shows no shard at all is one whose reads are behind, not one without money.
  if (balances.kind !== 'read' || balances.value.length === 0) return false;
  const nowMs = deps.clock.nowMs();
  let total = 0;
  const writes: HotWrite[] = [];
  for (const { exchangeIndex, available } of balances.value) {
    total += available;
    const journalId = `opening:${exchangeIndex}`;
    writes.push(
      {
        kind: 'insert',
        table: 'journal',
        key: journalId,
        value: { kind: 'opening', journalId, exchangeIndex, cash: available, atMs: nowMs },
      },
      { kind: 'release', scope: `cash:${exchangeIndex}`, amount: available, initial: 0 },
    );
  }
  writes.push({
    kind: 'insert',
    table: 'account',
    key: ACCOUNT_KEY,
    value: { fillsSinceMs: nowMs, capEquity: money(total) },
  });
  await deps.store.transact(writes);
  return true;
}
