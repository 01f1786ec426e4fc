import type { CloudQueue } from './cloud-queue.ts';
import type { Deliver, Delivery } from './event-bus.ts';
import type { Functions } from './functions.ts';
import type { StateMachines } from './state-machine/state-machines.ts';

/**
 * Hands payloads of rules and schedules to what they call. A function is called once: Lambda would try a failed
 * asynchronous invocation twice more, which nothing here may count on.
 */
export function makeDeliver(parts: {
  readonly queues: ReadonlyMap<string, CloudQueue>;
  readonly functions: Functions;
  readonly stateMachines: StateMachines;
}): Deliver {
  const { queues, functions, stateMachines } = parts;
  return async (target, payload) => {
    switch (target.kind) {
      case 'queue': {
        const queue = queues.get(target.name);
        if (queue === undefined) return failed(`there is no queue ${target.name}`);
        queue.send([JSON.stringify(payload ?? null)]);
        return DELIVERED;
      }
      case 'function': {
        const result = await functions.invoke(target.name, payload ?? null);
        if (result.kind === 'returned') return DELIVERED;
        return failed(`${result.errorType}: ${result.errorMessage}`);
      }
      case 'stateMachine': {
        const start = stateMachines.startExecution({ machine: target.name, input: payload });
        return start.kind === 'refused' ? failed(start.message) : DELIVERED;
      }
    }
  };
}

const DELIVERED: Delivery = { kind: 'delivered' };

function failed(why: string): Delivery {
  return { kind: 'failed', why };
}
