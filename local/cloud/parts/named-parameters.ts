/** SQL with `$1`, `$2` … in place of `:name`, and the names in the order of those numbers. */
export type NumberedSql = { readonly text: string; readonly names: readonly string[] };

/**
 * What a colon may not be looked for in: strings (also E'' and dollar-quoted ones), quoted and plain names, comments;
 * then casts and assignments, whose colons are no parameters; then a parameter. Of a comment with an end it is only the
 * beginning: those are nested ("Lexical Structure" of the PostgreSQL manual).
 */
const TOKENS =
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|[\p{L}_][\p{L}\p{N}_$]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*|::|:=|:(?<name>\w+)/gu;

const COMMENT_MARKS = /\/\*|\*\//g;

type Token = { readonly text: string; readonly kind: 'comment' | 'parameter' | 'other' };

/** Finds the Data API's named parameters. A name that is used twice has one number. */
export function numberParameters(sql: string): NumberedSql {
  const names: string[] = [];
  const texts = tokensOf(sql).map(({ kind, text }) => {
    if (kind !== 'parameter') return text;
    const name = text.slice(1);
    const index = names.indexOf(name);
    return `$${index === -1 ? names.push(name) : index + 1}`;
  });
  return { text: texts.join(''), names };
}

/** SQL with a space for each comment. */
export function withoutComments(sql: string): string {
  return tokensOf(sql)
    .map(({ kind, text }) => (kind === 'comment' ? ' ' : text))
    .join('');
}

/** All of the text, in its order. */
function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const finder = new RegExp(TOKENS);
  let at = 0;
  for (let match = finder.exec(sql); match !== null; match = finder.exec(sql)) {
    tokens.push({ text: sql.slice(at, match.index), kind: 'other' });
    const [found] = match;
    at = found === '/*' ? commentEnd(sql, match.index) : match.index + found.length;
    finder.lastIndex = at;
    const isParameter = match.groups?.['name'] !== undefined;
    const isComment = found === '/*' || found.startsWith('--');
    const kind = isParameter ? 'parameter' : isComment ? 'comment' : 'other';
    tokens.push({ text: sql.slice(match.index, at), kind });
  }
  tokens.push({ text: sql.slice(at), kind: 'other' });
  return tokens;
}

/** Behind the mark that ends a comment and every one within it; the end of the text when there is none. */
function commentEnd(sql: string, from: number): number {
  const marks = new RegExp(COMMENT_MARKS);
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}
