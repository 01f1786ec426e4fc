import * as z from 'zod';
import type { MapReport } from '../../shared/application/map-catalogue.ts';
import type { CheckedMapping } from '../../shared/domain/mapping/checked-mapping.ts';
import type { Unmapped } from '../../shared/domain/mapping/mapping-refusal.ts';
import { ODDS_FEEDS } from '../../shared/domain/odds/line.ts';
import { feederPort, type FeederPlace } from './ask-feeder.ts';

const ASK_TIMEOUT_MS = 5_000;

/** Our own process answers, of this version: the shape is looked at as far as it is needed to tell another process. */
const about = z.looseObject({ market: z.string(), league: z.string().nullable() });
const count = z.int().min(0);
const answer = z.object({
  games: count,
  markets: count,
  checked: z.array(z.custom<CheckedMapping>((one) => about.safeParse(one).success)),
  unmapped: z.array(z.custom<Unmapped>((one) => about.safeParse(one).success)),
  starts: z.array(
    z.object({
      feed: z.enum(ODDS_FEEDS),
      checked: count,
      agree: count,
      zoneSuspected: count,
      differ: count,
      isZoneSwitch: z.boolean(),
    }),
  ),
});

/** Asks the feeder on a port, or of the run in a folder, what it mapped; a text says why there is no answer. */
export async function askMap(where: FeederPlace): Promise<MapReport | string> {
  const port = feederPort(where);
  if (typeof port === 'string') return port;
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
