import type { RequestQuery } from '../../shared/adapters/kalshi/wire/request-query.ts';
import { answerRest, type RestRequest } from '../../shared/simulator/exchange/rest-router.ts';
import type { Desk } from './exchange-desk.ts';

export type RestAnswer = {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
};
export type Rest = (
  account: string,
  request: `${RestRequest['method']} ${string}`,
  more?: { readonly body?: object | string; readonly query?: RequestQuery },
) => RestAnswer;

/** Sends requests to the exchange of a desk as they come off the wire; an empty body reads as an empty object. */
export function restOf(desk: Desk): Rest {
  return (account, request, { body, query = {} } = {}) => {
    const [method, path] = request.split(' ') as [RestRequest['method'], string];
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = answerRest(
      desk.exchange,
      account,
      { method, path, query, body: text },
      desk.nowMs(),
    );
    return {
      status: answer.status,
      json: JSON.parse(answer.body === '' ? '{}' : answer.body) as RestAnswer['json'],
    };
  };
}

/** The code of an error answer with its status. */
export function codeOf({ status, json }: RestAnswer): string {
  const { error } = json as {
    readonly error?: { readonly code: string; readonly details?: string };
  };
  return [status, error?.code, error?.details].filter((part) => part !== undefined).join(' ');
}
