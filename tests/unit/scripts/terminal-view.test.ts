import { describe, expect, it } from 'vitest';
import { picture, runView } from '../../../scripts/terminal-view.ts';
import { runProgress } from '../../fixtures/run-progress.ts';

describe('the picture of a run', () => {
  it('shows markets, positions and P&L', () => {
    const lines = picture(runProgress(0.5), 'Fairline', { width: 110, rows: 30 });
    expect(lines[1]).toContain('50 %  2026-11-22 21:30 UTC');
    expect(lines[2]).toContain('P&L -$1.23');
    expect(lines.join('\n')).toMatch(/Lions at Bears +0\.51 +0\.5325 +0\.587 +25 YES +\+\$2\.00/);
    expect(lines.join('\n')).toMatch(/Jets at Rams.* – +– +– .* -\$3\.23/);
  });

  it('is never wider or higher than the screen, and no name of a market moves the cursor', () => {
    const many = runProgress(0.5);
    const markets = Array.from({ length: 100 }, () => many.markets).flat();
    for (const width of [40, 60, 79, 200]) {
      const lines = picture({ ...many, markets }, 'Fairline', { width, rows: 24 });
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.length).toBeLessThan(24);
      expect(lines.join('')).not.toContain('\u001b');
    }
  });
});

describe('the live view', () => {
  it('redraws in place, at most every 80 ms, and shows the last state when it closes', async () => {
    const writes: string[] = [];
    let nowMs = 0;
    const output = {
      write: (text: string) => writes.push(text),
      isTTY: true,
      columns: 100,
      rows: 30,
    };
    const view = runView({ output, title: 'Fairline', nowMs: () => nowMs });
    // Before there is anything to show, so that nobody looks at an empty screen while parts start.
    expect(writes).toEqual(['\u001b[?25lFairline\n']);
    await view.show(runProgress(0));
    expect(writes[1]?.startsWith('\u001b[1A')).toBe(true);
    await view.show(runProgress(0.1));
    expect(writes).toHaveLength(2);
    nowMs = 100;
    await view.show(runProgress(0.2));
    const height = (writes[1]?.split('\n').length ?? 1) - 1;
    expect(writes[2]?.startsWith(`\u001b[${height}A`)).toBe(true);
    await view.show(runProgress(1));
    view.close();
    view.close();
    expect(writes.at(-2)).toContain('100 %');
    expect(writes.at(-1)).toBe('\u001b[?25h');
    expect(writes).toHaveLength(5);
  });
});
