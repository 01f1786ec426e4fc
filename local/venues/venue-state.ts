import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { ExchangeLog, type ExchangeInput } from './exchange-log.ts';
import { makeVenueKeys, venueKeysSchema, type VenueKeys } from './venue-keys.ts';

const manifestSchema = z.strictObject({
  version: z.literal(1),
  seed: z.int(),
  scenario: z.string(),
  factor: z.number().min(1),
  /** When the script began for the first time. */
  firstOriginMs: z.int(),
  keys: venueKeysSchema,
});
type Manifest = z.infer<typeof manifestSchema>;

/** What is played: a folder belongs to one script. */
export type ScriptName = Pick<Manifest, 'seed' | 'scenario' | 'factor'>;

export type VenueState = {
  readonly keys: VenueKeys;
  /** When the script would have begun, had the venues never been down. Tickers are made from the first. */
  readonly firstOriginMs: EpochMs;
  readonly originMs: EpochMs;
  /** Null when nothing is kept. */
  readonly log: ExchangeLog | null;
  /** What the exchange has been told before; empty when the script begins now. */
  readonly inputs: readonly ExchangeInput[];
};

/** A folder of another script, or one that cannot be used; the message says what to do. */
export class UnusableState extends Error {
  override readonly name = 'UnusableState';
}

/** The venues say that they are alive this often; the script goes on as if they had died right after it was due. */
export const ALIVE_EVERY_MS = 250;

/**
 * The state of the venues in a folder, made when there is none. The time in which they were down does not pass in the
 * script: its origin moves by it, and never so that the script goes back. Throws `UnusableState` and `DamagedLog`.
 */
export async function openVenueState(
  stateDir: string | null,
  script: ScriptName,
  nowMs: EpochMs,
): Promise<VenueState> {
  if (stateDir === null)
    return {
      keys: await makeVenueKeys(),
      firstOriginMs: nowMs,
      originMs: nowMs,
      log: null,
      inputs: [],
    };
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, 'venues.json');
  const manifest = existsSync(file)
    ? readManifest(file, script)
    : await makeManifest(file, script, nowMs);
  const { log, inputs } = ExchangeLog.open(join(stateDir, 'exchange.jsonl'));
  const { keys, firstOriginMs } = manifest;
  const originMs = originAfter(inputs, firstOriginMs, nowMs);
  log.append(['origin', Math.max(nowMs, inputs.at(-1)?.[1] ?? nowMs), originMs]);
  return { keys, firstOriginMs, originMs, log, inputs };
}

function originAfter(
  inputs: readonly ExchangeInput[],
  firstOriginMs: EpochMs,
  nowMs: EpochMs,
): EpochMs {
  const last = inputs.at(-1);
  if (last === undefined) return firstOriginMs;
  const moved = inputs.findLast((input) => input[0] === 'origin');
  const downMs = Math.max(0, nowMs - (last[1] + ALIVE_EVERY_MS));
  return (moved?.[2] ?? firstOriginMs) + downMs;
}

function readManifest(file: string, script: ScriptName): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    value = null;
  }
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success)
    throw new UnusableState(`${file}: cannot be read; delete its folder to begin with new venues`);
  for (const part of ['seed', 'scenario', 'factor'] as const)
    if (manifest.data[part] !== script[part])
      throw new UnusableState(
        `${file}: these venues play ${part} ${manifest.data[part]}, not ${script[part]}; ask for that, or use another folder`,
      );
  return manifest.data;
}

/** Written beside its place and moved there whole. Only its owner may read it: it holds keys. */
async function makeManifest(file: string, script: ScriptName, nowMs: EpochMs): Promise<Manifest> {
  const { seed, scenario, factor } = script;
  const manifest: Manifest = {
    version: 1,
    seed,
    scenario,
    factor,
    firstOriginMs: nowMs,
    keys: await makeVenueKeys(),
  };
  writeFileSync(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return manifest;
}
