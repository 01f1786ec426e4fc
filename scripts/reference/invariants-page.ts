import { readdirSync, readFileSync } from 'node:fs';
import { INVARIANTS, INVARIANT_NUMBERS } from '../../local/invariants/invariant-list.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { page, table, type ReferencePage } from './markdown.ts';

const FOLDER = new URL('../../local/invariants/', import.meta.url);

/** The numbered invariants and the files that check each. One that nobody checks is a bug of this page's subject. */
export function invariantsPage(): ReferencePage {
  const checkers = checkersByNumber();
  return page(
    'invariants.md',
    '# Invariants',
    `What must hold in every run: ${INVARIANT_NUMBERS.length} statements. The embedded run checks at its end those that its stores can still tell of. Where they speak of the exchange, our books are held against the simulated exchange's own truth, which no part of the trading code can reach. The numbers are fixed; gaps belong to parts that do not exist yet. [Simulation](../simulation.md) says when each is looked at. A run in which one breaks ends with status 1, and the report says first that its figures are not to be believed.`,
    table(
      ['no.', 'statement', 'checked in'],
      INVARIANT_NUMBERS.map((number) => {
        const files = checkers.get(number) ?? [];
        invariant(files.length > 0, `every invariant is checked somewhere, and ${number} is not`);
        const links = files.map((file) => `[${file}](../../local/invariants/${file})`);
        return [String(number), INVARIANTS[number], links.join(', ')];
      }),
    ),
  );
}

/** Reads from the sources which file makes checks of which number. */
function checkersByNumber(): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const file of readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .toSorted()) {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    for (const match of source.matchAll(/\bcheck\(\s*(\d+),/g)) {
      const number = Number(match[1]);
      const files = found.get(number) ?? [];
      if (!files.includes(file)) found.set(number, [...files, file]);
    }
  }
  return found;
}
