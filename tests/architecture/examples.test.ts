import { expect, test } from 'vitest';
import { runCommandLine } from '../../scripts/program.ts';
import { read } from './checkout.ts';

const documents = ['README.md', 'docs/units-and-rounding.md'];

/** Each `$ npx fairline …` in an indented block, with the lines below it. */
function examplesOf(
  path: string,
): readonly { readonly command: string; readonly prints: string }[] {
  const blocks = read(path).matchAll(/^ {4}\$ npx fairline (.+)\n((?: {4}(?!\$).*\n)+)/gm);
  return [...blocks].map(([, command = '', output = '']) => ({
    command,
    prints: output.replaceAll(/^ {4}/gm, ''),
  }));
}

const examples = documents.flatMap(examplesOf);

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(4);
});

test.each(examples)('fairline $command prints what the page says', async ({ command, prints }) => {
  const printed: string[] = [];
  const output = { write: (text: string) => printed.push(text) };
  const status = await runCommandLine(command.split(' '), {
    stdout: output,
    stderr: output,
    environment: {},
    start: () => Promise.reject(new Error('an example starts no run')),
    exchange: () => Promise.reject(new Error('an example serves nothing')),
    oddsFeed: () => Promise.reject(new Error('an example serves nothing')),
  });
  expect(printed.join('')).toBe(prints);
  expect(status).toBe(0);
});
