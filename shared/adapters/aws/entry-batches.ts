/**
 * Entries in batches within a service's bounds, in their order. One entry beyond the bytes of a batch fits nowhere:
 * throws before anything is sent.
 */
export function entryBatches<Entry extends { readonly bytes: number }>(
  entries: readonly Entry[],
  bounds: { readonly maxEntries: number; readonly maxBytes: number; readonly what: string },
): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (entry.bytes > bounds.maxBytes)
      throw new RangeError(
        `${bounds.what} has ${entry.bytes} bytes; at most ${bounds.maxBytes} are taken`,
      );
    if (batch.length === bounds.maxEntries || bytes + entry.bytes > bounds.maxBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.bytes;
  }
  return batch.length === 0 ? batches : [...batches, batch];
}
