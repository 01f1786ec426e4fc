import type { VenueAnswer } from '../venue-answer.ts';

/** What goes wrong with the answer to one request. */
export type AnswerFault =
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'drop'; readonly after: 'nothing' | 'half' }
  | { readonly kind: 'server_error'; readonly status: 500 | 502 | 503 | 504 }
  | { readonly kind: 'too_many_requests' }
  /** So many bytes before what would have been said. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  | { readonly kind: 'not_json' }
  /** JSON of another form than was ever documented. */
  | { readonly kind: 'not_a_list' }
  /** A list without anything in it. */
  | { readonly kind: 'empty' };

type Planned = { readonly fault: AnswerFault; readonly path: RegExp; left: number };

const HTML = '<html><body><h1>Bad gateway</h1></body></html>';

/** Faults that wait for the next requests to their paths. */
export class AnswerFaults {
  readonly #planned: Planned[] = [];

  /** The next `times` requests whose path fits go wrong so. */
  plan(fault: AnswerFault, path: RegExp = /./, times = 1): void {
    this.#planned.push({ fault, path, left: times });
  }

  /** The fault of a request, which it uses up; null for none. */
  take(path: string): AnswerFault | null {
    const planned = this.#planned.find((one) => one.left > 0 && one.path.test(path));
    if (planned === undefined) return null;
    planned.left -= 1;
    return planned.fault;
  }
}

/** What becomes of an answer. The vendor words its own refusals and its own empty list. */
export function faultedAnswer(
  fault: AnswerFault | null,
  answer: Extract<VenueAnswer, { kind: 'answer' }>,
  own: { readonly tooManyRequests: VenueAnswer; readonly emptyBody: string },
): VenueAnswer {
  if (fault === null) return answer;
  switch (fault.kind) {
    case 'slow':
      return { ...answer, delayMs: fault.delayMs };
    case 'silence':
      return fault;
    case 'drop':
      return fault;
    case 'server_error':
      return { ...answer, status: fault.status, body: HTML };
    case 'too_many_requests':
      return own.tooManyRequests;
    case 'oversized':
      return { ...answer, body: `${' '.repeat(fault.bytes)}${answer.body}` };
    case 'not_json':
      return { ...answer, body: HTML };
    case 'not_a_list':
      return { ...answer, body: '"moved"' };
    case 'empty':
      return { ...answer, body: own.emptyBody };
  }
}
