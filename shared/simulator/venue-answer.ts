/** A GET as it reaches a simulated vendor. */
export type VenueRequest = {
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
};

/** What a simulated vendor does with a request. */
export type VenueAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** It is sent so much later. */
      readonly delayMs: number;
    }
  /** The connection is dropped before an answer, or in the middle of one. */
  | { readonly kind: 'drop'; readonly after: 'nothing' | 'half' }
  /** The answer never comes. */
  | { readonly kind: 'silence' };

/** A vendor's side of an HTTP interface, without a socket. */
export interface AnsweringVenue {
  answer(request: VenueRequest): VenueAnswer;
}
