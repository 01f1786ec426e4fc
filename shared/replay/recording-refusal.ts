export type RecordingRefusalCode =
  | 'missing_manifest'
  | 'bad_manifest'
  | 'unsupported_version'
  | 'missing_segment'
  | 'cut_segment'
  | 'half_line'
  | 'foreign_line'
  | 'out_of_order'
  | 'inconsistent'
  | 'count_mismatch'
  | 'checksum_mismatch'
  | 'oversized'
  | 'other_source'
  | 'has_quotes'
  | 'occupied';

/**
 * A recording that is not whole or not ours. The message says which file and line, what was found, what is allowed and
 * what to do; nothing of the recording has been traded on.
 */
export class RecordingRefusal extends Error {
  override readonly name = 'RecordingRefusal';
  readonly code: RecordingRefusalCode;
  readonly file: string;
  /** Counted from 1; null when the fault is of the whole file. */
  readonly line: number | null;

  constructor(at: {
    readonly code: RecordingRefusalCode;
    readonly file: string;
    readonly line?: number;
    readonly found: string;
    readonly allowed: string;
    readonly todo?: string;
  }) {
    const where = at.line === undefined ? at.file : `${at.file}, line ${at.line}`;
    super(`${where}: ${at.found}; ${at.allowed}. ${at.todo ?? 'Import the recording again.'}`);
    this.code = at.code;
    this.file = at.file;
    this.line = at.line ?? null;
  }
}
