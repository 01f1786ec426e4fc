import { applyOrderUpdateHandler } from '../../functions/apply-order-update/handler.ts';
import { evaluateExitsHandler } from '../../functions/evaluate-exits/handler.ts';
import { placeOrderHandler } from '../../functions/place-order/handler.ts';
import { reconcileHandler } from '../../functions/reconcile/handler.ts';
import { reviewDataHandler } from '../../functions/review-data/handler.ts';
import type { BatchDeps } from '../../functions/runtime/batch.ts';
import { correlatable } from '../../functions/runtime/function-telemetry.ts';
import { scoreEdgesHandler } from '../../functions/score-edges/handler.ts';
import { settleMarketHandler } from '../../functions/settle-market/handler.ts';
import { watchdogHandler } from '../../functions/watchdog/handler.ts';
import { writeHistoryHandler } from '../../functions/write-history/handler.ts';
import { writeLedgerHandler } from '../../functions/write-ledger/handler.ts';
import { MemoryJournalStore } from '../../shared/adapters/memory/memory-journal-store.ts';
import { SkipDigest } from '../../shared/application/score-edges.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import type { FunctionName } from '../../shared/contracts/environment/functions.ts';
import type { QueueName } from '../../shared/contracts/environment/queues.ts';
import { historyCodec, signalCodec } from '../../shared/contracts/messages.ts';
import type { MessageCodec } from '../../shared/contracts/messages/message-codec.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Alerts } from '../../shared/ports/alerts.ts';
import type { CommandSource } from '../../shared/ports/command-source.ts';
import type { GameRecords } from '../../shared/ports/game-records.ts';
import type { EventBus, HistoryEvent, HistoryStore } from '../../shared/ports/history.ts';
import type { LedgerStore } from '../../shared/ports/ledger-store.ts';
import type { ObjectStore } from '../../shared/ports/objects.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { MemoryBuckets } from '../cloud/buckets.ts';
import type { LambdaHandler } from '../cloud/functions.ts';
import { LocalCloud, type CloudFaults } from '../cloud/local-cloud.ts';
import { QueueCommandSource } from '../cloud/queue-command-source.ts';
import { MemoryStream } from '../cloud/stream-source.ts';
import { loadWiring } from '../wiring/load-wiring.ts';

export type VirtualAccountParts = {
  readonly timers: Timers;
  readonly deps: TradingDeps;
  readonly ledger: LedgerStore;
  readonly history: Pick<HistoryStore, 'append'>;
  /** What the history kept of games. */
  readonly records: GameRecords;
  readonly leagues: readonly League[];
  readonly faults: CloudFaults;
  /** Told after each look at the books. */
  readonly onReconciled: () => Promise<void>;
};

/**
 * The account as it is deployed, on a virtual clock: the queues, rules, schedules and functions of the wiring over
 * memory stores. What a handler throws is a bug and ends the run, but for the death of its process.
 */
export class VirtualAccount {
  readonly cloud: LocalCloud;
  readonly skipDigest = new SkipDigest();
  readonly alerts: { readonly subject: string; readonly message: string }[] = [];
  readonly #parts: VirtualAccountParts;
  readonly #journal: MemoryStream;

  constructor(parts: VirtualAccountParts) {
    this.#parts = parts;
    this.#journal = new MemoryStream(parts.timers);
    this.cloud = new LocalCloud({
      wiring: loadWiring(),
      timers: parts.timers,
      functions: (name) => this.#handlers()[name as FunctionName],
      streams: (table) => {
        invariant(table === 'journal', `only the journal is followed, not ${table}`);
        return this.#journal;
      },
      faults: parts.faults,
      buckets: new MemoryBuckets(),
      onError: (_name, error) => {
        throw error;
      },
    });
  }

  get bus(): EventBus {
    return {
      publish: (events) => {
        this.cloud.bus.putEvents(
          events.map((event) => ({
            bus: 'fairline',
            source: 'fairline',
            detailType: event.kind,
            detail: historyCodec.encode(event),
          })),
        );
        return Promise.resolve();
      },
    };
  }

  get commands(): CommandSource {
    const queue = this.cloud.queue('feeder-commands');
    invariant(queue !== null, 'the feeder’s commands are wired');
    return new QueueCommandSource(queue);
  }

  /** The table's stream shows each entry that was written. */
  onJournal(entries: readonly JournalEntry[]): void {
    this.#journal.append(
      entries.map((entry) => {
        const keys = { id: { S: entry.journalId } };
        const newImage = { ...keys, value: { S: JSON.stringify(entry) } };
        return { change: 'INSERT', keys, newImage, oldImage: null };
      }),
    );
  }

  queue<Message>(name: QueueName, codec: MessageCodec<Message>): Queue<Message> {
    const queue = this.cloud.queue(name);
    invariant(queue !== null, `queue ${name} is wired`);
    return {
      send: (messages) => {
        queue.send(messages.map((message) => codec.encode(message)));
        return Promise.resolve();
      },
    };
  }

  #handlers(): Readonly<Record<FunctionName, LambdaHandler>> {
    const { deps, ledger, timers } = this.#parts;
    const telemetry = correlatable(deps.telemetry);
    const batch: BatchDeps = { telemetry, unexpected: 'fail_invocation' };
    const trading = { ...deps, ...batch };
    const history: Queue<HistoryEvent> = this.queue('history', historyCodec);
    const alerts: Alerts = {
      publish: (subject, message) => {
        this.alerts.push({ subject, message });
        return Promise.resolve();
      },
    };
    const handlers = {
      'score-edges': scoreEdgesHandler({
        clock: timers,
        config: deps.config,
        signals: this.queue('intents', signalCodec),
        history,
        skipDigest: this.skipDigest,
        telemetry,
      }),
      'place-order': placeOrderHandler({ ...trading, history }),
      'apply-order-update': applyOrderUpdateHandler(trading),
      'evaluate-exits': evaluateExitsHandler(trading),
      'settle-market': settleMarketHandler({ ...trading, sleep: (ms) => timers.sleep(ms) }),
      'write-ledger': writeLedgerHandler({
        ledger,
        journal: new MemoryJournalStore(),
        telemetry,
      }),
      'write-history': writeHistoryHandler({ history: this.#parts.history, ...batch }),
      reconcile: this.#reconcile(reconcileHandler({ ...deps, history, telemetry })),
      watchdog: watchdogHandler({ ...deps, alerts, telemetry }),
      'build-report': () => Promise.reject(new Error('the world makes its own report at its end')),
      'review-data': reviewDataHandler({
        records: this.#parts.records,
        objects: this.#reports,
        clock: timers,
        leagues: this.#parts.leagues,
        telemetry,
      }),
    };
    // Each handler takes the event of what calls it by the wiring.
    return handlers as Readonly<Record<FunctionName, LambdaHandler>>;
  }

  get #reports(): ObjectStore {
    const { objects } = this.cloud;
    return {
      put: ({ key, body, contentType }) =>
        objects.put('reports', key, {
          body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
          contentType,
          storedMs: this.#parts.timers.nowMs(),
        }),
    };
  }

  #reconcile<Kept>(handler: () => Promise<Kept>): () => Promise<Kept> {
    return async () => {
      const kept = await handler();
      await this.#parts.onReconciled();
      return kept;
    };
  }
}
