import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentSink } from './record.ts';

/** Segments as files of one folder, which is made with the first of them. */
export class FolderSink implements SegmentSink {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async append(file: string, packed: Uint8Array): Promise<void> {
    await appendFile(join(this.#dir, file), packed);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  /** Beside the old one and then in its place, so that a crash leaves one of them. */
  async manifest(text: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    const file = join(this.#dir, 'manifest.json');
    await writeFile(`${file}.partial`, text);
    await rename(`${file}.partial`, file);
  }
}
