import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../shared/adapters/kalshi/http-transport.ts';

/** What a path is answered with: a body for a 200, or a whole reply; a list is given one at a time, its last for good. */
export type ScriptedAnswer = object | string | HttpReply;
type Script = Readonly<
  Record<string, ScriptedAnswer | readonly ScriptedAnswer[] | ((request: HttpRequest) => unknown)>
>;

export const status = (code: number, body = ''): HttpReply => ({
  kind: 'answered',
  status: code,
  body,
});
export const LOST: HttpReply = { kind: 'failed', cause: 'timeout' };

/** Answers requests as a script says, by path; what is not in it is not known (404). Remembers the requests. */
export class ScriptedRest implements HttpTransport {
  readonly requests: HttpRequest[] = [];
  readonly #script: Script;
  readonly #given = new Map<string, number>();

  constructor(script: Script) {
    this.#script = script;
  }

  request(request: HttpRequest): Promise<HttpReply> {
    this.requests.push(request);
    const said = this.#script[request.path];
    if (said === undefined) return Promise.resolve(status(404, '{"error":{"code":"not_found"}}'));
    if (typeof said === 'function') return Promise.resolve(replyOf(said(request)));
    if (!Array.isArray(said)) return Promise.resolve(replyOf(said));
    const given = this.#given.get(request.path) ?? 0;
    this.#given.set(request.path, given + 1);
    return Promise.resolve(replyOf(said[Math.min(given, said.length - 1)]));
  }

  /** The parameters of the requests of a path, in order. */
  queriesOf(path: string): readonly HttpRequest['query'][] {
    return this.requests.filter((request) => request.path === path).map(({ query }) => query);
  }
}

function replyOf(said: unknown): HttpReply {
  if (typeof said === 'string') return status(200, said);
  return isReply(said) ? said : status(200, JSON.stringify(said));
}

function isReply(said: unknown): said is HttpReply {
  return (
    typeof said === 'object' &&
    said !== null &&
    'kind' in said &&
    (said.kind === 'answered' || said.kind === 'failed')
  );
}
