import type { FeederCommand } from '../../fargate/feeder/session.ts';
import type { HttpRequest } from '../../shared/adapters/kalshi/http-transport.ts';
import { bookSideOf } from '../../shared/domain/execution/intent.ts';
import { fillKey } from '../../shared/domain/execution/fill.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { Market, MarketTicker } from '../../shared/domain/market/market.ts';
import { decodeCreateOrderBody } from '../../shared/adapters/kalshi/wire/order-bodies.ts';
import { checkDecisions } from './check-decisions.ts';
import { checkAgainstTruth, checkHeadroom } from './check-rest.ts';
import { checkWrite } from './check-write.ts';
import { unsoundPrice } from './check-entry-price.ts';
import { JournalWatch } from './check-journal.ts';
import { PublishedWatch, type VenueBooks } from './check-published.ts';
import { isPending, type Books, type VenueTruth } from './books.ts';
import { InvariantTally } from './invariant-tally.ts';

/** Where single orders are sent to. */
const ORDERS = '/portfolio/events/orders';

export type CheckerParts = {
  readonly books: Books;
  /** The venue's own truth, never through our code. */
  readonly truth: () => VenueTruth;
  readonly marketOf: (ticker: string) => Market | undefined;
  /** Null where the venue has no books of its own. */
  readonly venueBooks: VenueBooks | null;
  readonly where: () => string;
};

/** Holds the system against the venue's truth while it runs, and once more when it has ended. */
export class InvariantChecker {
  readonly tally: InvariantTally;
  readonly #parts: CheckerParts;
  readonly #journal: JournalWatch;
  readonly #published: PublishedWatch;
  readonly #sent = new Map<string, number>();

  constructor(parts: CheckerParts) {
    this.#parts = parts;
    this.tally = new InvariantTally(parts.where);
    this.#journal = new JournalWatch(this.tally);
    this.#published = new PublishedWatch(this.tally, parts.books.config.pricing, parts.venueBooks);
  }

  onJournal(entries: readonly JournalEntry[]): void {
    this.#journal.onEntries(entries);
  }

  onFeederCommand(command: FeederCommand): void {
    if (command.kind === 'publish_tick') this.onTick(command.tick);
  }

  /** A tick in the moment in which it is published. */
  onTick(tick: MarketTick): void {
    this.#published.onTick(tick);
  }

  /** A write in the moment in which it reaches the exchange. */
  onWrite(request: HttpRequest): void {
    if (request.method !== 'POST' || request.path !== ORDERS || request.body === null) return;
    const body = decodeCreateOrderBody(request.body);
    if (body.kind === 'refused') {
      this.tally.check(9, false, () => `an order was sent that the exchange cannot read`);
      return;
    }
    const intent = this.#parts.books.store.peek('orders', body.clientOrderId ?? '')?.intent;
    if (intent !== undefined)
      this.tally.check(
        2,
        body.market === intent.market &&
          body.bookSide === bookSideOf(intent) &&
          body.limitPrice === intent.limitPrice &&
          body.count === intent.count,
        () => `order ${body.clientOrderId} is sent otherwise than it is stored`,
      );
    this.tally.check(6, (body.orderGroupId === null) === body.reduceOnly, () =>
      body.reduceOnly
        ? `exit ${body.clientOrderId} goes with a fuse, and a blown one would hold it back`
        : `order ${body.clientOrderId} adds risk without a fuse`,
    );
    this.onSubmit(body.clientOrderId ?? '', body.reduceOnly);
  }

  /** An order in the moment in which it reaches the venue. */
  onSubmit(clientOrderId: string, reduceOnly: boolean): void {
    const { books, truth, marketOf } = this.#parts;
    const sentBefore = this.#sent.get(clientOrderId) ?? 0;
    this.#sent.set(clientOrderId, sentBefore + 1);
    checkWrite({
      tally: this.tally,
      books,
      truth: truth(),
      clientOrderId,
      reduceOnly,
      marketOf,
      sentBefore,
    });
    const intent = books.store.peek('orders', clientOrderId)?.intent;
    if (intent?.purpose !== 'entry') return;
    const decision = books.decisions.peek(intent.decisionId);
    const unsound =
      decision === null ? 'it has no record' : unsoundPrice(decision.record, books.config);
    this.tally.check(23, unsound === null, () => `entry ${clientOrderId}: ${unsound}`);
  }

  /** Called again and again while the run goes on. */
  async atRest(): Promise<void> {
    await checkHeadroom(this.tally, this.#parts.books);
    await checkAgainstTruth(this.tally, this.#parts.books, this.#parts.truth());
  }

  /**
   * Once the run has ended and everything was delivered. `redeliver` delivers all fills and order states once more;
   * nothing may change by it.
   */
  async atEnd(end: {
    readonly messages: { readonly lost: number; readonly dead: number; readonly waiting: number };
    readonly redeliver: () => Promise<void>;
    /** Whether a position may be left in a market, where what was played ends before the market does; by default none. */
    readonly mayHold?: (market: MarketTicker) => boolean;
  }): Promise<void> {
    const { books, truth } = this.#parts;
    const { tally } = this;
    await this.atRest();
    const checked = await checkAgainstTruth(tally, books, truth());
    tally.check(40, checked, () => 'something is still in flight at the end');
    for (const order of books.store.peekAll('orders'))
      tally.check(
        40,
        !isPending(order),
        () => `order ${order.intent.clientOrderId} is ${order.state}`,
      );
    for (const position of books.store.peekAll('positions'))
      tally.check(
        40,
        position.state === 'closed' || end.mayHold?.(position.market) === true,
        () => `a position in ${position.market} is left`,
      );
    this.#checkOrders(truth());
    this.#checkFills(truth());
    await this.#checkEquity(truth());
    checkDecisions(tally, await books.decisions.all(), books.config);
    tally.check(30, end.messages.lost === 0, () => `${end.messages.lost} messages were lost`);
    tally.check(30, end.messages.dead === 0, () => `${end.messages.dead} messages are dead`);
    tally.check(30, end.messages.waiting === 0, () => `${end.messages.waiting} messages wait`);
    const before = this.#fingerprint();
    await end.redeliver();
    tally.check(
      31,
      before === this.#fingerprint(),
      () => 'delivering everything again changed state',
    );
  }

  #checkOrders(truth: VenueTruth): void {
    const byIntent = new Map<string, number>();
    for (const { clientOrderId, filled, count } of truth.orders) {
      if (clientOrderId === null) continue;
      byIntent.set(clientOrderId, (byIntent.get(clientOrderId) ?? 0) + 1);
      const known = this.#parts.books.store.peek('orders', clientOrderId);
      this.tally.check(
        1,
        known !== null &&
          byIntent.get(clientOrderId) === 1 &&
          filled <= count &&
          filled <= known.intent.count,
        () =>
          `order ${clientOrderId} stands at the exchange more than once, or filled beyond its count`,
      );
    }
  }

  /** At the end a fill that is not booked is not under way: it was missed. */
  #checkFills(truth: VenueTruth): void {
    const booked = new Set(
      this.#parts.books.store.peekAll('fills').map(({ fill }) => fillKey(fill)),
    );
    for (const { key } of truth.fills)
      this.tally.check(12, booked.has(key), () => `fill ${key} was never booked`);
  }

  /** With every position closed, the change of equity is the sum of all results less all fees. */
  async #checkEquity(truth: VenueTruth): Promise<void> {
    const entries = await this.#parts.books.ledger.entries();
    let result = 0;
    for (const { postings } of entries) {
      for (const { account, amount } of postings) {
        if (account === 'trading_result' || account === 'settlement_result' || account === 'fees')
          result -= amount;
      }
    }
    const change = truth.cash + truth.reserved - truth.deposits;
    const flat = [...truth.positions.values()].every((quantity) => quantity === 0);
    if (flat)
      this.tally.check(
        14,
        change === result,
        () => `equity changed by ${change}, results and fees add up to ${result}`,
      );
    for (const { market, revenue } of truth.settlements) {
      const paid = entries.find(
        (entry) => entry.source.kind === 'settlement' && entry.source.market === market,
      );
      const booked = paid?.postings.find(({ account }) => account.startsWith('cash:'))?.amount ?? 0;
      this.tally.check(
        14,
        booked === revenue,
        () => `${market} paid ${revenue}, ${booked} is booked`,
      );
    }
  }

  #fingerprint(): string {
    const { store } = this.#parts.books;
    return JSON.stringify([
      store.peekAll('orders'),
      store.peekAll('positions'),
      store.peekAll('ownership'),
      store.peekAll('causes'),
      store.peekAll('settlements'),
      store.peekAll('journal').length,
      store.peekAll('fills').map(({ fill }) => fillKey(fill)),
      [...store.headrooms()],
    ]);
  }
}
