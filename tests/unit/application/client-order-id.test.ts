import { describe, expect, it } from 'vitest';
import { entryOrderId, exitOrderId, uuidV5 } from '../../../shared/application/client-order-id.ts';

const NAMESPACE = '6f0f3a3e-52d5-5d0a-9a3b-6c6f2f1d7e11';
const ENTRY = { market: 'KX-1', leg: 'yes', generation: 3 } as const;
const EXIT = { positionId: 'position-1', generation: 1, attempt: 1 } as const;

describe('uuidV5', () => {
  it('gives the example of RFC 9562, appendix A.4', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    expect(uuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('reads the namespace in either case and marks version and variant', () => {
    expect(uuidV5(NAMESPACE.toUpperCase(), 'x')).toBe(uuidV5(NAMESPACE, 'x'));
    for (const name of ['', 'a', 'é', 'entry|KX|yes|0'])
      expect(uuidV5(NAMESPACE, name)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
  });
});

describe('client order ids', () => {
  it('are the same for the same decision, and different when anything in it is different', () => {
    const others = [
      entryOrderId(NAMESPACE, { ...ENTRY, market: 'KX-2' }),
      entryOrderId(NAMESPACE, { ...ENTRY, leg: 'no' }),
      entryOrderId(NAMESPACE, { ...ENTRY, generation: 4 }),
      entryOrderId('6ba7b810-9dad-11d1-80b4-00c04fd430c8', ENTRY),
      exitOrderId(NAMESPACE, EXIT),
      exitOrderId(NAMESPACE, { ...EXIT, positionId: 'position-2' }),
      exitOrderId(NAMESPACE, { ...EXIT, generation: 2 }),
      exitOrderId(NAMESPACE, { ...EXIT, attempt: 2 }),
    ];
    expect(entryOrderId(NAMESPACE, ENTRY)).toBe(entryOrderId(NAMESPACE, { ...ENTRY }));
    expect(new Set([entryOrderId(NAMESPACE, ENTRY), ...others]).size).toBe(others.length + 1);
  });

  it('do not confuse a generation with an attempt', () => {
    expect(exitOrderId(NAMESPACE, { ...EXIT, generation: 1, attempt: 12 })).not.toBe(
      exitOrderId(NAMESPACE, { ...EXIT, generation: 11, attempt: 2 }),
    );
  });
});
