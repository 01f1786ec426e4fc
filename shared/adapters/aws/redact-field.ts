const REDACTED = '[redacted]';

const SECRET_NAME =
  /secret|token|passw|authoriz|credential|signature|cookie|(api|access|private)[-_]?key|pem$/i;
const PEM = /-----BEGIN[^-]*-----[\s\S]*?(?:-----END[^-]*-----|$)/g;
/** Address with a scheme; what stands before `@` and after `?` or `#` may hold a key. */
const ADDRESS = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#@"']*@)?([^\s?#"']*)([?#][^\s"']*)?/gi;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;

/**
 * A field's value without what nobody may read in a log: all of it when the name says that it is a secret; otherwise
 * private keys, credentials and the query of each address in a text.
 */
export function redactField(
  name: string,
  value: string | number | boolean | null,
): string | number | boolean | null {
  if (value === null || typeof value === 'boolean') return value;
  if (SECRET_NAME.test(name)) return REDACTED;
  return typeof value === 'string' ? redactText(value) : value;
}

function redactText(text: string): string {
  return text
    .replaceAll(PEM, REDACTED)
    .replaceAll(BEARER, `$1 ${REDACTED}`)
    .replaceAll(
      ADDRESS,
      (_, scheme: string, user: string | undefined, rest: string, query: string | undefined) =>
        scheme +
        (user === undefined ? '' : `${REDACTED}@`) +
        rest +
        (query === undefined ? '' : `${query[0]}${REDACTED}`),
    );
}
