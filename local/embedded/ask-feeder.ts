import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { askHealth, HEALTH_PORT, notLive, type HealthAnswer } from '../../fargate/feeder/health.ts';

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

/** Where a feeder is asked for: its port, or else the state folder of its run; null is the usual one. */
export type FeederPlace = { readonly port: number | null; readonly stateDir: string | null };

/** Asks the feeder on a port; without one that of the run in a folder, or else one at the usual port. */
export async function askFeeder(where: FeederPlace): Promise<HealthAnswer> {
  const port = feederPort(where);
  return typeof port === 'number' ? askHealth(port) : notLive(port);
}

/**
 * The port at which a feeder answers. A folder that is named and in which no run goes is said in a text: whoever answers
 * at the usual port is another run.
 */
export function feederPort({ port, stateDir }: FeederPlace): number | string {
  if (port !== null) return port;
  const endpoints = runEndpoints(stateDir ?? DEFAULT_STATE_DIR);
  if (endpoints !== null) return endpoints.healthPort;
  return stateDir === null
    ? HEALTH_PORT
    : `no run goes in ${stateDir}, which holds no ${ENDPOINTS_FILE}`;
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
