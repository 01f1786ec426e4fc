import { RunStats } from '../../shared/application/report/run-stats.ts';
import { historyCodec, journalCodec } from '../../shared/contracts/messages.ts';
import type { OnProgress } from '../../shared/contracts/run-progress.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { HotStore, HotTable, HotTables } from '../../shared/ports/hot-store.ts';
import type { LambdaHandler } from '../cloud/functions.ts';
import { runProgress } from '../run/run-progress.ts';
import { StatsHistory } from '../run/stats-history.ts';
import type { SimulatedVenues } from '../venues/simulated-venues.ts';

/** What a person sees of a run while it goes: a look at what passes the functions, and at the stores each second. */
export class RunWatch {
  readonly stats = new RunStats();
  readonly #history = new StatsHistory(this.stats);
  readonly #journal = new Set<string>();

  /** The same handler, looked at from beside. What cannot be read here is the handler's business. */
  beside(name: string, handler: LambdaHandler): LambdaHandler {
    switch (name) {
      case 'write-history':
        return (event, context) => {
          this.#see(() => this.#onHistory(event));
          return handler(event, context);
        };
      case 'write-ledger':
        return (event, context) => {
          this.#see(() => this.#onJournal(event));
          return handler(event, context);
        };
      default:
        return handler;
    }
  }

  async tell(
    onProgress: OnProgress,
    at: {
      readonly store: HotStore;
      readonly venues: SimulatedVenues;
      readonly nowMs: EpochMs;
      readonly note: string | null;
    },
  ): Promise<void> {
    const { venues, nowMs } = at;
    const { realStartMs, scriptStartMs, factor } = venues.compression;
    const [orders, fills, positions] = await Promise.all([
      at.store.list('orders'),
      at.store.list('fills'),
      at.store.list('positions'),
    ]);
    const rows = { orders, fills, positions };
    const script = (realMs: EpochMs): EpochMs => scriptStartMs + (realMs - realStartMs) * factor;
    await onProgress(
      runProgress({
        stats: this.stats,
        store: {
          peekAll: <T extends HotTable>(table: T) =>
            ((rows as { [K in HotTable]?: readonly { value: HotTables[K] }[] })[table] ?? []).map(
              ({ value }) => value,
            ),
        },
        truth: venues.truth(),
        startMs: scriptStartMs,
        endMs: script(venues.endMs),
        simulatedMs: Math.min(script(nowMs), script(venues.endMs)),
        fraction: Math.max(0, (nowMs - realStartMs) / (venues.endMs - realStartMs)),
        note: at.note,
      }),
    );
  }

  #onHistory(event: unknown): void {
    const { Records } = event as { readonly Records: readonly { readonly body: string }[] };
    void this.#history.append(Records.map(({ body }) => historyCodec.parse(body)));
  }

  #onJournal(event: unknown): void {
    const { Records } = event as {
      readonly Records: readonly {
        readonly dynamodb?: { readonly NewImage?: { readonly value?: { readonly S?: string } } };
      }[];
    };
    const entries = Records.map(({ dynamodb }) =>
      journalCodec.parse(dynamodb?.NewImage?.value?.S ?? ''),
    ).filter(({ journalId }) => !this.#journal.has(journalId));
    for (const { journalId } of entries) this.#journal.add(journalId);
    this.stats.onJournal(entries);
  }

  #see(look: () => void): void {
    try {
      look();
    } catch {
      // A message that nobody can read; its handler reports it.
    }
  }
}
