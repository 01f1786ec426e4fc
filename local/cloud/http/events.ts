import * as z from 'zod';
import type { BusEntry, CloudBus } from '../event-bus.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { Service } from './http-call.ts';
import { action, jsonService } from './json-service.ts';

const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
const SECOND_MS = 1_000;

const putEvents = z.looseObject({
  Entries: z.array(
    z.looseObject({
      Source: z.string().nullish(),
      DetailType: z.string().nullish(),
      Detail: z.string().nullish(),
      EventBusName: z.string().nullish(),
      Time: z.number().nullish(),
      Resources: z.array(z.string()).nullish(),
    }),
  ),
});
type Entry = z.infer<typeof putEvents>['Entries'][number];

/** EventBridge: PutEvents. */
export function eventsService(cloud: { readonly bus: CloudBus }): Service {
  return jsonService({
    actions: {
      PutEvents: action(putEvents, 'ValidationException', ({ Entries }) => {
        checkRequest(Entries);
        const results = Entries.map((entry) => put(cloud.bus, entry));
        const failed = results.filter((result) => 'ErrorCode' in result);
        return { FailedEntryCount: failed.length, Entries: results };
      }),
    },
  });
}

function checkRequest(entries: readonly Entry[]): void {
  if (entries.length < 1 || entries.length > MAX_ENTRIES)
    throw new AwsError(
      'ValidationException',
      `Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${MAX_ENTRIES}; it has ${entries.length}.`,
    );
  const bytes = Buffer.byteLength(JSON.stringify(entries));
  if (bytes > MAX_BYTES)
    throw new AwsError(
      'ValidationException',
      `Total size of the entries in the request is over the limit of ${MAX_BYTES} bytes: ${bytes}.`,
    );
}

function put(bus: CloudBus, entry: Entry): object {
  const { Source, DetailType, Detail } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (value === undefined || value === null || value === '')
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  const [result] = bus.putEvents([busEntryOf(entry)]);
  if (result?.kind === 'taken') return { EventId: result.eventId };
  return { ErrorCode: result?.errorCode, ErrorMessage: result?.errorMessage };
}

function busEntryOf({
  Source,
  DetailType,
  Detail,
  EventBusName,
  Time,
  Resources,
}: Entry): BusEntry {
  return {
    // A name or an ARN, which ends in the name.
    bus: EventBusName?.split('/').at(-1) ?? 'default',
    source: Source ?? '',
    detailType: DetailType ?? '',
    detail: Detail ?? '',
    ...(typeof Time === 'number' ? { atMs: Math.round(Time * SECOND_MS) } : {}),
    ...(Resources === undefined || Resources === null ? {} : { resources: Resources }),
  };
}
