/** Kinds of things that the exchange names; each has its own range of ids. */
const PREFIX = {
  order: '0f0e0d0c',
  trade: '7d7c7b7a',
  group: '9b9a9998',
  fee_change: '5f5e5d5c',
  transfer: '3f3e3d3c',
  cash: '2f2e2d2c',
  key: '1f1e1d1c',
} as const;

/** The n-th id of a kind in the form of a UUID: a function of the count alone, so that equal runs give equal ids. */
export function deterministicId(kind: keyof typeof PREFIX, n: number): string {
  return `${PREFIX[kind]}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
