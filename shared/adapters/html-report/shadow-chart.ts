import { FEW_BETS, ruleText } from '../../contracts/shadow-words.ts';
import type { ShadowRuleRecord, ShadowYardstick } from '../../contracts/study-record.ts';
import { GAIN, INK, OURS, THEIRS, type Chart } from './chart.ts';

const LABELS = 104;
const GAP = 24;
/** The three yardsticks of a method lie beside each other in its row. */
const ROW = 34;

/** Mean closing-line value by method, a panel a rule and a colour a yardstick; right of the line is better. */
export function shadowChart(
  rules: readonly ShadowRuleRecord[],
  yardsticks: readonly ShadowYardstick[],
): Chart {
  const closes = yardsticks.map(({ title }) => title);
  const values = rules.flatMap((rule) =>
    rule.methods.flatMap(({ name, bets, perContract }) =>
      perContract.clv.flatMap((clv, at) =>
        clv === null || bets < FEW_BETS
          ? []
          : [
              {
                rule: ruleText(rule),
                name,
                close: closes[at] ?? '',
                clv: clv.value,
                low: clv.low,
                high: clv.high,
              },
            ],
      ),
    ),
  );
  const names = [...new Set(values.map(({ name }) => name))];
  return (width) => {
    const across = width < 600 ? 1 : Math.min(2, rules.length);
    const y = {
      field: 'name',
      type: 'nominal',
      sort: names,
      axis: { title: null, ticks: false, domain: false, labelPadding: 6, labelLimit: LABELS },
    } as const;
    const yOffset = { field: 'close', type: 'nominal', sort: [...closes] } as const;
    const x = {
      field: 'clv',
      type: 'quantitative',
      axis: { title: 'Cents a contract', tickCount: 4 },
      scale: { zero: true },
    } as const;
    const color = {
      field: 'close',
      type: 'nominal',
      scale: { domain: [...closes], range: [OURS, THEIRS, GAIN] },
      legend: { columns: width < 600 ? 1 : 3, labelLimit: 300 },
    } as const;
    return {
      data: { values },
      columns: across,
      spacing: GAP,
      facet: {
        field: 'rule',
        type: 'nominal',
        sort: rules.map(ruleText),
        header: { title: null, labelColor: INK, labelFontSize: 13 },
      },
      spec: {
        width: Math.floor((width - LABELS - GAP * across) / across) - 8,
        height: { step: ROW, for: 'position' },
        layer: [
          {
            // Of its own single row: drawn once, and not once a method.
            data: { values: [{}] },
            mark: { type: 'rule', color: INK, strokeDash: [4, 4] },
            encoding: { x: { datum: 0 } },
          },
          {
            mark: { type: 'rule', strokeWidth: 2, opacity: 0.55 },
            encoding: { y, yOffset, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
          },
          {
            mark: { type: 'point', filled: true, size: 46, opacity: 1 },
            encoding: { y, yOffset, x, color },
          },
        ],
      },
    };
  };
}
