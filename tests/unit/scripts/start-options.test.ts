import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { planRun } from '../../../scripts/start-options.ts';
import { UsageError } from '../../../scripts/usage-error.ts';

const SCENARIOS = [
  { name: 'football-sunday', description: 'A football Sunday', hasFaults: false },
  { name: 'storm', description: 'Every fault at once', hasFaults: true },
];

describe('the options of a run', () => {
  it('stand for a football Sunday of seed 1 when nothing is said', () => {
    expect(planRun({}, SCENARIOS)).toEqual({
      kind: 'embedded',
      seed: 1,
      scenario: SCENARIOS[0],
      factor: 1_200,
      serve: false,
      fresh: false,
      out: 'out/local-football-sunday-1',
    });
    expect(planRun({ virtual: true }, SCENARIOS)).toEqual({
      kind: 'virtual',
      seed: 1,
      scenario: SCENARIOS[0],
      out: 'out/football-sunday-1',
    });
  });

  it('take the largest seed, and a half-spread of hundredths of a cent', () => {
    const plan = planRun({ virtual: true, seed: '9007199254740991', scenario: 'storm' }, SCENARIOS);
    expect(plan).toMatchObject({
      seed: Number.MAX_SAFE_INTEGER,
      out: 'out/storm-9007199254740991',
    });
    const replay = planRun({ replay: tmpdir(), halfSpread: '0.25' }, SCENARIOS);
    expect(replay).toMatchObject({ kind: 'replay', halfSpreadCents: 0.25, resultsDir: null });
  });

  it.each([
    [{ seed: '-1' }, '--seed is "-1"'],
    [{ seed: '1.5' }, '--seed is "1.5"'],
    [{ seed: '9007199254740992' }, '--seed is "9007199254740992"'],
    [{ seed: '' }, '--seed is ""'],
    [{ scenario: 'strom' }, 'Did you mean storm?'],
    [{ replay: '/no/such/folder' }, '--replay is "/no/such/folder", which is not there'],
    [{ replay: tmpdir(), halfSpread: '10.01' }, '--half-spread is "10.01"'],
    [{ replay: tmpdir(), halfSpread: '0.001' }, '--half-spread is "0.001"'],
    [{ replay: tmpdir(), halfSpread: '-1' }, '--half-spread is "-1"'],
    [{ replay: tmpdir(), results: '/none' }, '--results is "/none"'],
    [{ replay: tmpdir(), scenario: 'sunday' }, '--scenario says nothing with --replay'],
    [{ halfSpread: '1' }, '--half-spread says nothing without --replay'],
    [{ scenario: 'storm' }, 'puts faults into a world on a virtual clock'],
    [{ speed: '0' }, '--speed is "0"'],
    [{ speed: '1.5' }, '--speed is "1.5"'],
    [{ speed: '10001' }, '--speed is "10001"'],
    [{ virtual: true, serve: true }, '--serve says nothing with --virtual'],
    [{ virtual: true, speed: '10' }, '--speed says nothing with --virtual'],
    [{ replay: tmpdir(), fresh: true }, '--fresh says nothing with --replay'],
  ])('%j is refused', (options, message) => {
    const plan = () => planRun(options, SCENARIOS);
    expect(plan).toThrow(UsageError);
    expect(plan).toThrow(message);
  });
});
