import * as z from 'zod';
import { refusedAddress } from './exchange-address.ts';
import {
  FEEDER_READS,
  FUNCTIONS,
  VARIABLES,
  type FunctionName,
  type VariableName,
} from './functions.ts';

const text = z.string().min(1).max(2_000);
const url = (protocols: RegExp) => z.url({ protocol: protocols, hostname: /./ });
const rest = url(/^https?$/);
const socket = url(/^wss?$/);

/** What each variable must look like; the words complete "must be". */
const FORMS: Readonly<Record<VariableName, { readonly schema: z.ZodType; readonly is: string }>> = {
  FAIRLINE_STAGE: {
    schema: z.enum(['replay', 'paper', 'demo', 'live']),
    is: 'one of replay, paper, demo, live',
  },
  FAIRLINE_CONFIG: {
    schema: z.string().refine(isJsonObject),
    is: 'a JSON object, {} for the defaults',
  },
  FAIRLINE_NAMESPACE: { schema: z.guid(), is: 'a UUID' },
  TABLE_PREFIX: {
    schema: z.string().regex(/^[a-zA-Z0-9_.-]{1,200}$/),
    is: 'letters, digits, dots, dashes and underscores',
  },
  INTENTS_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  TICKS_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  HELD_TICKS_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  ORDER_UPDATES_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  HISTORY_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  FEEDER_COMMANDS_QUEUE_URL: { schema: rest, is: 'an http or https address' },
  BUS_NAME: { schema: text, is: 'a name' },
  KALSHI_REST_URL: { schema: rest, is: 'an http or https address' },
  KALSHI_WS_URL: { schema: socket, is: 'a ws or wss address' },
  KALSHI_SECRET_ID: { schema: text, is: 'the name or ARN of a secret' },
  BOLTODDS_WS_URL: { schema: socket, is: 'a ws or wss address' },
  BOLTODDS_REST_URL: { schema: rest, is: 'an http or https address' },
  BOLTODDS_SECRET_ID: { schema: text, is: 'the name or ARN of a secret' },
  ODDS_API_URL: { schema: rest, is: 'an http or https address' },
  ODDS_API_SECRET_ID: { schema: text, is: 'the name or ARN of a secret' },
  BALLDONTLIE_URL: { schema: rest, is: 'an http or https address' },
  BALLDONTLIE_SECRET_ID: { schema: text, is: 'the name or ARN of a secret' },
  SCOREBOARD_URL: { schema: rest, is: 'an http or https address' },
  DATABASE_CLUSTER_ARN: { schema: text, is: 'an ARN' },
  DATABASE_SECRET_ARN: { schema: text, is: 'an ARN' },
  DATABASE_NAME: { schema: text, is: 'the name of a database' },
  RECORDINGS_BUCKET: { schema: text, is: 'the name of a bucket' },
  REPORTS_BUCKET: { schema: text, is: 'the name of a bucket' },
  ALERTS_TOPIC_ARN: { schema: text, is: 'an ARN' },
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names every variable that is missing or wrong. Values are not shown: an address may hold a key. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not complete:\n${problems.join('\n')}`);
    this.problems = problems;
  }
}

/** The variables asked for, checked. Throws an {@link EnvironmentError} with all that is wrong at once. */
export function readEnvironment<Name extends VariableName>(
  names: readonly Name[],
  environment: Environment,
): Readonly<Record<Name, string>> {
  const problems: string[] = [];
  const entries = names.map((name): [Name, string] => {
    const value = environment[name] ?? '';
    const { schema, is } = FORMS[name];
    if (value === '') problems.push(`${name} is not set: it is to hold ${VARIABLES[name]}`);
    else if (!schema.safeParse(value).success)
      problems.push(`${name} must be ${is}: it is to hold ${VARIABLES[name]}`);
    return [name, value];
  });
  if (problems.length === 0) problems.push(...wrongExchange(new Map(entries)));
  if (problems.length > 0) throw new EnvironmentError(problems);
  return Object.fromEntries(entries) as Readonly<Record<Name, string>>;
}

/** Which addresses of the exchange belong to another stage than the one that is set. */
function wrongExchange(values: ReadonlyMap<VariableName, string>): readonly string[] {
  const stage = values.get('FAIRLINE_STAGE');
  if (stage === undefined) return [];
  return (['KALSHI_REST_URL', 'KALSHI_WS_URL'] as const).flatMap((name) => {
    const address = values.get(name);
    const why = address === undefined ? null : refusedAddress(stage, address);
    return why === null ? [] : [`${name} ${why}`];
  });
}

/**
 * The variables of one deployed process, all of them checked: what infrastructure sets for it and nothing else. Throws an
 * {@link EnvironmentError}; asking for one that is not set for it is a bug, also where it happens to be there.
 */
export function processEnvironment(
  name: FunctionName | 'feeder',
  environment: Environment,
): (variable: VariableName) => string {
  const values: Readonly<Partial<Record<VariableName, string>>> = readEnvironment(
    readsOf(name),
    environment,
  );
  return (variable) => {
    const value = values[variable];
    if (value === undefined)
      throw new Error(`${name} reads ${variable} only when its definition says so`);
    return value;
  };
}

function readsOf(name: FunctionName | 'feeder'): readonly VariableName[] {
  return name === 'feeder'
    ? FEEDER_READS
    : FUNCTIONS.flatMap((definition) => (definition.name === name ? definition.reads : []));
}

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
