import type * as z from 'zod';
import { AwsError } from '../parts/aws-error.ts';
import { headerOf, type HttpCall, type HttpReply, type Service } from './http-call.ts';

/** One action: its input checked, then done. */
export type JsonAction = (input: unknown, call: HttpCall) => Promise<object> | object;

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** An action whose input has a shape; what has another one is refused with `code`. */
export function action<T>(
  schema: z.ZodType<T>,
  code: string,
  run: (input: T, call: HttpCall) => Promise<object> | object,
): JsonAction {
  return (input, call) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data, call);
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new AwsError(code, wrong.join('; '));
  };
}

/** A service that is spoken to by AWS JSON 1.0 or 1.1: the action is named in X-Amz-Target. */
export function jsonService(options: {
  readonly actions: Readonly<Record<string, JsonAction>>;
  /** The codes that the service had when it spoke XML, which clients of it still look at. */
  readonly oldCodes?: Readonly<Record<string, string>>;
}): Service {
  const { actions, oldCodes = {} } = options;
  return {
    answer: async (call) => {
      const name = headerOf(call.headers, 'x-amz-target')?.split('.').at(-1) ?? '';
      const run = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (run === undefined)
        throw new AwsError(
          'UnknownOperationException',
          `The local cloud does not serve ${headerOf(call.headers, 'x-amz-target') ?? name}; ` +
            `of this service it has ${Object.keys(actions).join(', ')}.`,
        );
      return jsonReply(await run(parseJson(call.body), call));
    },
    refuse: (error) => {
      const old = oldCodes[error.code] ?? error.code;
      return {
        status: error.status,
        headers: {
          'content-type': CONTENT_TYPE,
          'x-amzn-query-error': `${old};${error.status < 500 ? 'Sender' : 'Receiver'}`,
        },
        body: JSON.stringify({ __type: error.code, message: error.message }),
      };
    },
  };
}

function jsonReply(output: object): HttpReply {
  return {
    status: 200,
    headers: { 'content-type': CONTENT_TYPE },
    body: JSON.stringify(output),
  };
}

export function parseJson(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new AwsError('SerializationException', `The request's body is no JSON: ${why}`);
  }
}
