import * as z from 'zod';
import {
  FEEDER_READS,
  VARIABLES,
  type VariableName,
} from '../../shared/contracts/environment/functions.ts';

const text = z.string().min(1).max(2_000);
const rest = z.url({ protocol: /^https?$/ });
const socket = z.url({ protocol: /^wss?$/ });

/** What a variable must look like beyond a text; the words complete "must be". */
const FORMS: Readonly<
  Partial<Record<VariableName, { readonly schema: z.ZodType; readonly is: string }>>
> = {
  FAIRLINE_STAGE: {
    schema: z.enum(['replay', 'paper', 'demo', 'live']),
    is: 'one of replay, paper, demo, live',
  },
  FAIRLINE_CONFIG: {
    schema: z.string().refine(isJsonObject),
    is: 'a JSON object, {} for the defaults',
  },
  FAIRLINE_NAMESPACE: { schema: z.guid(), is: 'a UUID' },
  TICKS_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  HELD_TICKS_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  ORDER_UPDATES_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  KALSHI_REST_URL: { schema: rest, is: 'an http or https address' },
  SCOREBOARD_URL: { schema: rest, is: 'an http or https address' },
  KALSHI_WS_URL: { schema: socket, is: 'a ws or wss address' },
  BOLTODDS_WS_URL: { schema: socket, is: 'a ws or wss address' },
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names every variable that is missing or wrong. Values are not shown: an address may hold a key. */
export class FeederEnvironmentError extends Error {
  override readonly name = 'FeederEnvironmentError';

  constructor(problems: readonly string[]) {
    super(`The feeder's environment is not complete:\n${problems.join('\n')}`);
  }
}

/** What the feeder reads of the environment, checked. Throws with all that is wrong at once. */
export function feederEnvironment(environment: Environment): (name: VariableName) => string {
  const problems: string[] = [];
  const values = new Map<string, string>();
  for (const name of FEEDER_READS) {
    const value = environment[name] ?? '';
    const { schema, is } = FORMS[name] ?? { schema: text, is: 'a text' };
    if (value === '') problems.push(`${name} is not set: it is to hold ${VARIABLES[name]}`);
    else if (!schema.safeParse(value).success)
      problems.push(`${name} must be ${is}: it is to hold ${VARIABLES[name]}`);
    values.set(name, value);
  }
  if (problems.length > 0) throw new FeederEnvironmentError(problems);
  return (name) => values.get(name) ?? '';
}

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
