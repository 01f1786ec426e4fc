import { expect, it } from 'vitest';
import { redactor } from '../../../../shared/adapters/http/redact.ts';

const SECRET = 'a/b "c"+d';

it.each([
  ['as it is', SECRET],
  ['in an address', encodeURIComponent(SECRET)],
  ['in an address, in lower case', 'a%2fb%20%22c%22%2bd'],
  ['in a form', 'a%2Fb+%22c%22%2Bd'],
  ['in JSON', String.raw`a/b \"c\"+d`],
  ['in JSON that escapes slashes', String.raw`a\/b \"c\"+d`],
])('a secret that stands %s is not left', (_, spelling) => {
  expect(redactor([SECRET])(`key=${spelling}&x`)).toBe('key=<key>&x');
});

it('no secret is nothing to look for', () => {
  expect(redactor([''])('as it was')).toBe('as it was');
});
