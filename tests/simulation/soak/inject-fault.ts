import type { ScriptedFault } from './fault-script.ts';
import type { SoakWorld } from './soak-world.ts';

/** Further from the exchange's clock than any signature may be. */
const SKEW_MS = 45_000;
const CLOSES_AFTER_MS = 5_000;
const DETERMINED_AFTER_MS = 60_000;

const ONCE = { probability: 1, untilMs: null } as const;
const EVERY_FRAME = { channels: null, connection: null } as const;
const EVERY_REQUEST = { method: null, path: null } as const;

/** Does to a world what the script says, now. */
export function injectFault(world: SoakWorld, { fault }: ScriptedFault): void {
  const { clock, faults, venue } = world;
  const nowMs = clock.nowMs();
  switch (fault.kind) {
    case 'frames': {
      const scope = { channels: fault.channels, connection: null };
      faults.frames.inject(fault.fault, scope, { ...ONCE, count: 1 });
      return;
    }
    case 'requests':
      faults.requests.inject(fault.fault, EVERY_REQUEST, {
        count: null,
        probability: 1,
        untilMs: nowMs + fault.forMs,
      });
      return;
    case 'clock_skew':
      faults.clock.skew(SKEW_MS, { untilMs: nowMs + fault.forMs });
      faults.frames.inject({ kind: 'drop' }, EVERY_FRAME, { ...ONCE, count: 'each' });
      return;
    case 'deactivation': {
      const market = world.anyOpen();
      if (market === undefined) return;
      venue.deactivate(market.ticker, nowMs);
      clock.after(fault.forMs, 'a market is active again', () => {
        venue.reactivate(market.ticker, clock.nowMs());
      });
      return;
    }
    case 'early_close': {
      const market = world.anyOpen();
      if (market === undefined) return;
      venue.moveClose(market.ticker, nowMs + CLOSES_AFTER_MS, nowMs);
      clock.after(DETERMINED_AFTER_MS, 'a market is determined', () => {
        venue.determine(market.ticker, { kind: 'yes' }, clock.nowMs());
      });
    }
  }
}
