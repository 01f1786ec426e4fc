import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { DataApi } from '../parts/data-api.ts';
import { AwsError } from '../parts/aws-error.ts';
import { cloudWatchService } from './cloudwatch.ts';
import { eventsService } from './events.ts';
import { headerOf, readBody, type HttpCall, type HttpReply, type Service } from './http-call.ts';
import { jsonService } from './json-service.ts';
import { RDS_DATA_PATHS, rdsDataService } from './rds-data.ts';
import { s3Service, type S3Cloud } from './s3.ts';
import { secretsManagerService } from './secrets-manager.ts';
import { snsService } from './sns.ts';
import { sqsService, type Queues } from './sqs.ts';
import { statesService, type States } from './states.ts';

/** What is served. */
export type ServedCloud = Queues &
  States &
  S3Cloud &
  Parameters<typeof eventsService>[0] &
  Parameters<typeof secretsManagerService>[0] &
  Parameters<typeof snsService>[0] &
  Parameters<typeof cloudWatchService>[0];

export type CloudServer = {
  /** For AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** Ends every connection, also of those that wait for a message. */
  readonly close: () => Promise<void>;
};

const HOST = '127.0.0.1';
const MIB = 1024 * 1024;
/** SQS takes 1 MiB of messages, the Data API 4 MiB; only objects are longer. */
const BODY_LIMIT = 4 * MIB;
const OBJECT_LIMIT = 256 * MIB;
/** Longer than clients keep an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;

/** The services of the local cloud on one port, as AWS SDK v3 speaks to them. Throws when the port is taken. */
export async function startCloudServer(options: {
  readonly cloud: ServedCloud;
  readonly dataApi: DataApi | null;
  /** Any free one when it is left out. */
  readonly port?: number;
  /** Told of what went wrong here and was no fault of the request. */
  readonly onError?: (error: unknown) => void;
}): Promise<CloudServer> {
  const router = new Router(options.cloud, options.dataApi);
  const onError = options.onError ?? (() => undefined);
  const server = createServer((request, response) => {
    void serve(router, request, response, onError);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, HOST, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    endpoint: `http://${HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Finds the service that a request is for: by its target, by whom it is signed for, by its path. */
class Router {
  readonly #byTarget: Readonly<Record<string, Service>>;
  readonly #sns: Service;
  readonly #s3: Service;
  readonly #rdsData: Service;
  readonly #unknown: Service = jsonService({ actions: {} });

  constructor(cloud: ServedCloud, dataApi: DataApi | null) {
    this.#byTarget = {
      AmazonSQS: sqsService(cloud),
      AWSEvents: eventsService(cloud),
      AWSStepFunctions: statesService(cloud),
      secretsmanager: secretsManagerService(cloud),
      GraniteServiceVersion20100801: cloudWatchService(cloud),
    };
    this.#sns = snsService(cloud);
    this.#s3 = s3Service(cloud);
    this.#rdsData = rdsDataService(dataApi);
  }

  find({ headers, method, url = '/' }: IncomingMessage): Service {
    const target = headerOf(headers, 'x-amz-target');
    if (target !== null) {
      const name = target.split('.')[0] ?? '';
      return (Object.hasOwn(this.#byTarget, name) ? this.#byTarget[name] : null) ?? this.#unknown;
    }
    const signedFor = /Credential=[^,]*\/([\w-]+)\/aws4_request/.exec(
      headerOf(headers, 'authorization') ?? '',
    )?.[1];
    switch (signedFor) {
      case 'sns':
        return this.#sns;
      case 's3':
        return this.#s3;
      case 'rds-data':
        return this.#rdsData;
      case undefined:
        return method === 'POST' && Object.hasOwn(RDS_DATA_PATHS, url) ? this.#rdsData : this.#s3;
      default:
        return notServed(signedFor, this.#unknown);
    }
  }

  limitOf(service: Service): number {
    return service === this.#s3 ? OBJECT_LIMIT : BODY_LIMIT;
  }
}

/** A service that is not here, refused in JSON, which the SDK reads whatever the protocol. */
function notServed(name: string, like: Service): Service {
  return {
    answer: () =>
      Promise.reject(
        new AwsError('UnknownOperationException', `The local cloud does not serve ${name}.`),
      ),
    refuse: like.refuse,
  };
}

async function serve(
  router: Router,
  request: IncomingMessage,
  response: ServerResponse,
  onError: (error: unknown) => void,
): Promise<void> {
  const service = router.find(request);
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  let isGone = false;
  response.once('close', () => (isGone = true));
  let call: HttpCall = {
    method: request.method ?? 'GET',
    // As it was sent: parsing an address would make something else of // and of .. in a key.
    path,
    query: new URLSearchParams(query.join('?')),
    headers: request.headers,
    body: Buffer.alloc(0),
    isGone: () => isGone,
  };
  try {
    const body = await readBody(request, router.limitOf(service));
    call = { ...call, body };
    reply(response, await service.answer(call));
  } catch (error) {
    if (call.isGone()) return;
    if (!(error instanceof AwsError)) onError(error);
    const known =
      error instanceof AwsError
        ? error
        : new AwsError('InternalFailure', `The local cloud failed: ${String(error)}`, 500);
    // What was not read of a body that is too long would be taken for the next request.
    if (known.status === 413) response.setHeader('connection', 'close');
    reply(response, service.refuse(known, call));
  }
}

function reply(response: ServerResponse, { status, headers, body }: HttpReply): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { 'content-length': length, ...headers });
  response.end(body);
}
