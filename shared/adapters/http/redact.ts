/**
 * What a text says without its secrets, also where they stand encoded as in an address or in JSON. A vendor may
 * repeat a request in what it refuses. Empty secrets are none.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      encodeURIComponent(secret).replace(/%../g, (octet) => octet.toLowerCase()),
      new URLSearchParams([['', secret]]).toString().slice(1),
      jsonOf(secret),
      // Some write a slash so.
      jsonOf(secret).replaceAll('/', String.raw`\/`),
    ]);
  const longestFirst = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  return (text) =>
    longestFirst.reduce((redacted, spelling) => redacted.replaceAll(spelling, '<key>'), text);
}

function jsonOf(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
