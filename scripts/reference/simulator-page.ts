import { readFileSync } from 'node:fs';
import { CONTROL_ROUTES } from '../../local/venues/control-routes.ts';
import { FRAME_FAULTS, REQUEST_FAULTS } from '../../local/venues/control-schema.ts';
import { PASSING_SERIES, SIMULATED_SERIES } from '../../local/venues/run-exchange.ts';
import { UNCONFIRMED } from '../../shared/simulator/exchange/unconfirmed-codes.ts';
import { code, page, table, terminal, type ReferencePage } from './markdown.ts';
import { tryEndpoints } from './simulator-endpoints.ts';

/** The simulated exchange: what it serves, what was chosen, how it is spoiled, and other clients that talk to it. */
export function simulatorPage(): ReferencePage {
  return page(
    'simulator.md',
    '# The simulated exchange',
    `\`fairline exchange\` serves an exchange that speaks Kalshi's wire format over real HTTP and WebSocket on 127.0.0.1: signed requests, matching on the YES book in integers, fees to the micro-dollar, rate limits, reads that are behind writes, market life with settlement. No account, no network. It is for any client, not only for Fairline's.`,
    'From the root of this repository, after `npm ci`, in a terminal of its own:',
    terminal('npx fairline exchange --json --markets 200 --rate 500 > exchange.json'),
    `It prints one line, \`{"rest":"http://…/trade-api/v2","ws":"ws://…/trade-api/ws/v2","keyId":"…","privateKeyPath":"….pem"}\`, and serves until SIGTERM, then ends with status 0 and takes its key away. Markets of the series \`${SIMULATED_SERIES}\` stay open for a month; those of \`${PASSING_SERIES}\` are listed, opened, paused now and then, closed early, determined and settled within a few minutes, so that a client meets each message of a market's life. A crowd trades all of them at the given rate and knows nothing. What it does is a function of the seed; when it does it is not, as it runs on the machine's clock.`,
    'The switches are in [Commands](commands.md#exchange).',
    '## A client of 40 lines',
    `Node, its crypto and fetch, and \`ws\` (\`npm install ws\`). Save it as \`client.mjs\` beside \`exchange.json\` and run it in another terminal with ${code('node client.mjs "$(cat exchange.json)"')}; a test runs it from this page.`,
    example('raw-client.mjs'),
    "## The exchange's own SDK",
    'The published package `kalshi-typescript` (`npm install kalshi-typescript`), unchanged, takes the address as `basePath`. Run it in the same way. It signs with RSA only, so leave `--key-type` as it is. A test runs this too, and another creates, lists, amends and cancels orders and reads book, balance and fills through it.',
    example('sdk-client.mjs'),
    '## REST',
    'Paths are below `/trade-api/v2`. Each was tried when this page was made. Requests without a signature are answered for public market data only.',
    table(
      ['method', 'path', 'served', 'chosen where the documentation is silent'],
      tryEndpoints().map(({ method, path, chosen, isServed }) => [
        method,
        code(path),
        isServed ? 'yes' : 'no: 404',
        isServed ? chosen : '',
      ]),
    ),
    'The order calls of the first version, removed in June 2026, are answered with 410. A body of more than 768 KiB is answered with 413 before anything is done.',
    '## WebSocket',
    table(
      ['what', 'how it is here'],
      [
        [
          'opening',
          'signed as `GET /trade-api/ws/v2`; 401 with the body of the exchange otherwise',
        ],
        [
          'commands',
          '`subscribe`, `unsubscribe`, `update_subscription` (`add_markets`, `delete_markets`, `get_snapshot`), `list_subscriptions`',
        ],
        ['numbers', 'one sequence a subscription, from 1, shared by its markets, replies included'],
        [
          'heartbeat',
          'a Ping with the text `heartbeat` every 10 s; three without an answer end the connection',
        ],
        [
          'compression',
          'permessage-deflate when the client offers it, without a context that is kept; frames below 1 KiB are sent as they are',
        ],
        [
          'slow readers',
          'more than 4 MB unread end a subscription with code 25, more than 8 MB the connection',
        ],
        ['the weekly pause', 'streams are dropped when it begins (`--thursday-pause`)'],
      ],
    ),
    'The channels are `orderbook_delta`, `ticker`, `trade`, `fill`, `user_orders`, `market_positions`, `order_group_updates`, `market_lifecycle_v2` and `multivariate_market_lifecycle`. There are no requests for quotes and no index feeds here, and so `communications`, `cfbenchmarks_value` and `pyth_value` are error 8. A key of one subaccount hears that subaccount alone.',
    '## Money',
    'Cash and positions are kept by subaccount and shard. Opposite positions in one market are always netted: a wish for less (`PUT /portfolio/subaccounts/netting` with `enabled` false) is refused with 400. A resting order reserves its cost and the maker’s fee as it is; when fees are raised later, orders that rest reserve the new fee from their next change on and are charged it when they fill, so that an account without any cash to spare may have less than nothing available until it pays in. The exchange does not say what it does then.',
    '## Time',
    'The exchange has a clock of its own, which the control API may move ahead or let run faster, never back. Connections live by the machine’s time all the same: heartbeats, late frames, and the ten seconds in which a signature is valid. A client that compares the times of messages with its own clock sees those of the exchange; `expiration_time` is judged by them too.',
    '## The control API',
    `Off unless \`--control-port\` is given; then the printed line has \`"control":"http://127.0.0.1:…"\`. JSON over HTTP, on this machine only; requests with an \`Origin\`, as pages of a browser send them, are refused. Each body is checked, and an error says what to do. \`GET /\` lists what stands here.`,
    table(
      ['method', 'path', 'what it does', 'a body'],
      CONTROL_ROUTES.map(({ method, path, does, example: body }) => [
        method,
        code(path),
        does,
        body === null ? '' : code(JSON.stringify(body)),
      ]),
    ),
    'With `--control-port 8081`:',
    shell(
      'CONTROL=http://127.0.0.1:8081',
      '# the next two creates are carried out, and their answer is lost in a gateway',
      `curl -d '{"fault":"server_error","status":502,"applied":true,"method":"POST","path":"/portfolio/events/orders","count":2}' $CONTROL/faults`,
      '# three numbered frames of the books are lost',
      `curl -d '{"fault":"gap","channel":"orderbook_delta","count":3}' $CONTROL/faults`,
      '# frames come later and later for a minute, up to 20 s',
      `curl -d '{"fault":"lag","growthMsPerS":500,"forMs":60000}' $CONTROL/faults`,
      '# an hour passes; a result is set, disputed and set again',
      `curl -d '{"advanceMs":3600000}' $CONTROL/clock`,
      `curl -d '{"result":"yes"}' $CONTROL/markets/KXSIM-1-YES/determine`,
      `curl -X POST $CONTROL/markets/KXSIM-1-YES/dispute`,
      `curl -d '{"result":"no"}' $CONTROL/markets/KXSIM-1-YES/amend`,
      '# what came and when',
      'curl $CONTROL/faults',
    ),
    '### Faults of requests',
    'With `method`, `path` (`*` stands for anything; `/trade-api/ws/v2` is the opening of a stream), `count` (once by default, `null` without end), `probability` and `forMs`. `applied` says whether the exchange carries the request out before its answer is lost.',
    table(['fault', 'what the client sees'], explained(REQUEST_FAULTS, REQUEST_EFFECTS)),
    '### Faults of the stream',
    'With `channel`, `connection` (numbered from 1 as they come), `count`, `probability` and `forMs`. Drops, closes, silence and lag meet each connection that is open, at once; the others meet the next frames that fit.',
    table(['fault', 'what the client sees'], explained(FRAME_FAULTS, FRAME_EFFECTS)),
    'And `clock_skew` with `skewMs`: the clock that signatures are judged by runs off. Up to 10 s are accepted, more is `header_timestamp_expired`.',
    '## Strings that nobody has confirmed',
    'The exchange’s documentation does not state these codes. They stand in one table of the simulator, and no client should depend on them; map by HTTP status first.',
    table(
      ['when', 'HTTP', 'code', 'details'],
      Object.entries(UNCONFIRMED).map(([name, { status, code: word, details }]) => [
        wordsOf(name),
        String(status),
        code(word),
        details ?? '',
      ]),
    ),
  );
}

function example(file: string): string {
  const path = new URL(`examples/${file}`, import.meta.url);
  return `\`\`\`js\n${readFileSync(path, 'utf8').trimEnd()}\n\`\`\``;
}

function shell(...lines: readonly string[]): string {
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

/** Each fault with what it does; one without a word here would be a fault that nobody can use. */
function explained(
  names: readonly string[],
  effects: Readonly<Record<string, string>>,
): readonly (readonly string[])[] {
  return names.map((name) => {
    const effect = effects[name];
    if (effect === undefined) throw new Error(`${name} has no explanation in simulator-page.ts`);
    return [code(name), effect];
  });
}

const REQUEST_EFFECTS: Readonly<Record<string, string>> = {
  too_many_requests: '429 with `{"error":"too many requests"}`; nothing is done',
  server_error: '`status` 408, 500, 502, 503 or 504 with a `body` of `html`, `empty` or `json`',
  timeout: 'no answer, ever',
  reset: 'the connection is reset in place of an answer',
  slow: 'the answer comes `delayMs` late',
  empty_success: 'the status of success and no body; waits for a success',
  no_order_id: 'a success without `order_id`; waits for a success',
  other_order: 'a success that tells of another order; waits for a success',
  conflict: '409 `order_already_exists`',
  refusal: 'any `status` from 400 to 499 with `code`, `message` and `details`; nothing is done',
  shard_refusal:
    '404 of an order `as` `insufficient_shard_balance`, `user_not_found` or `market_not_found`',
  maintenance:
    '503 for everything until it is cleared; `/exchange/status` keeps its body and says that nothing is active; no stream opens',
};

const FRAME_EFFECTS: Readonly<Record<string, string>> = {
  duplicate: 'a frame twice',
  gap: 'a numbered frame is missing',
  missed_user_message:
    'a frame of `fill`, `user_orders` or `market_positions` is missing, which nothing shows',
  subscription_error:
    'an error with `code` 10 or 25 ends a subscription; it takes the next number, and nothing follows',
  malformed:
    '`extra`: a frame that is no JSON comes before another; `cut`: a frame ends in its middle',
  oversized: 'a frame of `bytes` comes before another',
  binary: 'a frame comes as binary',
  silence: 'nothing comes for `forMs`, and what was said then is lost; with or without `pings`',
  lag: 'frames are late by `growthMsPerS` more each second, up to `mostMs`, for `forMs`; none is lost',
  drop: 'the connection breaks without a word',
  close: 'the connection is closed with `code` and `reason`',
};

/** `marketInactive` as `market inactive`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
