import { createHash } from 'node:crypto';
import type { Config } from '../../contracts/config.ts';
import { canonicalJson } from '../../domain/decisions/canonical-json.ts';

/**
 * SHA-256 of the configuration's canonical JSON. Decimal texts were made minimal when the file was read, so `0.30` and
 * `0.3` have one fingerprint; where a value came from does not count.
 */
export function configFingerprint(config: Config): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex');
}
