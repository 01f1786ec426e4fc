import type { BenchRow } from './bench-row.ts';
import { numberOf, startChild } from './child.ts';
import { rounded } from './measure.ts';

/** What books cost in memory: heap and arrays after a collection, less what there was before them, in a process of its own. */
export async function benchBooksInMemory(): Promise<readonly BenchRow[]> {
  const child = startChild('books-in-memory-process.ts', { nodeFlags: ['--expose-gc'] });
  const told = await child.hear();
  await child.end();
  const [books, levels] = [numberOf(told, 'books'), numberOf(told, 'levels')];
  const megabytes = numberOf(told, 'bytes') / 1e6;
  const note = `${books} books of ${rounded(levels / books)} levels a book, after a snapshot and ${numberOf(told, 'deltas')} deltas each`;
  return [
    {
      name: 'books: 5,000 in memory',
      value: rounded(megabytes),
      unit: 'MB',
      aim: { atMost: 500 },
      note: `${note}; the aim is for the whole process`,
    },
    {
      name: 'books: one level',
      value: rounded((megabytes * 1e6) / levels),
      unit: 'bytes',
      note: 'the book around it included',
    },
    {
      name: 'books: the process that holds them',
      value: rounded(numberOf(told, 'rssBytes') / 1e6),
      unit: 'MB',
      aim: { atMost: 500 },
      note: 'resident, Node included',
    },
  ];
}
