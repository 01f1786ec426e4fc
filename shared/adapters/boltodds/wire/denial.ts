import type { SourceDown } from '../../../ports/streams.ts';

const KEY = /\b(api[ _-]?key|key|token|unauthori[sz]ed|unauthenticated|authenticat\w*)\b/i;
const BAD =
  /\b(invalid|unknown|missing|expired|revoked|wrong|bad|required|failed|unauthori[sz]ed)\b/i;
const DENIED =
  /\b(denied|forbidden|not (allowed|permitted|authori[sz]ed|entitled)|no access|upgrade your|plan (does|is)|(subscription|account|trial) (is |has )?(expired|inactive|cancell?ed|suspended|required)|too many (concurrent )?connections)\b/i;

/**
 * Whether what the feed says in an `error` frame means that this key gets nothing, now or at all. Its words are not
 * documented: what is not recognised is shown and not acted on.
 */
export function denialOf(
  message: string,
): Extract<SourceDown['code'], 'unauthorized' | 'denied'> | null {
  if (KEY.test(message) && BAD.test(message)) return 'unauthorized';
  return DENIED.test(message) ? 'denied' : null;
}
