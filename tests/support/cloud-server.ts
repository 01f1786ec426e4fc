import { afterAll, beforeAll } from 'vitest';
import { startCloudServer, type CloudServer } from '../../local/cloud/http/cloud-server.ts';
import { LocalCloud } from '../../local/cloud/local-cloud.ts';
import { MemoryBuckets } from '../../local/cloud/buckets.ts';
import type { LambdaHandler } from '../../local/cloud/functions.ts';
import type { DataApi } from '../../local/cloud/parts/data-api.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { MemoryStream } from '../../local/cloud/stream-source.ts';
import type { Wiring } from '../../shared/contracts/environment/wiring.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './dynoxide.ts';

/** What an SDK client needs to find the local cloud. One try: a test wants to see what was answered. */
export type LocalClient = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof LOCAL_CREDENTIALS;
  readonly maxAttempts: number;
};

export type ServedLocalCloud = {
  readonly cloud: () => LocalCloud;
  readonly server: () => CloudServer;
  readonly client: () => LocalClient;
};

export const NOTHING_WIRED: Wiring = {
  queues: {},
  tables: {},
  functions: {},
  tasks: {},
  queueMappings: [],
  streamMappings: [],
  buses: [],
  rules: [],
  schedules: [],
  stateMachines: {},
  topics: [],
  buckets: [],
  secrets: [],
  alarms: [],
};

/** A local cloud on the real clock with its server, for a test file; only what is wired is there. */
export function withCloudServer(options: {
  readonly wiring: Partial<Wiring>;
  readonly functions?: Readonly<Record<string, LambdaHandler>>;
  /** Asked for when the server starts, after the `beforeAll` of whoever makes it. */
  readonly dataApi?: () => DataApi;
}): ServedLocalCloud {
  let running: {
    readonly cloud: LocalCloud;
    readonly server: CloudServer;
    readonly timers: MachineTimers;
  } | null = null;
  const failures: unknown[] = [];
  beforeAll(async () => {
    const timers = new MachineTimers({ onError: (error) => failures.push(error) });
    const cloud = new LocalCloud({
      wiring: { ...NOTHING_WIRED, ...options.wiring },
      timers,
      functions: (name) => {
        const handler = options.functions?.[name];
        if (handler === undefined) throw new Error(`the test has no function ${name}`);
        return handler;
      },
      streams: () => new MemoryStream(timers),
      faults: null,
      buckets: new MemoryBuckets(),
      onError: () => undefined,
    });
    const server = await startCloudServer({
      cloud,
      dataApi: options.dataApi?.() ?? null,
      onError: (error) => failures.push(error),
    });
    running = { cloud, server, timers };
  });
  afterAll(async () => {
    if (running === null) return;
    const { cloud, server, timers } = running;
    running = null;
    await cloud.close();
    await server.close();
    timers.close();
    if (failures.length > 0) throw new AggregateError(failures, 'the local cloud failed');
  });
  const started = (): NonNullable<typeof running> => {
    if (running === null) throw new Error('the cloud server runs only while tests run');
    return running;
  };
  return {
    cloud: () => started().cloud,
    server: () => started().server,
    client: () => ({
      endpoint: started().server.endpoint,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
      maxAttempts: 1,
    }),
  };
}
