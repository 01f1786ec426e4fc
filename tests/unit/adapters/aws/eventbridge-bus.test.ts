import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { EventBridgeBus } from '../../../../shared/adapters/aws/eventbridge-bus.ts';
import type { HistoryEvent } from '../../../../shared/ports/history.ts';
import { NOON } from '../../../support/trade-builders.ts';

const events = mockClient(EventBridgeClient);
afterEach(() => events.reset());

const bus = (): EventBridgeBus =>
  new EventBridgeBus({
    client: new EventBridgeClient({}),
    busName: 'fairline',
    pause: { random: () => 0, sleep: () => Promise.resolve() },
  });

const connected = (eventId: string, detail = ''): HistoryEvent => ({
  kind: 'feed',
  eventId,
  atMs: NOON,
  feed: 'kalshi',
  change: 'connected',
  detail,
});

const put = () =>
  events.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries ?? []);
const idsPut = (): readonly (readonly unknown[])[] =>
  put().map((entries) =>
    entries.map(({ Detail }) => (JSON.parse(Detail ?? '') as HistoryEvent).eventId),
  );

describe('EventBridge bus', () => {
  it('publishes the event as detail under its kind', async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'x' }] });
    await bus().publish([connected('one')]);
    expect(put()).toEqual([
      [
        {
          EventBusName: 'fairline',
          Source: 'fairline',
          DetailType: 'feed',
          Time: new Date(NOON),
          Detail: JSON.stringify(connected('one')),
        },
      ],
    ]);
  });

  it('puts ten at a time, fewer when they are large, and none for none', async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [] });
    await bus().publish([]);
    expect(put()).toEqual([]);
    await bus().publish(Array.from({ length: 12 }, (_, n) => connected(`e${n}`)));
    const large = 'x'.repeat(130_900);
    await bus().publish([connected('a', large), connected('b', large), connected('c', large)]);
    expect(put().map((entries) => entries.length)).toEqual([10, 2, 2, 1]);
  });

  it('puts again the entries that failed, and only those', async () => {
    events
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 2,
        Entries: [
          { ErrorCode: 'ThrottlingException' },
          { EventId: 'x' },
          { ErrorCode: 'InternalFailure' },
        ],
      })
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: 'y' }, { ErrorCode: 'InternalFailure' }],
      })
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'z' }] });
    await bus().publish([connected('a'), connected('b'), connected('c')]);
    expect(idsPut()).toEqual([['a', 'b', 'c'], ['a', 'c'], ['c']]);
  });

  it('throws the codes when entries fail again and again', async () => {
    events
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
    await expect(bus().publish([connected('a')])).rejects.toThrow(
      'bus fairline did not take 1 of 1 events: ThrottlingException',
    );
    expect(put()).toHaveLength(5);
  });

  it('does not put again what the bus will never take', async () => {
    events
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }] });
    await expect(bus().publish([connected('a')])).rejects.toThrow('MalformedDetail');
    expect(put()).toHaveLength(1);
  });

  it('refuses an event that no batch holds', async () => {
    await expect(bus().publish([connected('a', 'x'.repeat(262_144))])).rejects.toThrow(
      'at most 262144 are taken',
    );
  });
});
