/**
 * What a text says without its secrets, also where they stand encoded as in an address. A vendor may repeat a request in
 * what it refuses. Empty secrets are none.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams([['', secret]]).toString().slice(1),
    ]);
  const longestFirst = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  return (text) =>
    longestFirst.reduce((redacted, spelling) => redacted.replaceAll(spelling, '<key>'), text);
}
