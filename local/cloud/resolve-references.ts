import type { Wiring } from '../../shared/contracts/environment/wiring.ts';
import { arnOf, LOCAL_DATABASE, queueUrlOf, type ResourceKind } from './cloud-names.ts';

export type Endpoints = {
  /** Where the local cloud is reached, such as http://127.0.0.1:4566. */
  readonly cloud: string;
  /** What only the run knows, for `${runtime:<VARIABLE>}`. */
  readonly runtime: Readonly<Record<string, string>>;
};

type Environment = Readonly<Record<string, string>>;

const WITH_ARN: readonly ResourceKind[] = [
  'queue',
  'table',
  'function',
  'bus',
  'stateMachine',
  'topic',
  'bucket',
  'secret',
];

/** Fills in the references of an environment of the wiring, `${queue:intents.url}` and the like; throws for others. */
export function resolveEnvironment(
  environment: Environment,
  endpoints: Endpoints,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, resolveText(value, endpoints)]),
  );
}

/** The references of a text filled in. Without endpoints an address of a queue is refused. */
function resolveText(text: string, endpoints: Endpoints | null): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, reference: string) => {
    const value = valueOf(reference, endpoints);
    if (value !== null) return value;
    throw new Error(
      `"${whole}" cannot be filled in; there are \${queue:name.url}, \${kind:name.name} and \${kind:name.arn} with a kind of ${WITH_ARN.join(', ')}, \${database:clusterArn}, \${database:secretArn}, and \${runtime:VARIABLE} with one of ${Object.keys(endpoints?.runtime ?? {}).join(', ') || '(none)'}`,
    );
  });
}

/** Definitions of state machines with the references of their texts filled in. */
export function resolveMachines(
  machines: Wiring['stateMachines'],
): Readonly<Record<string, { readonly definition: unknown }>> {
  return Object.fromEntries(
    Object.entries(machines).map(([name, { definition }]) => [
      name,
      { definition: resolveJson(definition) },
    ]),
  );
}

/** A JSON document with the references of its texts filled in. */
export function resolveJson(value: unknown): unknown {
  if (typeof value === 'string') return resolveText(value, null);
  if (Array.isArray(value)) return value.map(resolveJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolveJson(each)]));
}

function valueOf(reference: string, endpoints: Endpoints | null): string | null {
  if (reference === 'database:clusterArn') return arnOf('database', LOCAL_DATABASE);
  if (reference === 'database:secretArn') return arnOf('secret', LOCAL_DATABASE);
  if (reference.startsWith('runtime:')) {
    return endpoints?.runtime[reference.slice('runtime:'.length)] ?? null;
  }
  const match = /^(\w+):([\w./-]+)\.(url|name|arn)$/.exec(reference);
  const [, kind, name = '', attribute] = match ?? [];
  const known = WITH_ARN.find((each) => each === kind);
  if (known === undefined) return null;
  if (attribute === 'arn') return arnOf(known, name);
  if (attribute === 'name') return name;
  return known === 'queue' && endpoints !== null ? queueUrlOf(endpoints.cloud, name) : null;
}
