/** What must hold at all times, by number. The numbers are those of the design's list of invariants and stay. */
export const INVARIANTS = {
  1: 'At most one live or unknown order per intent, and it never fills beyond its count.',
  2: 'The client order id is a function of the intent, stored before the first byte is sent as it is stored.',
  3: 'An unknown outcome forbids any further risk-increasing order in its market.',
  4: 'Order state moves forward only; no message, late or doubled, moves it back.',
  6: 'Every order that adds risk belongs to an order group, its fuse; no exit does.',
  7: 'Sales in flight never exceed the position; an exit never opens the opposite side.',
  9: "Every order's price is strictly between zero and one dollar and on its market's grid.",
  10: 'Cash in the ledger equals cash at the exchange; nothing stands in suspense.',
  11: "A position equals the sum of its fills and the exchange's position.",
  12: 'Each fill of the exchange is booked exactly once.',
  14: 'Each market is settled once, and results plus marks equal the change of equity.',
  15: 'Every amount is an integer in fixed units.',
  16: 'Exposure with unknown orders at their worst stays within every cap.',
  17: 'What is free, reserved and used adds up to the cap in every scope, whatever ran at once.',
  23: 'No entry rests on a stale, one-sided, unarbitrated, missing or invented price.',
  24: "A published book is never crossed or negative, is the exchange's, and its stamps only grow.",
  25: 'Arbitration depends on the set of its inputs, not on their order or number.',
  26: 'Every order has a decision record; the chain verifies and replays to the byte.',
  30: 'Nothing is lost: every message is processed or dead, and none is dead at the end.',
  31: 'Delivering everything again changes nothing.',
  40: 'Every position ends settled or closed, every order is over, the ledger balances.',
} as const;

export type InvariantNumber = keyof typeof INVARIANTS;

export const INVARIANT_NUMBERS = Object.keys(INVARIANTS).map(Number) as readonly InvariantNumber[];
