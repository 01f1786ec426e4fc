/**
 * What a function's answer says of its batch, as Lambda reads it ("Reporting batch item failures" of the Lambda guide):
 * nothing, null, {} and an empty or null list are a success; a list of `{itemIdentifier}` names what failed; a missing,
 * empty, null or unknown identifier and anything else fails the whole batch.
 */
export function readBatchFailures(
  payload: unknown,
  isInBatch: (itemIdentifier: string) => boolean,
): ReadonlySet<string> | 'all' {
  if (payload === null || payload === undefined) return NONE;
  if (typeof payload !== 'object' || Array.isArray(payload)) return 'all';
  const failures: unknown = 'batchItemFailures' in payload ? payload.batchItemFailures : null;
  if (failures === null || failures === undefined) return NONE;
  if (!Array.isArray(failures)) return 'all';
  const failed = new Set<string>();
  for (const failure of failures as readonly unknown[]) {
    const id = identifierOf(failure);
    if (id === null || !isInBatch(id)) return 'all';
    failed.add(id);
  }
  return failed.size === 0 ? NONE : failed;
}

const NONE: ReadonlySet<string> = new Set();

function identifierOf(failure: unknown): string | null {
  if (typeof failure !== 'object' || failure === null || !('itemIdentifier' in failure))
    return null;
  const { itemIdentifier } = failure;
  return typeof itemIdentifier === 'string' && itemIdentifier !== '' ? itemIdentifier : null;
}
