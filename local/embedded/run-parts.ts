type Part = { readonly what: string; readonly close: () => Promise<void> };

/** The longest that any part's own end may take is the 10 s after which a store is killed. */
const CLOSE_WITHIN_MS = 12_000;

/** What a run has started, ended in the opposite order: who asks ends before who answers. */
export class RunParts {
  readonly #parts: Part[] = [];

  add(what: string, close: () => Promise<void>): void {
    this.#parts.push({ what, close });
  }

  /** Ends every part, whatever became of those before it. One that does not end in time is left behind. */
  async close(
    onError: (where: string, error: unknown) => void,
    withinMs = CLOSE_WITHIN_MS,
  ): Promise<void> {
    for (const { what, close } of this.#parts.splice(0).toReversed()) {
      try {
        await inTime(close(), withinMs);
      } catch (error) {
        onError(`closing ${what}`, error);
      }
    }
  }
}

async function inTime(closing: Promise<void>, withinMs: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not closed after ${withinMs} ms`)), withinMs);
  try {
    await Promise.race([closing, late]);
  } finally {
    clearTimeout(timer);
  }
}
