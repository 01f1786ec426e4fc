import { describe, expect, it } from 'vitest';
import { PROBE_AFTER_MS, PROBE_ANSWER_MS } from '../../../../fargate/feeder/follow-stream.ts';
import {
  A,
  aLeg,
  aSyncedSession,
  B,
  delta,
  requestsOf,
  snapshot,
  ticksOf,
} from '../../../support/feeder-events.ts';
import { NOON } from '../../../support/trade-builders.ts';

const QUIET = NOON + PROBE_AFTER_MS;
const LATER = NOON + 5_000;

/** A quiet session that has asked about one of its two books at `QUIET`. */
function anAskedSession() {
  const session = aSyncedSession();
  const asked = requestsOf(session.onTimer(QUIET));
  expect(asked).toHaveLength(1);
  expect(asked[0]).toHaveLength(1);
  const market = asked[0]![0]!;
  return { session, market, other: market === A ? B : A };
}

/** The time up to which the book of a market is said to be complete, in a tick that another change brings. */
function bookTimes(session: ReturnType<typeof aSyncedSession>): Readonly<Record<string, number>> {
  const ticks = ticksOf(session.onOdds({ kind: 'legs', legs: [aLeg(9)] }, LATER));
  return Object.fromEntries(ticks.map(({ market, book }) => [market.ticker, book.exchangeTimeMs]));
}

describe('books of which nothing is heard', () => {
  it('are not asked about while the exchange speaks', () => {
    const session = aSyncedSession();
    for (let sequence = 3; sequence < 20; sequence += 1) {
      const nowMs = NOON + sequence * 400;
      session.onStreamEvent(delta(sequence, A, { timeMs: nowMs }), nowMs);
      expect(requestsOf(session.onTimer(nowMs + 300))).toEqual([]);
    }
  });

  it('are confirmed, all of the subscription, up to when one of them was asked about', () => {
    const { session, market } = anAskedSession();
    session.onStreamEvent(snapshot(3, market, { timeMs: null }), QUIET + 80);
    expect(bookTimes(session)).toEqual({ [A]: QUIET, [B]: QUIET });
  });

  it('publish nothing when the answer is what was known, and the truth when it is not', () => {
    const same = anAskedSession();
    const answer = snapshot(3, same.market, { timeMs: null });
    expect(same.session.onStreamEvent(answer, QUIET + 80)).toEqual([]);
    expect(same.session.onTimer(QUIET + 300)).toEqual([]);
    const other = anAskedSession();
    const news = snapshot(3, other.market, { bid: 4_000, timeMs: null });
    const [tick] = ticksOf(other.session.onStreamEvent(news, QUIET + 80));
    expect(tick!.book.view.bids[0]!.price).toBe(4_000);
  });

  it('are not confirmed by an answer that was long under way', () => {
    const { session, market, other } = anAskedSession();
    session.onStreamEvent(snapshot(3, market, { timeMs: null }), QUIET + PROBE_ANSWER_MS + 1);
    expect(bookTimes(session)[other]).toBe(NOON);
  });

  it('are not confirmed on a stream that lags behind its own times', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(3, A, { timeMs: NOON + 100 }), NOON + 4_100);
    const [[market] = []] = requestsOf(session.onTimer(NOON + 4_200));
    session.onStreamEvent(snapshot(4, market!, { timeMs: null }), NOON + 4_250);
    expect(bookTimes(session)[market === A ? B : A]).toBe(NOON + 100);
  });

  it('are suspect, not confirmed, when the answer comes after a hole', () => {
    const { session, market, other } = anAskedSession();
    const commands = session.onStreamEvent(snapshot(4, market, { timeMs: null }), QUIET + 80);
    expect(requestsOf(commands)).toEqual([[A, B].toSorted()]);
    const [tick] = ticksOf(session.onOdds({ kind: 'legs', legs: [aLeg(9)] }, LATER)).filter(
      (one) => one.market.ticker === other,
    );
    expect(tick!.book).toMatchObject({ sync: 'gapped', exchangeTimeMs: NOON });
  });

  it('take turns, one question at a time', () => {
    const { session, market, other } = anAskedSession();
    expect(requestsOf(session.onTimer(QUIET + 1_000))).toEqual([]);
    session.onStreamEvent(snapshot(3, market, { timeMs: null }), QUIET + 80);
    expect(requestsOf(session.onTimer(QUIET + 1_000))).toEqual([[other]]);
  });

  it('are asked about again when an answer never came', () => {
    const { session } = anAskedSession();
    expect(requestsOf(session.onTimer(QUIET + 9_000))).toEqual([]);
    expect(requestsOf(session.onTimer(QUIET + 11_000))).toHaveLength(1);
  });
});
