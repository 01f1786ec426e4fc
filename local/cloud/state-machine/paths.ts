import { hasStep, stepsOf } from '../input-path.ts';
import { MachineRefusal, StateError } from './state-error.ts';

/** Where the paths of a state look: its input, and the context object behind `$$`. */
export type Sight = { readonly input: unknown; readonly context: unknown };

export type PathReader = (sight: Sight) => unknown;

/** What a path gives when there is nothing at its end. */
export const ABSENT = Symbol('absent');

/** Compiles a reference path, `$.a[0]` of the input or `$$.Execution.Id` of the context. `where` names state and field. */
export function compilePath(path: unknown, where: string): PathReader {
  const { steps, ofContext } = readPath(path, where);
  return (sight) => follow(ofContext ? sight.context : sight.input, steps);
}

/** Compiles a place to write to, `$` or `$.a.b`: it gives a copy of a document with a value there. */
export function compileWriter(
  path: unknown,
  where: string,
): (document: unknown, value: unknown) => unknown {
  const { steps, ofContext } = readPath(path, where);
  if (ofContext) throw new MachineRefusal(`${where}: a result is not written to the context`);
  return (document, value) => {
    if (steps.length > 0 && !isObject(document)) {
      throw new StateError(
        'States.ResultPathMatchFailure',
        `Unable to apply ReferencePath ${String(path)} to input ${JSON.stringify(document)}`,
      );
    }
    return writeAt(document, steps, value, String(path));
  };
}

/** What a path gives, or a failure of the state with the given error name. */
export function mustFind(reader: PathReader, sight: Sight, error: string, path: unknown): unknown {
  const value = reader(sight);
  if (value !== ABSENT) return value;
  throw new StateError(
    error,
    `The path ${JSON.stringify(path)} could not be found in the input ${JSON.stringify(sight.input)}`,
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readPath(
  path: unknown,
  where: string,
): { readonly steps: readonly string[]; readonly ofContext: boolean } {
  if (typeof path !== 'string') {
    throw new MachineRefusal(`${where} is a path, not ${JSON.stringify(path)}`);
  }
  const ofContext = path.startsWith('$$');
  try {
    return { steps: stepsOf(ofContext ? path.slice(1) : path), ofContext };
  } catch (error) {
    throw new MachineRefusal(`${where}: ${error instanceof Error ? error.message : ''}`);
  }
}

function follow(root: unknown, steps: readonly string[]): unknown {
  let value: unknown = root;
  for (const step of steps) {
    if (!hasStep(value, step)) return ABSENT;
    value = Reflect.get(value, step);
  }
  return value;
}

function writeAt(
  document: unknown,
  steps: readonly string[],
  value: unknown,
  path: string,
): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(document)) {
    const items: readonly unknown[] = document;
    if (!/^\d+$/.test(step) || Number(step) >= items.length) {
      throw new StateError(
        'States.ResultPathMatchFailure',
        `${path} is not in ${JSON.stringify(document)}`,
      );
    }
    return items.with(Number(step), writeAt(items[Number(step)], rest, value, path));
  }
  const fields = isObject(document) ? document : {};
  return { ...fields, [step]: writeAt(fields[step], rest, value, path) };
}
