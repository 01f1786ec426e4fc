import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exists, filesBelow, read } from './checkout.ts';
import { importRules } from './rules.ts';

const INDEX = 'docs/index.md';
const pages = filesBelow('docs', /\.md$/);
const decisions = pages.filter((path) => path.startsWith('docs/decisions/'));

/** Pages and files of the repository that a page links to, as paths from the root. */
function linked(path: string): readonly string[] {
  return [...read(path).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => posix.join(posix.dirname(path), target));
}

test('the index names every page of docs once', () => {
  const named = linked(INDEX).filter((path) => path.startsWith('docs/'));
  expect(pages.length).toBeGreaterThan(10);
  expect(named.toSorted()).toEqual(pages.filter((path) => path !== INDEX));
});

test('the architecture page has one row for each import rule, in their order', () => {
  const rows = [...read('docs/architecture.md').matchAll(/^\| `([^`]+)` \| .+ \| .+ \|$/gm)];
  expect(rows.map(([, files]) => files)).toEqual(importRules.map(({ files }) => files));
});

describe('decisions', () => {
  test('are numbered from one without a hole, each number once', () => {
    const numbers = decisions.map((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]);
    expect(numbers).toEqual(decisions.map((_, index) => String(index + 1).padStart(4, '0')));
  });

  test.each(decisions)('%s says why, what, what follows and what would change our mind', (path) => {
    const text = read(path);
    const number = /\/(\d{4})-/.exec(path)?.[1];
    expect(text).toMatch(new RegExp(`^# ${number} `));
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'What would change our mind']);
  });
});

test('every state in the table of requirements is whole, begun or not yet, and rests on files', () => {
  const rows = [...read('docs/requirements.md').matchAll(/^\| ([A-Z]{1,2}\d+) \|(.+)\|$/gm)];
  expect(rows.length).toBeGreaterThan(40);
  for (const [line, id, rest = ''] of rows) {
    const cells = rest.split(' | ').map((cell) => cell.trim());
    expect(cells.length, line).toBe(4);
    expect(['whole', 'begun', 'not yet'], `${id}`).toContain(cells[3]);
    if (cells[3] === 'not yet') continue;
    const files = [...line.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path]) => path ?? '');
    expect(files.length, `${id} names code and a test`).toBeGreaterThanOrEqual(2);
    expect(files.filter((path) => !exists(path))).toEqual([]);
  }
});
