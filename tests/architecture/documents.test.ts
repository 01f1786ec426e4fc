import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { exists, filesBelow, read } from './checkout.ts';

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs', /\.md$/)];

/** Targets of relative links and pictures, outside of code; web addresses and anchors are not ours to check. */
function relativeLinks(markdown: string): readonly string[] {
  const prose = markdown.replace(/^(```|~~~)[^]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
  const references = [...prose.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)];
  const html = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)];
  return [...inline, ...references, ...html]
    .map(([, target]) => decodeURIComponent(target ?? '').replace(/[#?].*$/, ''))
    .filter((target) => target !== '' && !/^[a-z][a-z+.-]*:/i.test(target));
}

function brokenLinks(path: string, markdown: string): readonly string[] {
  return relativeLinks(markdown)
    .map((target) => posix.join(posix.dirname(path), target))
    .filter((target) => target.startsWith('..') || target.startsWith('/') || !exists(target))
    .map((target) => `${path} -> ${target}`);
}

test.each(documents)('every relative link of %s leads somewhere in the repository', (path) => {
  expect(brokenLinks(path, read(path))).toEqual([]);
});

test('a broken link is seen, in each of its spellings', () => {
  const markdown = [
    '[gone](gone.md) ![gone](<img/gone.svg> "title") [up](../../elsewhere.md) <a href="gone.html">',
    '[reference]: gone-too.md',
    '[fine](../package.json#top) [web](https://example.com/x.md) [anchor](#here) `[code](not-a-link.md)`',
    '```\n[code](not-a-link.md)\n```',
  ].join('\n');
  expect(brokenLinks('docs/index.md', markdown)).toEqual([
    'docs/index.md -> docs/gone.md',
    'docs/index.md -> docs/img/gone.svg',
    'docs/index.md -> ../elsewhere.md',
    'docs/index.md -> docs/gone-too.md',
    'docs/index.md -> docs/gone.html',
  ]);
});
