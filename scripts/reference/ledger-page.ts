import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import { postJournal } from '../../shared/domain/ledger/post.ts';
import type { LedgerAccount } from '../../shared/domain/ledger/posting.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { formatMoney, money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';

/** An account with the parts of its name that vary written large. */
type AccountPattern<A extends LedgerAccount> = A extends `cash:${number}`
  ? 'cash:SHARD'
  : A extends `position:${string}`
    ? 'position:TICKER:LEG'
    : A;

const ACCOUNT_MEANINGS: Readonly<Record<AccountPattern<LedgerAccount>, string>> = {
  'cash:SHARD':
    'Cash on one shard of the exchange. Equal to what the exchange says it holds for us there.',
  'position:TICKER:LEG': 'What is still held of one leg of one market, at cost without fees.',
  fees: 'Everything that the exchange charged, as it charged it.',
  trading_result:
    'Proceeds of sales less the cost of what was sold, before fees. A gain is a credit.',
  settlement_result:
    'Payouts of settled markets less the cost of what settled, before fees. A gain is a credit.',
  capital: 'What was paid in.',
  suspense: 'Cash that the exchange holds and we cannot explain. Zero in a healthy run.',
};

const base = {
  atMs: 0,
  exchangeIndex: 0,
  positionId: 'p',
  clientOrderId: 'c',
  leg: 'yes',
} as const;
const fill = {
  exchangeOrderId: 'o',
  market: 'TICKER',
  role: 'taker',
  exchangeTimeMs: 0,
} as const;

/** One journal entry of each kind that moves money, with the numbers that the page shows. */
const EXAMPLES: readonly { readonly what: string; readonly entry: JournalEntry }[] = [
  {
    what: 'Open an account with $10,000',
    entry: {
      kind: 'opening',
      journalId: '1',
      cash: money(10_000_000_000),
      exchangeIndex: 0,
      atMs: 0,
    },
  },
  {
    what: 'Buy 100 YES at $0.52',
    entry: {
      ...base,
      kind: 'fill',
      journalId: '2',
      purpose: 'entry',
      basis: money(0),
      fill: {
        ...fill,
        tradeId: '2',
        bookSide: 'bid',
        price: price(5_200),
        count: contracts(10_000),
        fee: money(1_747_200),
      },
    },
  },
  {
    what: 'Sell 40 of them at $0.60',
    entry: {
      ...base,
      kind: 'fill',
      journalId: '3',
      purpose: 'exit',
      basis: money(20_800_000),
      fill: {
        ...fill,
        tradeId: '3',
        bookSide: 'ask',
        price: price(6_000),
        count: contracts(4_000),
        fee: money(672_000),
      },
    },
  },
  {
    what: 'YES wins, the other 60 are paid out',
    entry: {
      ...base,
      kind: 'settlement',
      journalId: '4',
      market: 'TICKER',
      result: { kind: 'yes' },
      quantity: contracts(6_000),
      basis: money(31_200_000),
      payout: money(60_000_000),
      fee: money(0),
    },
  },
  {
    what: 'Find one cent that nobody can explain',
    entry: {
      kind: 'residual',
      journalId: '5',
      exchangeIndex: 0,
      amount: money(10_000),
      reason: 'not explained',
      atMs: 0,
    },
  },
];

/** The accounts of the ledger, and what each kind of entry posts, worked out by the code itself. */
export function ledgerPage(): ReferencePage {
  return page(
    'ledger-accounts.md',
    '# Ledger accounts',
    "The ledger is double entry: debits are positive, credits negative, and the postings of every entry add up to zero. An entry's id is a function of what it books, so booking again changes nothing.",
    table(
      ['account', 'what stands there'],
      Object.entries(ACCOUNT_MEANINGS).map(([account, means]) => [code(account), means]),
    ),
    '## What each event posts',
    'Worked out by [post.ts](../../shared/domain/ledger/post.ts) itself, in dollars. Other entries of the journal move no money and post nothing.',
    table(['event', 'account', 'debit', 'credit'], EXAMPLES.flatMap(exampleRows)),
  );
}

function exampleRows({ what, entry }: (typeof EXAMPLES)[number]): readonly (readonly string[])[] {
  const posted = postJournal(entry);
  invariant(posted !== null, 'every example moves money');
  return posted.postings.map(({ account, amount }, index) => [
    index === 0 ? what : '',
    code(account),
    amount > 0 ? formatMoney(amount) : '',
    amount < 0 ? formatMoney(money(-amount)) : '',
  ]);
}
