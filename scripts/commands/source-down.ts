import type { SourceDown } from '../../shared/ports/streams.ts';

/** What helps; more of it stands in docs/runbooks/source-down.md. */
const HELPS: Readonly<Record<SourceDown['code'], string>> = {
  unauthorized: 'put another key into its secret and restart the feeder',
  denied: 'look whether its plan has this, put another key into its secret and restart the feeder',
  quota_exhausted: 'wait for its renewal, buy credits, or ask less often',
  empty: 'look whether it lists games of feeds.leagues now, and the books of feeds.books',
  breaker_open: 'it is tried again by itself; look at its status page when it stays so',
};

/** Why a source is down, and what to do about it. */
export function downInWords({ code, detail }: SourceDown): string {
  return `${code}: ${detail}; ${HELPS[code]}`;
}
