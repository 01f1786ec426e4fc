import { ASL_FEATURES } from './asl-features.ts';
import {
  refuseOtherLanguages,
  refuseOthers,
  secondsOf,
  type FunctionLookup,
  type Loading,
} from './load-fields.ts';
import { loadState } from './load-state.ts';
import type { Machine, State } from './machine.ts';
import { isObject } from './paths.ts';
import { MachineRefusal } from './state-error.ts';

/**
 * Reads a JSONPath definition and compiles its paths. Throws a MachineRefusal that names state and field for whatever is
 * malformed, leads nowhere, or is not served here.
 */
export function loadMachine(definition: unknown, functions: FunctionLookup): Machine {
  const loading: Loading = {
    functions,
    level: (inner, where, extraFields) =>
      loadLevel(inner, where, [...ASL_FEATURES.level, ...extraFields], loading),
  };
  return loadLevel(definition, 'the machine', ASL_FEATURES.machine, loading);
}

/** A machine, a branch or an item processor: states of their own. */
function loadLevel(
  definition: unknown,
  where: string,
  fields: readonly string[],
  loading: Loading,
): Machine {
  if (!isObject(definition)) {
    throw new MachineRefusal(`${where} is an object, not ${JSON.stringify(definition)}`);
  }
  refuseOthers(definition, fields, where);
  refuseOtherLanguages(definition, where);
  const { StartAt: startAt, States: rawStates } = definition;
  if (!isObject(rawStates)) throw new MachineRefusal(`${where}.States is an object of states`);
  const states = new Map<string, State>();
  for (const [name, raw] of Object.entries(rawStates)) {
    states.set(name, loadState(name, raw, loading));
  }
  if (typeof startAt !== 'string' || !states.has(startAt)) {
    throw new MachineRefusal(`${where}.StartAt is a state, not ${JSON.stringify(startAt)}`);
  }
  for (const state of states.values()) checkTargets(state, states);
  return {
    startAt,
    states,
    timeoutMs: secondsOf(definition['TimeoutSeconds'], `${where}.TimeoutSeconds`),
  };
}

function checkTargets(state: State, states: ReadonlyMap<string, State>): void {
  const { work } = state;
  const targets = [
    ...(state.next === null ? [] : [state.next]),
    ...state.catchers.map(({ next }) => next),
    ...(work.kind === 'choice' ? work.rules.map(({ next }) => next) : []),
    ...(work.kind === 'choice' && work.otherwise !== null ? [work.otherwise] : []),
  ];
  const missing = targets.find((target) => !states.has(target));
  if (missing !== undefined) {
    throw new MachineRefusal(
      `state ${state.name} leads to ${missing}, which is not a state beside it`,
    );
  }
}
