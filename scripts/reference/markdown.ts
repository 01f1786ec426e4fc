/** A page of docs/reference, its path below docs/reference and its whole text. */
export type ReferencePage = { readonly file: string; readonly text: string };

/** Joins blocks with one empty line between them and a newline at the end, below the note that nobody edits the page. */
export function page(file: string, ...blocks: readonly string[]): ReferencePage {
  return { file, text: `${[...blocks, GENERATED].join('\n\n')}\n` };
}

const GENERATED =
  '*This page is generated from the code by `npm run docs`; a test fails when the two differ. Do not edit it.*';

/** A table; bars and line ends within a cell are made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${head.map(() => '---|').join('')}`, ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}

/** Text in the typeface of code. */
export function code(text: string | number): string {
  return `\`${text}\``;
}

/** A block of what a terminal shows. */
export function terminal(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}
