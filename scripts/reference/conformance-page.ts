import { CHECKS, NOT_PROBED } from '../../local/conformance/check-list.ts';
import type { CheckNeed } from '../../local/conformance/check.ts';
import { MOST_AT_RISK, MOST_ORDERS } from '../../local/conformance/safe-orders.ts';
import { ONE_DOLLAR } from '../../shared/domain/money/price.ts';
import { code, page, table, terminal, type ReferencePage } from './markdown.ts';

const NEEDS: Readonly<Record<CheckNeed, string>> = {
  reads: 'reads',
  refused_writes: 'refused writes',
  orders: 'orders',
};

/** What `fairline conformance` looks at, what it assumes, and what it does to an exchange. */
export function conformancePage(): ReferencePage {
  return page(
    'conformance.md',
    '# Conformance',
    'The exchange’s documents leave things open: which code refuses an order in a closed market, what a fill-or-kill answers that cannot be filled, whether subscribing twice makes two subscriptions. The client is built so that none of it can cost money; the simulator has to choose. `fairline conformance` looks at the exchange itself and writes down which of the choices hold, for anyone with a key.',
    terminal(USE),
    'For demo the key may also lie in the environment: `KALSHI_DEMO_KEY_ID`, and `KALSHI_DEMO_PRIVATE_KEY` (the PEM text) or `KALSHI_DEMO_PRIVATE_KEY_PATH`. `signed-read` and `signed-stream` are authentication from end to end.',
    'It prints a line for each check and writes `conformance-ENV-DATE.md` and `.json` into `results`, to be published. They hold no key, and no id of an account or an order. Status 0: it ran, whatever it saw. Status 1: it could not, because nobody answered or the key was refused. Status 2: it cannot be used as typed.',
    table(
      ['result', 'meaning'],
      [
        ['holds', 'the exchange does what we assume'],
        ['DIFFERS', 'it does otherwise, and what was seen: the simulator is to be corrected'],
        [
          'cannot be seen now',
          'there was nothing to look at, such as a pause or an empty book, or it was not allowed',
        ],
      ],
    ),
    '## What it does to an exchange',
    table(
      ['class', 'what', 'when'],
      [
        ['reads', 'GET requests, and a stream that is listened to', 'always'],
        [
          'refused writes',
          'writes that can place nothing: an order without a ticker, an order group that is not there',
          'not with `--env prod`',
        ],
        [
          'orders',
          'one contract each',
          'with `--yes-place-orders`, never at the real exchange; always at a simulated one',
        ],
      ],
    ),
    `An order of a check is a post-only bid at one cent, in a market whose best ask is at ten cents or more, and ends by itself after a minute. Two checks need an order that crosses: it can meet only our own bid of one cent, in a market where nobody else bids. A run sends at most ${MOST_ORDERS} orders, has at most $${MOST_AT_RISK / ONE_DOLLAR} at risk at one time, cancels after each check whatever it placed, and looks for orders of which no answer came. Requests are 120 ms apart, below the lowest tier’s limit. An address must be of the environment that is named.`,
    '## Checks',
    table(
      ['name', 'question', 'assumed', 'class'],
      CHECKS.map(({ name, question, assumed, need }) => [
        code(name),
        question,
        assumed,
        NEEDS[need],
      ]),
    ),
    'Refusals whose text the documents do not state stand in one table, [unconfirmed-codes.ts](../../shared/simulator/exchange/unconfirmed-codes.ts); a test holds it against these checks.',
    '## What nobody can look at',
    table(
      ['what', 'why'],
      NOT_PROBED.map(({ topic, why }) => [topic, why]),
    ),
    'A check tells how the exchange answers, never how it fills: demo’s prices and fills say nothing of the real exchange’s.',
    '## At a simulated exchange',
    '`--env sim` without an address starts a simulated exchange over sockets of this machine and is its operator too: it pauses it, settles a market, breaks streams. There every check must hold, and with a switched choice its check must differ: both are tests. At a running `fairline exchange` we are a client only, and what needs the operator cannot be seen.',
  );
}

const USE = `fairline conformance --env sim                                     a simulated exchange of its own
fairline conformance --env demo --key-id ID --key key.pem          reads, and writes that can place nothing
fairline conformance --env demo --yes-place-orders                 the rest, with orders of one contract
fairline conformance --env prod --key-id ID --key key.pem          reads only
fairline conformance --env sim --rest URL --ws URL --key-id ID --key key.pem --only post-only-cross`;
