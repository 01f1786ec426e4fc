/** What one look at a source tells of it: whether it lets us in, what of what we asked is there, and how old that is. */
export type FeedProbe = {
  readonly feed: string;
  /** `unknown` when it could not be reached, or says nothing of keys before they are used. */
  readonly auth: 'ok' | 'refused' | 'not_needed' | 'unknown';
  /** Leagues, books or sports by our names: what was asked for, and what something was said of. */
  readonly coverage: { readonly asked: readonly string[]; readonly seen: readonly string[] };
  /** Age in milliseconds of the newest thing that it said, by its own time; null when it said nothing. */
  readonly newestAgeMs: number | null;
  /** What is left of what was paid for; null where it counts nothing. */
  readonly quota: { readonly remaining: number | null; readonly used: number | null } | null;
  /** What keeps it from being used and what to do about it; null for nothing. Never a key, never an address with one. */
  readonly problem: string | null;
};
