/** Text of venues may hold anything; what would move the cursor or ring the bell is left out. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}

/** Exactly `width` characters: cut with an ellipsis, or filled on the right. */
export function fitted(text: string, width: number): string {
  const clean = printable(text);
  return clean.length > width ? `${clean.slice(0, Math.max(0, width - 1))}…` : clean.padEnd(width);
}

export type Cell = { readonly text: string; readonly align: 'left' | 'right' };

/** Rows as columns of equal width, two blanks apart, none wider than `maxCell`. */
export function columns(rows: readonly (readonly Cell[])[], maxCell: number): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach(({ text }, index) => {
      widths[index] = Math.min(maxCell, Math.max(widths[index] ?? 0, printable(text).length));
    });
  return rows.map((row) =>
    row
      .map(({ text, align }, index) => {
        const width = widths[index] ?? 0;
        return align === 'left' ? fitted(text, width) : printable(text).padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
