import type { Environment } from '../../shared/contracts/environment/read-environment.ts';

/** What compose.ts exports: a handler with its adapters, made of an environment. */
export type Compose<Event, Result> = (
  environment: Environment,
) => (event: Event) => Promise<Result>;

/**
 * The entry that Lambda calls. In Lambda the handler is composed while the function starts, where a wrong environment
 * is seen at once; elsewhere (a test, a bundle that is only looked at) at the first call.
 */
export function lambdaEntry<Event, Result>(
  compose: Compose<Event, Result>,
  environment: Environment = process.env,
): (event: Event) => Promise<Result> {
  const isLambda = environment['AWS_LAMBDA_FUNCTION_NAME'] !== undefined;
  let handler = isLambda ? compose(environment) : null;
  return (event) => {
    handler ??= compose(environment);
    return handler(event);
  };
}
