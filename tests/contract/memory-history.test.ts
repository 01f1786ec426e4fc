import { MemoryHistoryStore } from '../../shared/adapters/memory/memory-history-store.ts';
import { MemoryJournalStore } from '../../shared/adapters/memory/memory-journal-store.ts';
import { historyStoreContract } from './history-store-contract.ts';
import { journalStoreContract } from './journal-store-contract.ts';

journalStoreContract('memory', () => Promise.resolve(new MemoryJournalStore()));
historyStoreContract('memory', () => Promise.resolve(new MemoryHistoryStore()));
