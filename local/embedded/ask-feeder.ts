import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { askHealth, HEALTH_PORT, type HealthAnswer } from '../../fargate/feeder/health.ts';

/** Where `npm start` keeps its run when nothing else is said. */
export const DEFAULT_STATE_DIR = join('out', 'local-sunday-1', 'state');

const endpointsSchema = z.strictObject({
  /** Of the process that wrote them. */
  pid: z.int().min(1),
  healthPort: z.int().min(1),
  cloud: z.string(),
  exchangeRest: z.string(),
  exchangeWs: z.string(),
  odds: z.string(),
  scoreboard: z.string(),
});

/** Where the parts of a run are reached while it goes. No secret stands in it. */
export type RunEndpoints = z.infer<typeof endpointsSchema>;

export const ENDPOINTS_FILE = 'endpoints.json';

/** Asks the feeder on a port; without one that of the run in a folder, or else one at the usual port. */
export async function askFeeder(where: {
  readonly port: number | null;
  readonly stateDir: string;
}): Promise<HealthAnswer> {
  if (where.port !== null) return askHealth(where.port);
  const endpoints = runEndpoints(where.stateDir);
  return askHealth(endpoints?.healthPort ?? HEALTH_PORT);
}

/** Where the run in a folder is reached; null when none goes there. */
export function runEndpoints(stateDir: string): RunEndpoints | null {
  const file = join(stateDir, ENDPOINTS_FILE);
  if (!existsSync(file)) return null;
  try {
    const read = endpointsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
