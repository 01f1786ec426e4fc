import { createHash } from 'node:crypto';
import type { ClientOrderId } from '../domain/execution/intent.ts';

/**
 * UUID version 5 (RFC 9562 §5.5): SHA-1 of the namespace and the name. The client order id is a function of the
 * decision and nothing else, so that deciding again can never become a second order.
 */
export function uuidV5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** Entry = (market, leg, ownership generation); the generation rises when the market becomes free again. */
export function entryOrderId(
  namespace: string,
  entry: { readonly market: string; readonly leg: string; readonly generation: number },
): ClientOrderId {
  return uuidV5(namespace, `entry|${entry.market}|${entry.leg}|${entry.generation}`);
}

/** Exit = (position, exit generation, attempt). */
export function exitOrderId(
  namespace: string,
  exit: { readonly positionId: string; readonly generation: number; readonly attempt: number },
): ClientOrderId {
  return uuidV5(namespace, `exit|${exit.positionId}|${exit.generation}|${exit.attempt}`);
}
