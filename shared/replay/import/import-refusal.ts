/** A row of the input that does not say what its file promises. Nothing was written. */
export class ImportRefusal extends Error {
  override readonly name = 'ImportRefusal';

  constructor(at: {
    readonly file: string;
    /** Counted from 1, the header included; null when the fault is of the whole file. */
    readonly line: number | null;
    readonly found: string;
    readonly allowed: string;
  }) {
    const where = at.line === null ? at.file : `${at.file}, line ${at.line}`;
    super(`${where}: ${at.found}; ${at.allowed}. Correct the input and import again.`);
  }
}
