import { html, type Html } from './html.ts';

/** `number` columns are right-aligned with figures of one width; `text` columns read from the left. */
export type Column<Row> = {
  readonly head: string;
  readonly kind: 'text' | 'number';
  readonly cell: (row: Row) => string | Html;
};

/** A minus sign is as wide as a plus; a hyphen is not. */
export function minus(text: string): string {
  return text.replace(/^-(?=[\d$])/, '−');
}

function cellOf<Row>(column: Column<Row>, row: Row): Html {
  const content = column.cell(row);
  if (column.kind === 'text') return html`<td class="text">${content}</td>`;
  const text = typeof content === 'string' ? minus(content) : content;
  const tone =
    typeof text === 'string' && /^[+−]/.test(text) ? (text[0] === '+' ? ' gain' : ' loss') : '';
  return html`<td class="number${tone}">${text}</td>`;
}

/** A table that scrolls inside itself when the window is too narrow for it. */
export function table<Row>({
  label,
  columns,
  rows,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}): Html {
  const heads = columns.map(({ head, kind }) => html`<th scope="col" class="${kind}">${head}</th>`);
  const body = rows.map(
    (row) =>
      html`<tr>
        ${columns.map((column) => cellOf(column, row))}
      </tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

/** The first rows in sight, all of them one click away. */
export function foldedTable<Row>(
  input: {
    readonly label: string;
    readonly columns: readonly Column<Row>[];
    readonly rows: readonly Row[];
  },
  { summary }: { readonly summary: string },
): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${table(input)}
  </details>`;
}
