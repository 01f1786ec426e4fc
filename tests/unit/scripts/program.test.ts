import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../scripts/program.ts';
import type { StartOptions } from '../../../scripts/start-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs one command line and gathers all that it said. */
async function run(args: readonly string[], environment: Record<string, string> = {}) {
  let [out, err] = ['', ''];
  const started: StartOptions[] = [];
  const status = await runCommandLine(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    environment,
    exchange: async () => 0,
    oddsFeed: async () => 0,
    start: async (options) => {
      started.push(options);
      return 0;
    },
  });
  return { status, out, err, started };
}

describe('the command line', () => {
  it('prints its help and version on standard output', async () => {
    const help = await run(['--help']);
    expect(help.status).toBe(0);
    const commands = ['start', 'replay', 'import', 'devig', 'fee', 'kelly', 'config-show'];
    for (const command of [...commands, 'config-validate'])
      expect(help.out).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const start = await run(['start', '--help']);
    for (const option of ['seed', 'scenario', 'virtual', 'replay', 'half-spread', 'out', 'json'])
      expect(start.out).toContain(`--${option}`);
  });

  it.each([
    [['start', '--sede', '3'], "unknown option '--sede'. Did you mean --seed?"],
    [['strat'], "unknown command 'strat'. Did you mean start?"],
    [['fee', '--role', 'taker', '--price', '0.5'], "required option '--count <contracts>'"],
    [['start', '--seed'], "option '--seed <n>' argument missing"],
    [['start', 'extra'], 'too many arguments'],
  ])('answers %j with one line and status 2', async (args, message) => {
    const { status, out, err } = await run(args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('answers nothing at all with its help and status 2', async () => {
    const { status, err } = await run([]);
    expect(status).toBe(2);
    expect(err).toContain('Usage: fairline');
  });

  it('takes replay DIR as start --replay DIR', async () => {
    const { started } = await run(['replay', 'some/dir', '--half-spread', '0.5', '--json']);
    expect(started).toEqual([{ replay: 'some/dir', halfSpread: '0.5', json: true }]);
    const both = await run(['start', '--set', 'a=1', '--set', 'b=2']);
    expect(both.started).toEqual([{ set: ['a=1', 'b=2'] }]);
  });

  it('prints the answers of the calculators as JSON', async () => {
    const fee = await run('fee --role taker --price 0.52 --count 1 --json'.split(' '));
    expect(JSON.parse(fee.out)).toEqual({ model: '0.017472', charged: '0.0175' });
    const devig = await run('devig --method proportional --odds 2.00,2.00 --json'.split(' '));
    expect(JSON.parse(devig.out)).toMatchObject({ probabilities: [0.5, 0.5], margin: 0 });
    const wrong = await run('devig --method logit --odds 2,2'.split(' '));
    expect(wrong.status).toBe(2);
    expect(wrong.err).toContain('--method is "logit"');
  });
});

describe('config-show and config-validate', () => {
  it('show every value with its origin', async () => {
    const { out, status } = await run(['config-show', '--set', 'trading.maxPositions=3', '--json']);
    expect(status).toBe(0);
    const shown = JSON.parse(out) as {
      config: { trading: { maxPositions: number } };
      origins: Record<string, string>;
    };
    expect(shown.config.trading.maxPositions).toBe(3);
    expect(shown.origins['trading.maxPositions']).toBe('override');
    const text = await run(['config-show']);
    expect(text.out).toMatch(/^trading\.fixedFraction +"0\.0025" +default$/m);
  });

  it('read the file of --config before that of FAIRLINE_CONFIG', async () => {
    const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')];
    writeFileSync(one, '{"trading": {"maxPositions": 1}}');
    writeFileSync(two, '{"trading": {"maxPositions": 2}}');
    const environment = { FAIRLINE_CONFIG: two };
    expect((await run(['config-show'], environment)).out).toMatch(/maxPositions +2 +file/);
    const given = await run(['config-show', '--config', one], environment);
    expect(given.out).toMatch(/maxPositions +1 +file/);
  });

  it('list every problem of a file at once, with status 2 and no stack trace', async () => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, '{"system": {"stage": "liv"}, "trading": {"maxPositions": 7}, "risc": {}}');
    const { status, err } = await run(['config-validate', file]);
    expect(status).toBe(2);
    expect(err).toContain('the configuration has 3 problems');
    expect(err).toContain('system.stage: found "liv"');
    expect(err).toContain('trading.maxPositions: found 7');
    expect(err).toContain('risc: no such setting');
    expect(err).not.toContain('    at ');
    expect((await run(['config-validate'])).status).toBe(0);
  });
});
