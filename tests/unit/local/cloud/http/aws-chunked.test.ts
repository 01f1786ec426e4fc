import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../../../local/cloud/http/aws-chunked.ts';

const decode = (text: string, length: number | null = null): readonly [string, object] => {
  const { body, trailers } = decodeAwsChunked(Buffer.from(text, 'latin1'), length);
  return [body.toString('latin1'), trailers];
};

describe('aws-chunked', () => {
  it.each([
    ['one chunk', '5\r\nhello\r\n0\r\n\r\n', 'hello', {}],
    ['several, with line ends in them', '3\r\na\r\n\r\n1\r\nb\r\n0\r\n\r\n', 'a\r\nb', {}],
    ['signed ones', '2;chunk-signature=ab\r\nhi\r\n0;chunk-signature=cd\r\n\r\n', 'hi', {}],
    [
      'trailers',
      'A\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:aGk=\r\n\r\n',
      '0123456789',
      { 'x-amz-checksum-crc32': 'aGk=' },
    ],
    ['nothing', '0\r\n\r\n', '', {}],
  ])('with %s is read', (_what, text, body, trailers) => {
    expect(decode(text, body.length)).toEqual([body, trailers]);
  });

  it.each([
    ['ends within a chunk', '5\r\nhel', null],
    ['has a chunk that is longer than it says', '2\r\nhello\r\n0\r\n\r\n', null],
    ['has a size that is no number', 'x\r\nhello\r\n0\r\n\r\n', null],
    ['never ends', '5\r\nhello\r\n', null],
    ['has another length than was said', '5\r\nhello\r\n0\r\n\r\n', 6],
  ])('that %s is refused', (_what, text, length) => {
    expect(() => decode(text, length)).toThrow(/terminated unexpectedly or its chunks/);
  });
});
