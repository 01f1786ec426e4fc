import type { RequestQuery } from './wire/request-query.ts';

/** One request of the exchange's REST interface. The path is below `/trade-api/v2`. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query: RequestQuery;
  readonly body: string | null;
};

/** What came back, or why nothing did. Nothing came back says nothing about whether the exchange acted. */
export type HttpReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly cause: 'timeout' | 'connection_reset' };

/** Carries requests: signed over sockets in production, straight into the simulated exchange in the virtual world. */
export interface HttpTransport {
  request(request: HttpRequest): Promise<HttpReply>;
}
