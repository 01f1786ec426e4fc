import * as z from 'zod';
import { HEALTH_PORT } from '../../fargate/feeder/health.ts';
import type { MarketLine } from '../../fargate/feeder/market-lines.ts';
import type { SourceHealth } from '../../fargate/feeder/source-watch.ts';
import { runEndpoints } from './ask-feeder.ts';

const ASK_TIMEOUT_MS = 5_000;

/** Our own process answers, of this version: the shape is looked at as far as it is needed to tell another process. */
const answer = z.object({
  state: z.string(),
  atMs: z.int(),
  sources: z.array(
    z.custom<SourceHealth>((one) => z.looseObject({ source: z.string() }).safeParse(one).success),
  ),
  lines: z.array(
    z.custom<MarketLine>(
      (one) =>
        z
          .looseObject({
            market: z.string(),
            fair: z.looseObject({ kind: z.string() }),
            books: z.array(z.looseObject({ source: z.string(), kind: z.string() })),
          })
          .safeParse(one).success,
    ),
  ),
});
export type LinesNow = z.infer<typeof answer>;

/** Asks the feeder on a port, or of the run in a folder, for its lines; a text says why there is no answer. */
export async function askLines(where: {
  readonly port: number | null;
  readonly stateDir: string;
}): Promise<LinesNow | string> {
  const port = where.port ?? runEndpoints(where.stateDir)?.healthPort ?? HEALTH_PORT;
  let body: unknown;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/lines`, {
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    if (response.status === 404) return `what answers on port ${port} makes no lines`;
    body = await response.json();
  } catch {
    return `nothing answers on port ${port}`;
  }
  const read = answer.safeParse(body);
  return read.success ? read.data : `what answers on port ${port} is no feeder of this version`;
}
