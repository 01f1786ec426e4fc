/** SQL with `$1`, `$2` … in place of `:name`, and the names in the order of those numbers. */
export type NumberedSql = { readonly text: string; readonly names: readonly string[] };

/**
 * What a colon may not be looked for in: strings (also E'' and dollar-quoted ones), quoted names, comments; then casts
 * and assignments, whose colons are no parameters; then a parameter.
 */
const TOKENS =
  /\bE'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|::|:=|:(?<name>\w+)/gi;

/** Finds the Data API's named parameters. A name that is used twice has one number. */
export function numberParameters(sql: string): NumberedSql {
  const names: string[] = [];
  const text = sql.replace(TOKENS, (token, ...rest) => {
    const name = nameIn(rest);
    if (name === null) return token;
    let index = names.indexOf(name);
    if (index === -1) index = names.push(name) - 1;
    return `$${index + 1}`;
  });
  return { text, names };
}

/** The named groups are the last thing that a replacer is given. */
function nameIn(rest: readonly unknown[]): string | null {
  const groups = rest.at(-1);
  if (typeof groups !== 'object' || groups === null || !('name' in groups)) return null;
  return typeof groups.name === 'string' ? groups.name : null;
}
