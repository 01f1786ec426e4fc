import { unseen, whether, type Check } from '../check.ts';
import { textIn } from '../probed-exchange.ts';
import { messageOf, type Frame } from '../probed-stream.ts';

const signedStream: Check = {
  name: 'signed-stream',
  question: 'Is a signed stream let in, and does it answer?',
  assumed: 'it opens, and a subscription is acknowledged',
  need: 'reads',
  probe: async ({ openStream }) => {
    const stream = await openStream();
    try {
      const [answer] = await stream.command('subscribe', { channels: ['user_orders'] });
      const type = textIn(answer, 'type') ?? 'nothing';
      return whether(type === 'subscribed', type);
    } finally {
      stream.close();
    }
  },
};

const subscribedAgain: Check = {
  name: 'subscribing-twice',
  question: 'Does subscribing again to a channel make another subscription?',
  assumed: 'another one, with a number of its own',
  need: 'reads',
  probe: async ({ markets, openStream }) => {
    const market_tickers = [(await markets.quiet()).ticker];
    const stream = await openStream();
    try {
      const params = { channels: ['trade'], market_tickers };
      const sids: unknown[] = [];
      for (let time = 0; time < 2; time += 1) {
        const [answer] = await stream.command('subscribe', params);
        sids.push(sidOf(answer) ?? textIn(answer, 'type'));
      }
      const isAnother = typeof sids[1] === 'number' && sids[0] !== sids[1];
      return whether(
        isAnother,
        isAnother ? 'another number' : `first ${String(sids[0])}, then ${String(sids[1])}`,
      );
    } finally {
      stream.close();
    }
  },
};

const userCancelReason: Check = {
  name: 'user-cancel-reason',
  question: 'Which last_update_reason has an order that its owner cancelled?',
  assumed: 'none of those that are documented',
  need: 'orders',
  probe: async ({ markets, openStream, orders }) => {
    const market = await markets.quiet();
    const stream = await openStream();
    try {
      await stream.command('subscribe', { channels: ['user_orders'] });
      const { orderId } = await orders.rest(market);
      await orders.cancel(market, orderId);
      const frame = await stream.frame((one) => {
        const message = messageOf(one);
        return message['order_id'] === orderId && message['status'] === 'canceled';
      }, 'the end of the order');
      const reason = textIn(messageOf(frame), 'last_update_reason');
      return whether(
        reason === null || !DOCUMENTED_REASONS.has(reason),
        reason === null ? 'no reason' : `"${reason}"`,
      );
    } finally {
      stream.close();
    }
  },
};

const DOCUMENTED_REASONS: ReadonlySet<string> = new Set([
  'Trade',
  'Amend',
  'Decrease',
  'ExpiryCancel',
  'CloseCancel',
  'HaltCancel',
  'MarginCancel',
  'SelfTradeCancel',
  'PostOnlyCrossCancel',
  'ReduceOnlyCancel',
]);

const closeCode: Check = {
  name: 'close-code',
  question: 'With which code does the exchange close a stream?',
  assumed: 'any: we connect again after each; a break without a word reads as 1006',
  need: 'reads',
  probe: async ({ openStream, world }) => {
    if (world === null)
      return unseen('the exchange closed no stream meanwhile; it does in the Thursday pause');
    const stream = await openStream();
    world.dropStreams();
    const { code, reason } = await stream.closed;
    return whether(code === 1006, `${code} ${reason}`.trim());
  },
};

function sidOf(frame: Frame | undefined): number | null {
  const sid = frame === undefined ? undefined : messageOf(frame)['sid'];
  return typeof sid === 'number' ? sid : null;
}

export const streamChecks: readonly Check[] = [
  signedStream,
  subscribedAgain,
  userCancelReason,
  closeCode,
];
