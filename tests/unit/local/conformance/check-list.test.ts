import { describe, expect, it } from 'vitest';
import {
  CHECKS,
  NOT_PROBED,
  ROWS_WITHOUT_CHECK,
} from '../../../../local/conformance/check-list.ts';
import {
  conformanceMarkdown,
  conformanceReport,
} from '../../../../local/conformance/conformance-report.ts';
import { UNCONFIRMED } from '../../../../shared/simulator/exchange/unconfirmed-codes.ts';

describe('the list of checks', () => {
  it('has no name twice, and words for each', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, question, assumed } of CHECKS) {
      expect(name).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(question).toMatch(/\?$/);
      expect(assumed).not.toBe('');
    }
  });

  it('looks at every unconfirmed refusal of the simulator, or says why not', () => {
    const assumed = CHECKS.map((check) => check.assumed);
    for (const [row, { status, code }] of Object.entries(UNCONFIRMED))
      if (ROWS_WITHOUT_CHECK[row] === undefined)
        expect(assumed, `add a check of ${row} to local/conformance`).toContain(
          `${status} ${code}`,
        );
    for (const row of Object.keys(ROWS_WITHOUT_CHECK)) expect(UNCONFIRMED).toHaveProperty(row);
  });

  it('says of what is not looked at why', () => {
    for (const { topic, why } of NOT_PROBED) expect([topic, why]).not.toContain('');
  });
});

describe('the page that is published', () => {
  it('counts, and keeps what the exchange said inside its cell', () => {
    const report = conformanceReport(
      {
        environment: 'demo',
        exchange: 'demo.example',
        dateUtc: '2026-11-21',
        fairline: '0.1.0',
        ordersSent: 2,
        leftBehind: 0,
      },
      [
        {
          name: 'a-check',
          question: 'What?',
          assumed: 'this',
          finding: { kind: 'differs', seen: '502 <html>\n|bad|' },
        },
        {
          name: 'b-check',
          question: 'How?',
          assumed: 'so',
          finding: { kind: 'unseen', why: 'never' },
        },
      ],
    );
    expect(report).toMatchObject({ holds: 0, differs: 1, unseen: 1 });
    const lines = conformanceMarkdown(report).split('\n');
    expect(lines).toContain(
      String.raw`| a-check | What? | this | DIFFERS | 502 &lt;html> \|bad\| |`,
    );
    expect(lines).toContain('| b-check | How? | so | cannot be seen now | never |');
  });
});
