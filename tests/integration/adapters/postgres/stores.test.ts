import { PostgresGameRecords } from '../../../../shared/adapters/postgres/postgres-game-records.ts';
import { PostgresHistoryStore } from '../../../../shared/adapters/postgres/postgres-history-store.ts';
import { PostgresJournalStore } from '../../../../shared/adapters/postgres/postgres-journal-store.ts';
import { PostgresLedgerStore } from '../../../../shared/adapters/postgres/postgres-ledger-store.ts';
import { gameRecordsContract } from '../../../contract/game-records-contract.ts';
import { historyStoreContract } from '../../../contract/history-store-contract.ts';
import { journalStoreContract } from '../../../contract/journal-store-contract.ts';
import { ledgerStoreContract } from '../../../contract/ledger-store-contract.ts';
import { withFairlineDatabase } from '../../../support/fairline-database.ts';

const databases = withFairlineDatabase();

ledgerStoreContract('Postgres', async () => new PostgresLedgerStore((await databases.fresh()).db));
journalStoreContract(
  'Postgres',
  async () => new PostgresJournalStore((await databases.fresh()).db),
);
historyStoreContract(
  'Postgres',
  async () => new PostgresHistoryStore((await databases.fresh()).db),
);
gameRecordsContract('Postgres', async () => {
  const { db } = await databases.fresh();
  return { history: new PostgresHistoryStore(db), records: new PostgresGameRecords(db) };
});
