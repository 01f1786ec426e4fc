import { describe, expect, it } from 'vitest';
import {
  centsText,
  countText,
  dollars,
  durationText,
  minuteText,
  percentText,
  periodText,
  perContract,
  signedDollars,
} from '../../../../shared/adapters/html-report/figures.ts';
import { thinCurve, withDrawdown } from '../../../../shared/adapters/html-report/thin-curve.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';

describe('figures', () => {
  it.each([
    [0, '$0.00'],
    [4_999, '$0.00'],
    [5_000, '$0.01'],
    [-4_999, '$0.00'],
    [-5_000, '-$0.01'],
    [1_234_567_890_000, '$1,234,567.89'],
    [-999_999_999, '-$1,000.00'],
  ])('%i micro-dollars read %s', (micros, text) => {
    expect(dollars(money(micros))).toBe(text);
  });

  it('have a sign only when there is something to sign', () => {
    expect(signedDollars(money(12_340_000))).toBe('+$12.34');
    expect(signedDollars(money(4_999))).toBe('$0.00');
    expect(signedDollars(money(-12_340_000))).toBe('-$12.34');
    expect(percentText(-0.0001)).toBe('0.0 %');
  });

  it('say prices in cents and counts without needless zeros', () => {
    expect(centsText(52_500)).toBe('5.3¢');
    expect(centsText(-52_500)).toBe('-5.3¢');
    expect(centsText(perContract(money(10_000_000), contracts(2_500)))).toBe('40.0¢');
    expect(perContract(money(5), contracts(0))).toBe(0);
    expect(countText(contracts(1_234_500))).toBe('12,345');
    expect(countText(contracts(50))).toBe('0.5');
  });

  it('say times and durations', () => {
    expect(minuteText(Date.UTC(2026, 10, 22, 18, 5))).toBe('2026-11-22 18:05');
    expect(durationText(850)).toBe('850 ms');
    expect(durationText(12_340)).toBe('12.3 s');
    expect(durationText(125_000)).toBe('2 min 5 s');
    expect(durationText(3_599_400)).toBe('59 min 59 s');
    expect(durationText(3_599_600)).toBe('1 h 0 min');
    expect(durationText(7_106_000)).toBe('1 h 58 min');
  });

  it.each([
    ['2026-11-22T17:00:00', '2026-11-22T20:30:59', '2026-11-22 17:00 to 20:30'],
    ['2026-11-22T17:00:00', '2026-11-23T04:57:00', '2026-11-22 17:00 to 2026-11-23 04:57'],
    ['2026-11-22T17:22:10', '2026-11-22T17:22:50', '2026-11-22 17:22:10 to 17:22:50'],
    ['2026-11-22T23:59:00', '2026-11-23T00:01:00', '2026-11-22 23:59:00 to 2026-11-23 00:01:00'],
  ])('say when a period began and ended: %s, %s', (from, to, text) => {
    const period = { fromMs: Date.parse(`${from}Z`), toMs: Date.parse(`${to}Z`) };
    expect(periodText(period)).toBe(text);
  });
});

describe('a thinned curve', () => {
  const points = Array.from({ length: 10_000 }, (_, index) => ({
    atMs: index,
    equity: money(index === 4_321 ? -500_000 : index === 7_654 ? 900_000 : index),
  }));

  it('keeps the deepest dip, the highest peak and both ends', () => {
    const thin = thinCurve(withDrawdown(points), 100);
    expect(thin.length).toBeLessThan(310);
    expect(thin[0]).toEqual({ atMs: 0, equity: 0, drawdown: 0 });
    expect(thin.at(-1)?.atMs).toBe(9_999);
    expect(thin.map(({ atMs }) => atMs)).toContain(4_321);
    expect(Math.max(...thin.map(({ equity }) => equity))).toBe(900_000);
    expect(Math.max(...thin.map(({ drawdown }) => drawdown))).toBe(900_000 - 7_655);
  });

  it('leaves a short curve as it is', () => {
    expect(thinCurve(withDrawdown(points.slice(0, 5)), 100)).toHaveLength(5);
  });
});
