import {
  FEEDER_READS,
  FUNCTIONS,
  VARIABLES,
  type VariableName,
} from '../../shared/contracts/environment/functions.ts';
import { QUEUES } from '../../shared/contracts/environment/queues.ts';
import { TABLES } from '../../shared/contracts/environment/tables.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';

/** The DynamoDB tables, as infrastructure and the local cloud make them. */
export function tablesPage(): ReferencePage {
  return page(
    'tables.md',
    '# Tables of hot state',
    `${TABLES.length} DynamoDB tables, on demand, each with one string key \`id\` and no sort key, index or time to live. Their names stand behind the prefix of the deployment, such as \`fairline-demo-\`. What lies in an item and which transaction writes it: [data](../data.md). The tables of PostgreSQL are on a [page of their own](database.md).`,
    table(
      ['table', 'stream', 'holds'],
      TABLES.map(({ name, stream, holds }) => [code(name), stream ? 'new images' : '–', holds]),
    ),
  );
}

/** The queues and who consumes them. */
export function queuesPage(): ReferencePage {
  return page(
    'queues.md',
    '# Queues',
    `${QUEUES.length} standard SQS queues: at least once, in no promised order. Each has a dead-letter queue, its name with \`-dead\` behind it, which takes a message after so many receives and has an alarm. A function that could not use one message of a batch reports that one alone. The feeder asks for its commands by itself, with long polls, and only while it leads. [The path of a trade](../trading-flow.md) says who sends.`,
    table(
      [
        'queue',
        'carries',
        'consumer',
        'batch',
        'copies at once',
        'hidden after a receive',
        'receives',
      ],
      QUEUES.map((queue) => [
        code(queue.name),
        queue.carries,
        queue.consumer === 'feeder' ? 'the feeder' : code(queue.consumer),
        queue.consumer === 'feeder' ? '–' : String(queue.batchSize),
        queue.consumer === 'feeder' ? '–' : String(queue.maxConcurrency),
        `${queue.visibilityTimeoutS} s`,
        String(queue.maxReceives),
      ]),
    ),
  );
}

/** The functions: what each does, for how long, and what wakes it. */
export function functionsPage(): ReferencePage {
  return page(
    'functions.md',
    '# Functions',
    `${FUNCTIONS.length} Lambda functions, each a folder under [functions](../../functions) with \`handler.ts\` (parses, calls one use case, maps the outcome) and \`compose.ts\` (chooses the adapters). A function is given the variables in its row and nothing else, and its permissions follow from them. What each variable holds: [environment](environment.md). What wakes it besides queues stands in [wiring.json](../../infra/wiring.json).`,
    table(
      ['function', 'does', 'queue', 'timeout', 'memory', 'reads'],
      FUNCTIONS.map(({ name, does, timeoutS, memoryMb, reads }) => [
        code(name),
        does,
        QUEUES.filter(({ consumer }) => consumer === name)
          .map((queue) => code(queue.name))
          .join(', ') || '–',
        `${timeoutS} s`,
        `${memoryMb} MB`,
        reads.map(code).join(' '),
      ]),
    ),
    '## The feeder',
    `A container and no function. It reads ${FEEDER_READS.map(code).join(' ')}.`,
  );
}

/** Every variable that a deployed process reads, and which do. */
export function environmentPage(): ReferencePage {
  const names = Object.keys(VARIABLES) as VariableName[];
  return page(
    'environment.md',
    '# Environment of deployed processes',
    'Infrastructure sets these, and the embedded run gives the same ones. A process checks all of its variables when it is composed and names everything that is missing or wrong at once, without showing a value. Variables of the command line are in [configuration](../configuration.md#environment); there `FAIRLINE_CONFIG` is the path of a file, here it is the text itself.',
    table(
      ['variable', 'holds', 'read by'],
      names.map((name) => {
        const readers = readersOf(name);
        invariant(readers.length > 0, `every variable is read by somebody, and ${name} is not`);
        return [code(name), VARIABLES[name], readers.join(', ')];
      }),
    ),
  );
}

function readersOf(name: VariableName): readonly string[] {
  const functions = FUNCTIONS.filter(({ reads }) => reads.includes(name));
  const inFeeder = FEEDER_READS.includes(name) ? ['feeder'] : [];
  if (functions.length === FUNCTIONS.length) return ['all functions', ...inFeeder];
  return [...functions.map((one) => one.name), ...inFeeder];
}
