import { describe, expect, it } from 'vitest';
import { STAGES } from '../../../../shared/contracts/config.ts';
import {
  FEEDER_READS,
  FUNCTIONS,
  VARIABLES,
  type VariableName,
} from '../../../../shared/contracts/environment/functions.ts';
import {
  EnvironmentError,
  processEnvironment,
  readEnvironment,
} from '../../../../shared/contracts/environment/read-environment.ts';
import { COMPLETE_ENVIRONMENT } from '../../../support/function-environment.ts';

function problemsOf(names: readonly VariableName[], environment: Record<string, string>) {
  try {
    readEnvironment(names, environment);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe('the environment of a process', () => {
  it('is taken when everything in it is as it should be', () => {
    const names = Object.keys(VARIABLES) as VariableName[];
    expect(readEnvironment(names, COMPLETE_ENVIRONMENT)).toEqual(COMPLETE_ENVIRONMENT);
  });

  it.each([
    ['paper', 'https://external-api.kalshi.com/trade-api/v2', 'only live sends orders there'],
    ['live', 'https://external-api.demo.kalshi.co/trade-api/v2', 'its books are of real money'],
  ])('of stage %s is refused with the exchange of another one', (stage, url, why) => {
    const names = ['FAIRLINE_STAGE', 'KALSHI_REST_URL'] as const;
    expect(problemsOf(names, { FAIRLINE_STAGE: stage, KALSHI_REST_URL: url })).toEqual([
      expect.stringMatching(`^KALSHI_REST_URL is .*${why}$`),
    ]);
  });

  it('names all that is missing at once, and what it is to hold', () => {
    const problems = problemsOf(['FAIRLINE_STAGE', 'TABLE_PREFIX', 'BUS_NAME'], {
      BUS_NAME: 'b',
      TABLE_PREFIX: '',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^FAIRLINE_STAGE is not set: .*demo or live/),
      expect.stringMatching(/^TABLE_PREFIX is not set: /),
    ]);
  });

  it.each<[VariableName, string]>([
    ['FAIRLINE_STAGE', 'production'],
    ['FAIRLINE_CONFIG', 'maxPositions=4'],
    ['FAIRLINE_CONFIG', '[]'],
    ['FAIRLINE_NAMESPACE', 'fairline'],
    ['TABLE_PREFIX', 'fairline demo'],
    ['KALSHI_REST_URL', 'wss://host/trade-api/v2'],
    ['KALSHI_WS_URL', 'https://host/trade-api/ws/v2'],
    ['INTENTS_QUEUE_URL', 'fairline-intents'],
    ['SCOREBOARD_URL', 'file:///etc/passwd'],
    ['BOLTODDS_WS_URL', 'https://example.com?key=s3cr3t'],
  ])('refuses %s when it is %s, and does not show the value', (name, value) => {
    const problems = problemsOf([name], { [name]: value });
    expect(problems).toEqual([expect.stringContaining(`${name} must be `)]);
    expect(problems.join()).not.toContain(value === '[]' ? '[]' : value);
  });

  it('knows the stages of the configuration', () => {
    for (const stage of STAGES)
      expect(problemsOf(['FAIRLINE_STAGE'], { FAIRLINE_STAGE: stage })).toEqual([]);
    expect(problemsOf(['FAIRLINE_STAGE'], { FAIRLINE_STAGE: 'test' })).toEqual([
      expect.stringContaining(`one of ${STAGES.join(', ')}`),
    ]);
  });

  it('gives a process what its definition says and nothing else, also where more is set', () => {
    const variable = processEnvironment('watchdog', COMPLETE_ENVIRONMENT);
    expect(variable('TABLE_PREFIX')).toBe(COMPLETE_ENVIRONMENT.TABLE_PREFIX);
    expect(() => variable('KALSHI_SECRET_ID')).toThrow('only when its definition says so');
    const ofFeeder = processEnvironment('feeder', COMPLETE_ENVIRONMENT);
    for (const name of FEEDER_READS) expect(ofFeeder(name)).toBe(COMPLETE_ENVIRONMENT[name]);
    expect(() => ofFeeder('INTENTS_QUEUE_URL')).toThrow('only when its definition says so');
  });

  it('is demanded whole: nobody starts without one of the variables', () => {
    for (const { name, reads } of [
      ...FUNCTIONS,
      { name: 'feeder', reads: FEEDER_READS } as const,
    ]) {
      for (const left of reads) {
        const { [left]: _, ...rest } = COMPLETE_ENVIRONMENT;
        expect(() => processEnvironment(name, rest)).toThrow(`${left} is not set`);
      }
    }
  });
});
