import { MemoryGameRecords } from '../../shared/adapters/memory/memory-game-records.ts';
import { gameRecordsContract } from './game-records-contract.ts';

gameRecordsContract('memory', () => {
  const records = new MemoryGameRecords();
  return Promise.resolve({ history: records, records });
});
