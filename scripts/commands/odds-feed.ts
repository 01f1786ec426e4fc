import { serveUntilStopped, type ServingProcess } from './serve-until-stopped.ts';
import {
  FEED_ODDITIES,
  isFeedOddity,
  type FeedOddity,
} from '../../shared/simulator/sportsbooks/feed-oddities.ts';
import { UsageError } from '../usage-error.ts';

export type OddsFeedOptions = {
  readonly port?: string | undefined;
  readonly seed?: string | undefined;
  readonly startsIn?: string | undefined;
  readonly oddity?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
};

const LIMITS = {
  port: { flag: '--port', most: 65_535, otherwise: 0 },
  seed: { flag: '--seed', most: Number.MAX_SAFE_INTEGER, otherwise: 1 },
  startsIn: { flag: '--starts-in', most: 86_400, otherwise: 60 },
} as const;

/** What `--help` says after the options. */
export const ODDITIES_HELP = `
Oddities:
${Object.entries(FEED_ODDITIES)
  .map(([name, what]) => `  ${name.padEnd(20)} ${what}`)
  .join('\n')}`;

/** `fairline odds-feed`: the simulated odds feed alone, until it is told to stop. Resolves to the exit status. */
export async function runOddsFeedCommand(
  options: OddsFeedOptions,
  process: ServingProcess,
): Promise<number> {
  const plan = planOf(options);
  const { runOddsFeed } = await import('../../local/venues/run-odds-feed.ts');
  return serveUntilStopped(process, (serving) => runOddsFeed({ ...plan, ...serving }));
}

/** The options as they are meant; throws a UsageError for one that cannot be. */
export function planOf(options: OddsFeedOptions) {
  return {
    port: wholeOf(options, 'port'),
    seed: wholeOf(options, 'seed'),
    leadMs: wholeOf(options, 'startsIn') * 1_000,
    oddities: (options.oddity ?? []).map(oddityOf),
    json: options.json === true,
  };
}

function wholeOf(options: OddsFeedOptions, name: keyof typeof LIMITS): number {
  const { flag, most, otherwise } = LIMITS[name];
  const text = options[name];
  if (text === undefined) return otherwise;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new UsageError({
    what: `${flag} is "${text}".`,
    allowed: `a whole number from 0 to ${most}`,
    todo: `Leave it out for ${otherwise}.`,
  });
}

function oddityOf(name: string): FeedOddity {
  if (isFeedOddity(name)) return name;
  throw new UsageError({
    what: `--oddity is "${name}".`,
    allowed: Object.keys(FEED_ODDITIES).join(', '),
    todo: 'Give one of them, or leave it out for a feed that does nothing wrong.',
  });
}
