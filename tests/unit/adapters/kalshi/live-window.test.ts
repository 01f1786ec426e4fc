import { describe, expect, it } from 'vitest';
import { LiveWindow } from '../../../../shared/adapters/kalshi/live-window.ts';
import { PagedReads } from '../../../../shared/adapters/kalshi/paged-reads.ts';
import { LOST, ScriptedRest, type ScriptedAnswer } from '../../../support/scripted-rest.ts';
import { NOON } from '../../../support/trade-builders.ts';

const DAY_MS = 86_400_000;
const CUTOFF_MS = NOON - 90 * DAY_MS;
const CUTOFF = {
  market_settled_ts: new Date(NOON).toISOString(),
  trades_created_ts: new Date(NOON).toISOString(),
  orders_updated_ts: new Date(CUTOFF_MS).toISOString(),
};
const YES = { kind: 'read', value: true };
const NO = { kind: 'read', value: false };

function open(...answers: readonly ScriptedAnswer[]) {
  const rest = new ScriptedRest({ '/historical/cutoff': answers });
  let now = NOON;
  const live = new LiveWindow(new PagedReads(rest), () => now);
  return {
    ask: (ageMs: number) => live.reachesBehind(now - ageMs, (cutoff) => cutoff.ordersUpdatedMs),
    pass: (ms: number) => void (now += ms),
    requests: () => rest.requests.length,
  };
}

describe('where the live lists end', () => {
  it('is not asked for what is a week old', async () => {
    const at = open(CUTOFF);
    expect(await at.ask(7 * DAY_MS)).toEqual(NO);
    expect(at.requests()).toBe(0);
  });

  it('is asked for once an hour, by all at once', async () => {
    const at = open(CUTOFF);
    expect(await Promise.all([at.ask(8 * DAY_MS), at.ask(91 * DAY_MS)])).toEqual([NO, YES]);
    at.pass(3_599_999);
    expect(await at.ask(50 * DAY_MS)).toEqual(NO);
    expect(at.requests()).toBe(1);
    at.pass(1);
    await at.ask(50 * DAY_MS);
    expect(at.requests()).toBe(2);
  });

  it('may have moved by two days while it was kept', async () => {
    const at = open(CUTOFF);
    expect(await at.ask(88 * DAY_MS)).toEqual(NO);
    expect(await at.ask(88 * DAY_MS + 1)).toEqual(YES);
  });

  it.each([
    ['no answer', LOST],
    ['an unreadable one', { orders_updated_ts: 'yesterday' }],
  ])('with %s is missed only by what is older than 60 days', async (_, answer) => {
    const at = open(answer);
    expect(await at.ask(60 * DAY_MS)).toEqual(NO);
    expect(await at.ask(60 * DAY_MS + 1)).toMatchObject({ kind: 'unavailable' });
  });

  it('is asked for again a minute after it could not be read, or at once when it must be known', async () => {
    const at = open(LOST, LOST, LOST, CUTOFF);
    await at.ask(60 * DAY_MS);
    expect(at.requests()).toBe(3);
    at.pass(59_999);
    await at.ask(60 * DAY_MS);
    expect(at.requests()).toBe(3);
    expect(await at.ask(91 * DAY_MS)).toEqual(YES);
    expect(at.requests()).toBe(4);
    const later = open(LOST, LOST, LOST, CUTOFF);
    await later.ask(60 * DAY_MS);
    later.pass(60_000);
    await later.ask(60 * DAY_MS);
    expect(later.requests()).toBe(4);
  });

  it('is not taken from the time to come, when the clock was set back', async () => {
    const at = open(CUTOFF);
    await at.ask(50 * DAY_MS);
    at.pass(-DAY_MS);
    await at.ask(50 * DAY_MS);
    expect(at.requests()).toBe(2);
  });
});
