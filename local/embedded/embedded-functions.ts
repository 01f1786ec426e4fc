import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { LambdaHandler } from '../cloud/functions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Environment = Readonly<Record<string, string>>;
type Host = { readonly write: (line: string) => void };

/** What compose.ts of a function exports, as far as a host needs it. */
type ComposeModule = {
  readonly compose: (environment: Environment, host: Host) => (event: never) => Promise<unknown>;
};

/** The deployed handler of a folder, composed of its adapters with this environment when it is first called. */
export function embeddedFunction(
  folder: string,
  environment: Environment,
  host: Host,
): LambdaHandler {
  let composed: Promise<(event: never) => Promise<unknown>> | null = null;
  return async (event) => {
    composed ??= load(folder).then(({ compose }) => compose(environment, host));
    const handler = await composed;
    // Each handler takes the event of what calls it by the wiring.
    return handler(event as never);
  };
}

async function load(folder: string): Promise<ComposeModule> {
  const file = pathToFileURL(join(ROOT, folder, 'compose.ts')).href;
  const loaded: unknown = await import(file);
  invariant(
    typeof loaded === 'object' && loaded !== null && 'compose' in loaded,
    `${folder}/compose.ts exports compose`,
  );
  return loaded as ComposeModule;
}
