import { closeSync, openSync, writeSync } from 'node:fs';

export type RunLog = {
  /** One line, without its newline. */
  readonly write: (line: string) => void;
  readonly close: () => void;
};

/** What functions and feeder log, one JSON a line, in a file. A disk that takes no more ends the log, not the run. */
export function openRunLog(path: string): RunLog {
  let handle: number | null = openSync(path, 'a');
  return {
    write: (line) => {
      if (handle === null) return;
      try {
        writeSync(handle, `${line}\n`);
      } catch {
        closeSync(handle);
        handle = null;
      }
    },
    close: () => {
      if (handle !== null) closeSync(handle);
      handle = null;
    },
  };
}
