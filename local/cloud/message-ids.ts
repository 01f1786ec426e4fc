import type { EpochMs } from '../../shared/domain/market/market.ts';

/**
 * Ids in the shape of a UUID that are a function of who makes them, when it began and how many it has made: equal on
 * the virtual clock, and never met again after a start on the real one. Not random, so nothing secret.
 */
export function messageIds(maker: string, startMs: EpochMs): () => string {
  const time = hex(startMs, 12);
  const head = `${time.slice(0, 8)}-${time.slice(8)}-4${hex(hash(maker) >>> 20, 3)}-8${hex(hash(maker) & 0xfff, 3)}-`;
  let made = 0;
  return () => {
    made += 1;
    return head + hex(made, 12);
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
