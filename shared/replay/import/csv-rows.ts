import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { ImportRefusal } from './import-refusal.ts';

/** One row of a CSV file. `line` counts from 1, the header included. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

const MAX_RECORD_BYTES = 64 * 1024;

/**
 * The rows of a CSV file, plain or gzip by its name, one at a time. The header must be exactly `columns`, and every row
 * as long as it; otherwise, and for broken quotes or gzip, an ImportRefusal.
 */
export async function* csvRows(file: string, columns: readonly string[]): AsyncGenerator<CsvRow> {
  let header = true;
  for await (const { line, cells } of csvRecords(file))
    if (header) {
      header = false;
      if (cells.join(',') !== columns.join(','))
        throw refusal(file, line, `the columns are ${cells.join(',')}`, columns);
    } else if (cells.length === columns.length) yield { line, cells };
    else throw refusal(file, line, `the row has ${cells.length} cells`, columns);
  if (header) throw refusal(file, 1, 'the file is empty', columns);
}

/**
 * As `csvRows`, of a file that has more columns than are wanted and may have them in another order: each row holds the
 * cells of `wanted`, in that order. A wanted column must stand in the header once.
 */
export async function* csvColumns(file: string, wanted: readonly string[]): AsyncGenerator<CsvRow> {
  let places: readonly number[] | null = null;
  let width = 0;
  for await (const { line, cells } of csvRecords(file)) {
    if (places === null) {
      const missing = wanted.filter((name) => cells.filter((cell) => cell === name).length !== 1);
      if (missing.length > 0)
        throw new ImportRefusal({
          file,
          line,
          found: `the header does not have the column ${missing.join(', ')} once`,
          allowed: `wanted are ${wanted.join(', ')}`,
        });
      places = wanted.map((name) => cells.indexOf(name));
      width = cells.length;
    } else if (cells.length === width)
      yield { line, cells: places.map((place) => cells[place] ?? '') };
    else
      throw new ImportRefusal({
        file,
        line,
        found: `the row has ${cells.length} cells`,
        allowed: `the header has ${width}`,
      });
  }
  if (places === null) throw refusal(file, 1, 'the file is empty', wanted);
}

/** Every record of a file, its header too. */
async function* csvRecords(file: string): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    max_record_size: MAX_RECORD_BYTES,
  });
  const unpack = file.endsWith('.gz') ? createGunzip() : new PassThrough();
  const reading = pipeline(createReadStream(file), unpack, parser);
  // The parser's iterator tells the same failure; this keeps it from being told twice.
  reading.catch(() => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    const line =
      error instanceof CsvError && typeof error['lines'] === 'number' ? error['lines'] : null;
    const found = `it cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new ImportRefusal({ file, line, found, allowed: 'a whole CSV file, plain or gzip' });
  }
}

type CsvRecord = {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
};

function refusal(file: string, line: number, found: string, columns: readonly string[]) {
  return new ImportRefusal({
    file,
    line,
    found,
    allowed: `the ${columns.length} columns are ${columns.join(',')}`,
  });
}

/** Reads cells of one row, each refused by its column's name, its value and what is allowed. */
export class RowReader {
  readonly file: string;
  readonly #columns: readonly string[];
  #row: CsvRow = { line: 0, cells: [] };

  constructor(file: string, columns: readonly string[]) {
    this.file = file;
    this.#columns = columns;
  }

  at(row: CsvRow): this {
    this.#row = row;
    return this;
  }

  get line(): number {
    return this.#row.line;
  }

  text(column: number): string {
    return this.#row.cells[column] ?? '';
  }

  /** The cell as `read` makes it; null from `read` refuses it. */
  read<T>(column: number, allowed: string, read: (text: string) => T | null): T {
    const value = read(this.text(column));
    return value === null ? this.refuse(column, allowed) : value;
  }

  integer(column: number, min: number, max: number): number {
    return this.read(column, `an integer from ${min} to ${max}`, (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
      return value >= min && value <= max ? value : null;
    });
  }

  refuse(column: number, allowed: string): never {
    throw new ImportRefusal({
      file: this.file,
      line: this.line,
      found: `"${this.#columns[column]}" is ${JSON.stringify(this.text(column))}`,
      allowed: `allowed is ${allowed}`,
    });
  }
}
