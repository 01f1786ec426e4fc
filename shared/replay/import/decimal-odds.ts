import type { RowReader } from './csv-rows.ts';

/** Decimal odds of a cell, 1 or more: what is exactly 1 pays nothing, stands in real files, and is the reader's to leave out. */
export function decimalAt(reader: RowReader, column: number): number {
  return reader.read(column, 'decimal odds of 1 or more, such as 1.91', (text) => {
    const value = /^\d{1,4}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
    return value >= 1 ? value : null;
  });
}
