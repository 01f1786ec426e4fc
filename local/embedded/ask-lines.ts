import * as z from 'zod';
import type { MarketLine } from '../../fargate/feeder/market-lines.ts';
import type { SourceHealth } from '../../fargate/feeder/source-watch.ts';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import { feederPort, type FeederPlace } from './ask-feeder.ts';

const ASK_TIMEOUT_MS = 5_000;

/** Our own process answers, of this version: the shape is looked at as far as it is needed to tell another process. */
const answer = z.object({
  state: z.string(),
  atMs: z.int(),
  sources: z.array(
    z.custom<SourceHealth>((one) => z.looseObject({ source: z.string() }).safeParse(one).success),
  ),
  starts: z.array(
    z.custom<MapReport['starts'][number]>(
      (one) => z.looseObject({ feed: z.string(), checked: z.int() }).safeParse(one).success,
    ),
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
export async function askLines(where: FeederPlace): Promise<LinesNow | string> {
  const port = feederPort(where);
  if (typeof port === 'string') return port;
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
