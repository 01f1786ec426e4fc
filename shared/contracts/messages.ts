import type { JournalEntry } from '../domain/ledger/journal.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import type { EntrySignal } from '../domain/strategies/decide-entry.ts';
import type { HistoryEvent } from '../ports/history.ts';
import { commandSchema, type CommandMessage } from './messages/command-schema.ts';
import {
  historySchema,
  lifecycleSchema,
  type LifecycleHistory,
} from './messages/history-schema.ts';
import { messageCodec, type MessageCodec } from './messages/message-codec.ts';
import {
  journalSchema,
  orderMessageSchema,
  signalSchema,
  type OrderMessage,
} from './messages/order-schemas.ts';
import { tickSchema } from './messages/tick-schema.ts';

/** The journal's table and the bus write no version. */
const WITHOUT_VERSION_TOO = { unversioned: 'accepted' } as const;

/** Bodies of the queues `ticks` and `held-ticks`. */
export const tickCodec: MessageCodec<MarketTick> = messageCodec('tick', tickSchema, {
  shared: ['market', 'mapping', 'legs', 'game'],
});

/** Bodies of the queue `intents`. */
export const signalCodec: MessageCodec<EntrySignal> = messageCodec('signal', signalSchema);

/** Bodies of the queue `order-updates`. */
export const orderMessageCodec: MessageCodec<OrderMessage> = messageCodec(
  'order message',
  orderMessageSchema,
);

/** Bodies of the queue `settlements`: details of the bus that tell of a market's life. */
export const lifecycleCodec: MessageCodec<LifecycleHistory> = messageCodec(
  'lifecycle event',
  lifecycleSchema,
  WITHOUT_VERSION_TOO,
);

/** Journal entries as their table's stream shows them. */
export const journalCodec: MessageCodec<JournalEntry> = messageCodec(
  'journal entry',
  journalSchema,
  WITHOUT_VERSION_TOO,
);

/** Bodies of the queue `history`: batches of score-edges, and details of the bus. */
export const historyCodec: MessageCodec<HistoryEvent> = messageCodec(
  'history event',
  historySchema,
  WITHOUT_VERSION_TOO,
);

/** Bodies of the queue `feeder-commands`. */
export const commandCodec: MessageCodec<CommandMessage> = messageCodec('command', commandSchema);
