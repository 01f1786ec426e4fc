import { randomUUID } from 'node:crypto';
import { UNCONFIRMED } from '../../../shared/simulator/exchange/unconfirmed-codes.ts';
import { NotNow, type Check } from '../check.ts';
import { textIn, type Answer, type Ask } from '../probed-exchange.ts';
import { assumedText, refusedAs } from './looks.ts';

const GROUPS = '/portfolio/order_groups';

/** Runs something with a new order group, which is deleted afterwards whatever happens. */
async function withGroup(
  ask: Ask,
  shard: number,
  run: (groupId: string) => Promise<Answer>,
): Promise<Answer> {
  const made = await ask({
    method: 'POST',
    path: `${GROUPS}/create`,
    body: { contracts_limit: 1, exchange_index: shard },
  });
  const groupId = textIn(made.json, 'order_group_id');
  if (groupId === null) throw new NotNow(`no order group could be made: HTTP ${made.status}`);
  try {
    return await run(groupId);
  } finally {
    await ask({
      method: 'DELETE',
      path: `${GROUPS}/${groupId}`,
      query: { exchange_index: String(shard) },
    });
  }
}

const triggeredGroup: Check = {
  name: 'triggered-group',
  question: 'How is an order refused whose group was triggered?',
  assumed: assumedText(UNCONFIRMED.orderGroupTriggered),
  need: 'orders',
  probe: async ({ ask, markets, orders }) => {
    const market = await markets.quiet();
    const answer = await withGroup(ask, market.exchangeIndex, async (groupId) => {
      await ask({
        method: 'PUT',
        path: `${GROUPS}/${groupId}/trigger`,
        query: { exchange_index: String(market.exchangeIndex) },
      });
      return (await orders.send(market, { fields: { order_group_id: groupId } })).answer;
    });
    return refusedAs(answer, UNCONFIRMED.orderGroupTriggered);
  },
};

const unknownGroup: Check = {
  name: 'unknown-group',
  question: 'What is the answer of an order group that is not there?',
  assumed: assumedText(UNCONFIRMED.orderGroupNotFound),
  need: 'refused_writes',
  probe: async ({ ask }) =>
    refusedAs(
      await ask({
        method: 'PUT',
        path: `${GROUPS}/${randomUUID()}/trigger`,
        query: { exchange_index: '0' },
      }),
      UNCONFIRMED.orderGroupNotFound,
    ),
};

/** A group that should be refused is deleted if it was not. */
async function createdAndGone(ask: Ask, body: object, shard: number): Promise<Answer> {
  const answer = await ask({ method: 'POST', path: `${GROUPS}/create`, body });
  const groupId = textIn(answer.json, 'order_group_id');
  if (groupId !== null)
    await ask({
      method: 'DELETE',
      path: `${GROUPS}/${groupId}`,
      query: { exchange_index: String(shard) },
    });
  return answer;
}

const groupLimit: Check = {
  name: 'group-limit',
  question: 'How is an order group refused whose limit is 0?',
  assumed: assumedText(UNCONFIRMED.badGroupLimit),
  need: 'refused_writes',
  probe: async ({ ask }) =>
    refusedAs(
      await createdAndGone(ask, { contracts_limit: 0, exchange_index: 0 }, 0),
      UNCONFIRMED.badGroupLimit,
    ),
};

/** No exchange is known to have so many shards. */
const NO_SHARD = 999;

const strangeShard: Check = {
  name: 'account-not-on-shard',
  question: 'What is the answer of a shard on which the account is not?',
  assumed: assumedText(UNCONFIRMED.userNotFound),
  need: 'refused_writes',
  probe: async ({ ask }) =>
    refusedAs(
      await createdAndGone(ask, { contracts_limit: 1, exchange_index: NO_SHARD }, NO_SHARD),
      UNCONFIRMED.userNotFound,
    ),
};

export const groupChecks: readonly Check[] = [
  triggeredGroup,
  unknownGroup,
  groupLimit,
  strangeShard,
];
