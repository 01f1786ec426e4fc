import { MOST_GROWTH_BYTES, MOST_GROWTH_BYTES_PER_HOUR } from './soak-limits.ts';
import { playSoak, type SoakOptions, type SoakResult } from './soak.ts';

/** The command that plays the same soak again. */
export function replayCommand({
  hours,
  faults,
  seed,
}: Pick<SoakOptions, 'hours' | 'faults' | 'seed'>): string {
  return `npx node tests/simulation/soak/main.ts --hours ${hours} --faults ${faults} --seed ${seed}`;
}

export type SoakMemory = {
  /** From the first look, when everything is warm, to the last. */
  readonly hours: number;
  readonly grownBytes: number;
  /** What the exchange grows by when nobody listens: it forgets no order, no fill and no trade. */
  readonly exchangeGrownBytes: number;
  /** What the client grew by and the most that is no leak. */
  readonly clientBytes: number;
  readonly mostBytes: number;
};

/**
 * What the client has kept: the growth of the heap between the first look and the last, less that of the same exchange
 * with nobody listening.
 */
export async function memoryOf(result: SoakResult): Promise<SoakMemory> {
  const alone = await playSoak({ ...result.options, who: 'exchange_alone' });
  const hours = (result.memory.at(-1)?.atHour ?? 0) - (result.memory[0]?.atHour ?? 0);
  const grownBytes = grownBy(result);
  const exchangeGrownBytes = grownBy(alone);
  return {
    hours,
    grownBytes,
    exchangeGrownBytes,
    clientBytes: grownBytes - exchangeGrownBytes,
    mostBytes: Math.ceil(MOST_GROWTH_BYTES + hours * MOST_GROWTH_BYTES_PER_HOUR),
  };
}

function grownBy({ memory }: SoakResult): number {
  return (memory.at(-1)?.heapBytes ?? 0) - (memory[0]?.heapBytes ?? 0);
}

export function memoryText({
  hours,
  grownBytes,
  exchangeGrownBytes,
  clientBytes,
  mostBytes,
}: SoakMemory): string {
  return `heap over ${hours.toFixed(1)} h: ${megabytes(grownBytes)} in all, of which the exchange's own memory ${megabytes(exchangeGrownBytes)}; the client ${megabytes(clientBytes)}, at most ${megabytes(mostBytes)}\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** A soak for a person to read: reconnects by cause, accounts, memory, and what was violated. */
export function soakText(result: SoakResult): string {
  const { options, connections, fills, orders, memory, violations } = result;
  const lines = [
    `${options.hours} simulated hours, ${options.faults} faults, seed ${options.seed}: ${(result.wallMs / 1_000).toFixed(1)} s`,
    `${result.frames} frames, ${result.refusedFrames} refused, ${result.gaps} gaps; ${result.rest.requests} REST requests, ${result.rest.failed} of them failed; ${result.booksCompared} books compared`,
    `orders: ${orders.accepted} accepted, ${orders.rejected} rejected, ${orders.unknown} unknown`,
    `fills: ${fills.booked} booked once: ${fills.streamed} by the stream, ${fills.repaired} by REST; ${fills.repeated} told again`,
    '',
    row('cause', 'injected', 'reconnects', 'longest away'),
    ...connections
      .table()
      .map(({ cause, injected, reconnects, longestMs }) =>
        row(
          cause,
          String(injected),
          String(reconnects),
          reconnects === 0 ? '' : `${(longestMs / 1_000).toFixed(1)} s`,
        ),
      ),
    '',
    ...memory.map(
      ({ atHour, heapBytes, timers, sockets }) =>
        `hour ${atHour.toFixed(1).padStart(4)}: ${(heapBytes / 1e6).toFixed(1)} MB after a collection, ${timers} timers, ${sockets} ends of sockets`,
    ),
    '',
    violations.length === 0 ? 'nothing was violated' : `${violations.length} violations:`,
    ...violations.slice(0, 40).map((violation) => `  ${violation}`),
  ];
  return `${lines.join('\n')}\n`;
}

function row(cause: string, injected: string, reconnects: string, away: string): string {
  return `${cause.padEnd(24)} ${injected.padStart(8)} ${reconnects.padStart(10)} ${away.padStart(13)}`;
}
