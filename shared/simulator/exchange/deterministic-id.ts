/** Kinds of things that the exchange names; each has its own range of ids. */
const PREFIX = { order: '0f0e0d0c', trade: '7d7c7b7a', group: '9b9a9998' } as const;

/** The n-th id of a kind in the form of a UUID: a function of the count alone, so that equal runs give equal ids. */
export function deterministicId(kind: keyof typeof PREFIX, n: number): string {
  return `${PREFIX[kind]}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
