/**
 * Compiles the path of a part of JSON: $, $.detail, $.detail.market, $.detail['a b'], $.list[0]. It gives undefined
 * where there is nothing. Wildcards, slices and filters are refused.
 */
export function compileInputPath(path: string): (json: unknown) => unknown {
  const steps = stepsOf(path);
  return (json) => {
    let value: unknown = json;
    for (const step of steps) {
      if (!hasStep(value, step)) return undefined;
      value = Reflect.get(value, step);
    }
    return value;
  };
}

/** Whether there is something at a step. A list has its indexes and nothing else, no length. */
export function hasStep(value: unknown, step: string): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, step) && (!Array.isArray(value) || /^\d+$/.test(step));
}

/** The names and indexes of a path, `$` being none; throws for a path that is not served. */
export function stepsOf(path: string): readonly string[] {
  if (!path.startsWith('$')) throw refusal(path);
  const steps: string[] = [];
  let rest = path.slice(1);
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) throw refusal(path);
    const [whole, plain, quoted, index] = match;
    steps.push(plain ?? quoted ?? index ?? '');
    rest = rest.slice(whole.length);
  }
  return steps;
}

const STEP = /^(?:\.([A-Za-z_][\w-]*)|\['([^'\\]+)'\]|\[(\d+)\])/;

function refusal(path: string): Error {
  return new Error(
    `"${path}" is not a path of names and indexes such as $.detail.market or $.legs[0]`,
  );
}
