import type { Read } from '../../shared/ports/exchange.ts';

/** The value of a read that must succeed, or a failing test. */
export async function valueOf<T>(reading: Promise<Read<T>>): Promise<T> {
  const result = await reading;
  if (result.kind !== 'read') throw new Error(result.reason);
  return result.value;
}

/** Looks again until a value is as wanted; for reads that lag behind writes. Fails with what it saw last. */
export async function settled<T>(
  look: () => Promise<T>,
  isWanted: (value: T) => boolean,
  pass: () => void | Promise<void>,
): Promise<T> {
  let seen = await look();
  for (let attempt = 0; attempt < 20 && !isWanted(seen); attempt += 1) {
    await pass();
    seen = await look();
  }
  if (!isWanted(seen)) throw new Error(`still ${JSON.stringify(seen)}`);
  return seen;
}
