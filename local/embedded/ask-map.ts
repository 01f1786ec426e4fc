import * as z from 'zod';
import { HEALTH_PORT } from '../../fargate/feeder/health.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import type { CheckedMapping } from '../../shared/domain/mapping/checked-mapping.ts';
import type { Unmapped } from '../../shared/domain/mapping/mapping-refusal.ts';
import { runEndpoints } from './ask-feeder.ts';

const ASK_TIMEOUT_MS = 5_000;

/** Our own process answers, of this version: the shape is looked at as far as it is needed to tell another process. */
const about = z.looseObject({ market: z.string(), league: z.string().nullable() });
const answer = z.object({
  games: z.int().min(0),
  markets: z.int().min(0),
  checked: z.array(z.custom<CheckedMapping>((one) => about.safeParse(one).success)),
  unmapped: z.array(z.custom<Unmapped>((one) => about.safeParse(one).success)),
});

/** Asks the feeder on a port, or of the run in a folder, what it mapped; a text says why there is no answer. */
export async function askMap(where: {
  readonly port: number | null;
  readonly stateDir: string;
}): Promise<MapReport | string> {
  const port = where.port ?? runEndpoints(where.stateDir)?.healthPort ?? HEALTH_PORT;
  let body: unknown;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/map`, {
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    if (response.status === 404) return `what answers on port ${port} maps nothing`;
    body = await response.json();
  } catch {
    return `nothing answers on port ${port}`;
  }
  const read = answer.safeParse(body);
  return read.success ? read.data : `what answers on port ${port} is no feeder of this version`;
}
