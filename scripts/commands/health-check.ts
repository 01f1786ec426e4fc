import { UsageError } from '../usage-error.ts';

export type HealthCheckOptions = {
  readonly port?: string | undefined;
  readonly state?: string | undefined;
};

/**
 * `fairline health-check`: asks the feeder of a run on this machine how it is. `isReady` is false, and the exit status
 * 1, when it does not lead, does not hear a feed, or does not answer.
 */
export async function runHealthCheck(
  options: HealthCheckOptions,
): Promise<{ readonly json: object; readonly text: string; readonly isReady: boolean }> {
  const { askFeeder } = await import('../../local/embedded/ask-feeder.ts');
  const port = options.port === undefined ? null : portOf(options.port);
  const answer = await askFeeder({ port, stateDir: options.state ?? null });
  const { isReady, isLive, problems } = answer;
  return {
    json: answer,
    isReady,
    text: isReady
      ? 'The feeder leads, hears every feed and is heard.'
      : `${isLive ? 'The feeder is up but not ready' : 'The feeder is not up'}: ${problems.join('; ')}.${isLive ? '' : ' Start a run with npm start -- --serve, or name its --port or --state.'}`,
  };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError({
    what: `--port is "${text}".`,
    allowed: 'a port from 1 to 65535',
    todo: 'Leave it out to ask the run of the usual folder.',
  });
}
