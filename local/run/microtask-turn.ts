import { setImmediate } from 'node:timers/promises';
import type { Turn } from '../../shared/simulator/scheduler.ts';

/**
 * How a virtual clock of this process waits for what follows from an event. Node comes to what `nextTick` was given
 * only when no microtask is left, and needs no turn of its event loop for it, which takes six times as long. Meanwhile
 * nothing of the process is heard, so now and then there is a turn of the loop itself.
 */
export const VIRTUAL_TURNS: { readonly turn: Turn; readonly loopTurn: Turn } = {
  turn: () => new Promise((resolve) => process.nextTick(resolve)),
  loopTurn: () => setImmediate(),
};
