import { describe, expect, it } from 'vitest';
import { runDevig } from '../../../scripts/commands/devig.ts';
import { runFee } from '../../../scripts/commands/fee.ts';
import { runKelly } from '../../../scripts/commands/kelly.ts';
import { DEVIG_METHODS } from '../../../shared/domain/odds/devig.ts';
import { UsageError } from '../../../scripts/usage-error.ts';

describe('fairline devig', () => {
  it('prints method, probabilities, margin, and z for Shin only', () => {
    const { json } = runDevig({ method: 'shin', odds: '1.91,2.05' });
    expect(Object.keys(json)).toEqual(['method', 'probabilities', 'margin', 'z']);
    expect(json).toMatchObject({ method: 'shin' });
    expect(Object.keys(runDevig({ method: 'power', odds: '1.91,2.05' }).json)).toEqual([
      'method',
      'probabilities',
      'margin',
    ]);
  });

  it('puts all methods side by side, and says in the row why one has no answer', () => {
    const { json, text } = runDevig({ method: 'all', odds: '2.1,2.1' });
    expect(json).toMatchObject({
      method: 'all',
      margin: expect.closeTo(2 / 2.1 - 1, 15) as number,
    });
    const { methods } = json as { methods: readonly { method: string }[] };
    expect(methods.map(({ method }) => method)).toEqual([...DEVIG_METHODS]);
    expect(methods[0]).toEqual({ method: 'proportional', probabilities: [0.5, 0.5] });
    expect(methods[3]).toEqual({
      method: 'shin',
      refused: 'negative_margin',
      why: 'no insiders explain odds that pay more than fair',
    });
    expect(text.split('\n')).toHaveLength(2 + DEVIG_METHODS.length);
    expect(text).toMatch(/^shin +refused: no insiders explain/m);
    expect(text).toMatch(/^odds-ratio +50\.000 % +50\.000 %$/m);
    const large = runDevig({ method: 'all', odds: '1.02,1.5,34,51' }).text;
    expect(large).toMatch(/^jsd +refused: outcome 4 would have no probability in \(0, 1\)$/m);
    expect(large).toMatch(/^shin .* z 62\.501 %$/m);
    expect(large).toMatch(/^power +89\.554 % +10\.446 % +2\.9e-7 % +3\.1e-8 %$/m);
    expect(runDevig({ odds: '2.1,2.1' }).text).toBe(text);
  });

  it('reads every format', () => {
    const want = runDevig({ method: 'power', odds: '2.08, 1.8', format: 'decimal' }).json;
    expect(runDevig({ method: 'power', odds: '+108,-125', format: 'american' }).json).toEqual(want);
    const even = runDevig({ method: 'proportional', odds: '0.6,0.6', format: 'probability' });
    expect(even.json).toMatchObject({ probabilities: [0.5, 0.5] });
    expect(even.text).toContain('margin 20.000 %');
  });

  it.each([
    [{ method: 'magic', odds: '1.9,2' }, '--method is "magic"', 'proportional, additive, power'],
    [{ method: 'goto', odds: '1.02,1.5,34,51' }, 'outcome 3 of --odds', 'strictly between'],
    [{ odds: '1.9' }, '1 outcome', 'at least two'],
    [{ method: 'all', odds: '1.9,Infinity' }, '"Infinity" in --odds', 'decimal odds above 1'],
    [{ method: 'jsd', odds: '1.9,NaN,3' }, '"NaN" in --odds', 'decimal odds above 1'],
    [{ method: 'all', odds: '1.9' }, '1 outcome', 'at least two'],
    [{ method: 'shin', odds: '1.9' }, '1 outcome', 'at least two'],
    [{ method: 'shin', odds: '' }, '"" in --odds', 'decimal odds above 1'],
    [{ method: 'shin', odds: '1.9,x' }, '"x" in --odds', 'decimal odds above 1'],
    [{ method: 'shin', odds: '1.9,1' }, '"1" in --odds', 'decimal odds above 1'],
    [{ method: 'shin', odds: '2.1,2.1' }, 'pay more than fair', 'margin of zero or more'],
    [{ method: 'power', odds: '50,2', format: 'american' }, '"50" in --odds', 'American odds'],
    [{ method: 'power', odds: '2,2', format: 'hex' }, '--format is "hex"', 'decimal, american'],
  ])('%j is refused in one message', (options, what, allowed) => {
    expect(() => runDevig(options)).toThrow(UsageError);
    expect(() => runDevig(options)).toThrow(what);
    expect(() => runDevig(options)).toThrow(allowed);
  });
});

describe('fairline fee', () => {
  it.each([
    [{ role: 'taker', price: '0.52', count: '1' }, '0.017472', '0.0175'],
    [{ role: 'taker', price: '0.99', count: '1' }, '0.000693', '0.0007'],
    [{ role: 'taker', price: '0.5', count: '100' }, '1.75', '1.75'],
    [{ role: 'maker', price: '0.5', count: '100' }, '0', '0'],
    [
      { role: 'maker', price: '0.5', count: '100', makerType: 'quadratic_with_maker_fees' },
      '0.4375',
      '0.4375',
    ],
    [
      { role: 'maker', price: '0.5', count: '100', makerType: 'quadratic_with_combo_maker_fees' },
      '0.875',
      '0.875',
    ],
    [{ role: 'taker', price: '0.5', count: '100', multiplier: '0.5' }, '0.875', '0.875'],
    [{ role: 'taker', price: '0.055', count: '1', precision: 'direct' }, '0.00363825', '0.0037'],
    [{ role: 'taker', price: '0.055', count: '1', precision: '0.0001' }, '0.00363825', '0.0037'],
    [
      { role: 'taker', price: '0.055', count: '1', precision: 'intermediary' },
      '0.00363825',
      '0.005',
    ],
    [{ role: 'taker', price: '0.5', count: '0.30', precision: '0.01' }, '0.00525', '0.01'],
  ])('%j has the model %s and is charged %s', (options, model, charged) => {
    expect(JSON.stringify(runFee(options).json)).toBe(JSON.stringify({ model, charged }));
  });

  it.each([
    [{ price: '0' }, 'strictly between 0 and 1'],
    [{ price: '1' }, 'strictly between 0 and 1'],
    [{ price: '0.52345' }, 'at most four decimals'],
    [{ price: '52c' }, 'strictly between 0 and 1'],
    [{ count: '0' }, 'above 0'],
    [{ count: '0.001' }, 'at most two decimals'],
    [{ count: '-5' }, 'above 0'],
    [{ count: '99999999999999' }, 'nine billion dollars'],
    [{ role: 'broker' }, 'taker, maker'],
    [{ makerType: 'flat' }, 'quadratic, quadratic_with_maker_fees'],
    [{ multiplier: '11' }, '0 to 10'],
    [{ multiplier: '-1' }, '0 to 10'],
    [{ precision: '0.001' }, 'direct, intermediary, 0.0001, 0.01'],
  ])('%j is refused in one message', (change, allowed) => {
    const options = { role: 'taker', price: '0.52', count: '1', ...change };
    expect(() => runFee(options)).toThrow(UsageError);
    expect(() => runFee(options)).toThrow(allowed);
  });
});

describe('fairline kelly', () => {
  it('prints the full bet, its share, and that the fixed fraction acts', () => {
    const { json, text } = runKelly({ probability: '0.55', price: '0.50' });
    expect(json).toMatchObject({
      full: expect.closeTo(0.1, 12) as number,
      fraction: 0.25,
      fractional: expect.closeTo(0.025, 12) as number,
      capped: 0.01,
      acting: 'fixed_fraction',
      fixedFraction: 0.0025,
    });
    expect(text).toContain('until a calibration certificate exists');
  });

  it('counts the fee when asked', () => {
    expect(runKelly({ probability: '0.55', price: '0.50', fee: true }).json).toMatchObject({
      feePerContract: '0.0175',
      full: expect.closeTo(0.0325 / 0.4825, 12) as number,
    });
  });

  it.each([
    [{ fraction: '0.05' }, '0.10 to 0.50'],
    [{ fraction: '0.51' }, '0.10 to 0.50'],
    [{ probability: '1' }, 'strictly between 0 and 1'],
    [{ probability: 'likely' }, 'strictly between 0 and 1'],
    [{ price: '0' }, 'strictly between 0 and 1'],
  ])('%j is refused in one message', (change, allowed) => {
    const options = { probability: '0.55', price: '0.50', ...change };
    expect(() => runKelly(options)).toThrow(UsageError);
    expect(() => runKelly(options)).toThrow(allowed);
  });
});
