/** The folder of a run cannot be used; the message says why and what to do. */
export class StateRefusal extends Error {
  override readonly name = 'StateRefusal';
}

/** The system's code of an error, or its words. */
export function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
