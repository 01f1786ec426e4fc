export type ArrayText = readonly (string | null | ArrayText)[];

/** A quoted element, a bare one, or a brace; commas and the bounds of an array that does not begin at 1 are left out. */
const TOKENS = /"((?:[^"\\]|\\.)*)"|([{}])|([^{},"]+)/gs;

/** Reads PostgreSQL's text of an array, such as {1,NULL,"a \"b\""} or {{1},{2}}. */
export function parseArrayText(text: string): ArrayText {
  const open: (string | null | ArrayText)[][] = [[]];
  for (const [, quoted, brace, bare] of text.slice(text.indexOf('{')).matchAll(TOKENS)) {
    const innermost = open.at(-1) ?? [];
    if (quoted !== undefined) innermost.push(quoted.replace(/\\(.)/gs, '$1'));
    else if (brace === '{') {
      const inner: (string | null | ArrayText)[] = [];
      innermost.push(inner);
      open.push(inner);
    } else if (brace === '}') open.pop();
    else innermost.push(bare === undefined || bare === 'NULL' ? null : bare);
  }
  const [whole] = open[0] ?? [];
  return Array.isArray(whole) ? whole : [];
}
