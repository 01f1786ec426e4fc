import { entryOrderId, exitOrderId } from '../../shared/application/client-order-id.ts';
import { canonicalJson } from '../../shared/domain/decisions/canonical-json.ts';
import { toCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import type {
  CanonicalValue,
  DecisionRecord,
} from '../../shared/domain/decisions/decision-record.ts';
import type { EntryIntent, ExitIntent, OrderIntent } from '../../shared/domain/execution/intent.ts';
import { isLive } from '../../shared/domain/execution/transitions.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import { isOnGrid } from '../../shared/domain/market/tick-grid.ts';
import { ONE_DOLLAR } from '../../shared/domain/money/price.ts';
import { initialHeadroom, type HeadroomKey } from '../../shared/domain/risk/headroom.ts';
import { ACCOUNT_KEY, capBase } from '../../shared/application/account-state.ts';
import type { Books, VenueTruth } from './books.ts';
import type { InvariantTally } from './invariant-tally.ts';

/** What is checked in the moment in which an order reaches the exchange. */
export function checkWrite(parts: {
  readonly tally: InvariantTally;
  readonly books: Books;
  readonly truth: VenueTruth;
  readonly clientOrderId: string;
  readonly reduceOnly: boolean;
  readonly marketOf: (ticker: string) => Market | undefined;
  /** How often this id has been sent before. */
  readonly sentBefore: number;
}): void {
  const { tally, books, clientOrderId: id } = parts;
  const order = books.store.peek('orders', id);
  tally.check(1, parts.sentBefore === 0, () => `order ${id} is sent a second time`);
  tally.check(
    2,
    order !== null && order.state !== 'planned',
    () => `order ${id} is sent before it is stored`,
  );
  if (order === null) return;
  const { intent } = order;
  tally.check(2, id === idOf(intent, books.config.namespace), () => `id ${id} is not its intent's`);
  const market = parts.marketOf(intent.market);
  tally.check(
    9,
    market !== undefined &&
      intent.limitPrice > 0 &&
      intent.limitPrice < ONE_DOLLAR &&
      isOnGrid(intent.limitPrice, market.priceRanges),
    () => `order ${id} at ${intent.limitPrice} is off the grid`,
  );
  const decision = books.decisions.peek(intent.decisionId);
  tally.check(26, decision !== null, () => `order ${id} has no decision record`);
  if (decision !== null)
    tally.check(
      26,
      decidedIntent(decision.record) === canonicalJson(toCanonical(intent)),
      () => `order ${id} is not what ${intent.decisionId} decided`,
    );
  if (intent.purpose === 'exit') checkExit(parts, intent);
  else checkEntry(parts, intent);
}

type Parts = Parameters<typeof checkWrite>[0];

function idOf(intent: OrderIntent, namespace: string): string {
  return intent.purpose === 'entry'
    ? entryOrderId(namespace, intent)
    : exitOrderId(namespace, {
        positionId: intent.positionId,
        generation: intent.exitGeneration,
        attempt: intent.attempt,
      });
}

/** The intent that a decision approved, as canonical JSON; null when it approved none. */
function decidedIntent({ kind, outcome }: DecisionRecord): string | null {
  const decided =
    kind === 'entry'
      ? (outcome['entry'] as { kind?: unknown; intent?: CanonicalValue } | undefined)
      : { kind: 'approved', intent: outcome['intent'] };
  return decided?.kind === 'approved' && decided.intent !== undefined
    ? canonicalJson(decided.intent)
    : null;
}

function checkExit({ tally, books, truth, reduceOnly }: Parts, intent: ExitIntent): void {
  const position = books.store.peek('positions', intent.market);
  const inFlight = books.store
    .peekAll('orders')
    .filter(
      (order) => order.intent.purpose === 'exit' && order.intent.positionId === intent.positionId,
    )
    .filter((order) => isLive(order.state) || order.state === 'planned')
    .reduce((sum, order) => sum + order.intent.count - order.bookedFilled, 0);
  tally.check(
    7,
    position !== null && inFlight <= position.quantity,
    () => `${inFlight} of ${intent.market} are being sold, ${position?.quantity ?? 0} are held`,
  );
  const held = truth.positions.get(intent.market) ?? 0;
  const signed = intent.leg === 'yes' ? held : -held;
  tally.check(
    7,
    reduceOnly && signed >= 0,
    () => `exit of ${intent.market} may open the other side`,
  );
}

function checkEntry({ tally, books, truth }: Parts, intent: EntryIntent): void {
  const orders = books.store.peekAll('orders');
  const unknown = orders.filter(
    (order) => order.state === 'unknown' && order.intent.market === intent.market,
  );
  tally.check(3, unknown.length === 0, () => `an entry in ${intent.market} while one is unknown`);

  const account = books.store.peek('account', ACCOUNT_KEY);
  if (account === null) return;
  const standing = books.store.peekCaps();
  const initial = initialHeadroom(capBase(books.config, account.capEquity));
  const cap = (scope: HeadroomKey): number => standing.get(scope) ?? initial(scope);
  const open = books.store.peekAll('positions').filter((position) => position.state === 'open');
  const pending = orders.filter((order) => order.reservation.exposure > 0);
  const exposure = (of: (market: { market: string; eventTicker: string }) => boolean): number =>
    open.filter(of).reduce((sum, position) => sum + position.basis, 0) +
    pending
      .filter((order) => of(order.intent))
      .reduce((sum, order) => sum + order.reservation.exposure, 0);
  const within = (name: string, used: number, allowed: number): void =>
    tally.check(16, used <= allowed, () => `${name}: ${used} of ${allowed} micro-dollars at risk`);
  within(
    'account',
    exposure(() => true),
    cap('account'),
  );
  within(
    intent.eventTicker,
    exposure(({ eventTicker }) => eventTicker === intent.eventTicker),
    cap(`event:${intent.eventTicker}`),
  );
  within(
    intent.market,
    exposure(({ market }) => market === intent.market),
    cap(`market:${intent.market}`),
  );
  const markets = new Set([
    ...open.map(({ market }) => market),
    ...orders.filter((order) => order.reservation.slots > 0).map((order) => order.intent.market),
    ...[...truth.positions].filter(([, quantity]) => quantity !== 0).map(([market]) => market),
  ]);
  tally.check(
    16,
    markets.size <= books.config.caps.maxPositions,
    () => `${markets.size} positions at once`,
  );
}
