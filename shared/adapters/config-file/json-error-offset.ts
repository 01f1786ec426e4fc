const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![A-Za-z0-9_])/y;
/** Deeper nesting is the error itself: a configuration has four levels. */
const MAX_DEPTH = 64;

/** Where reading stopped: at the end of a value that was right, or at the first character that could not be right. */
type Read = { readonly ok: boolean; readonly at: number };

function match(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function skipSpace(text: string, at: number): number {
  return match(SPACE, text, at) ?? at;
}

function readValue(text: string, from: number, depth: number): Read {
  const at = skipSpace(text, from);
  if (depth > MAX_DEPTH) return { ok: false, at };
  if (text[at] === '{') return readList(text, at, '}', depth, readMember);
  if (text[at] === '[') return readList(text, at, ']', depth, readValue);
  const end = match(STRING, text, at) ?? match(SCALAR, text, at);
  return end === null ? { ok: false, at } : { ok: true, at: end };
}

function readMember(text: string, from: number, depth: number): Read {
  const at = skipSpace(text, from);
  const key = match(STRING, text, at);
  if (key === null) return { ok: false, at };
  const colon = skipSpace(text, key);
  return text[colon] === ':' ? readValue(text, colon + 1, depth) : { ok: false, at: colon };
}

function readList(
  text: string,
  open: number,
  close: '}' | ']',
  depth: number,
  readItem: (text: string, from: number, depth: number) => Read,
): Read {
  let at = skipSpace(text, open + 1);
  if (text[at] === close) return { ok: true, at: at + 1 };
  // Each round consumes at least one character, so the text bounds the loop.
  while (at < text.length) {
    const item = readItem(text, at, depth + 1);
    if (!item.ok) return item;
    at = skipSpace(text, item.at);
    if (text[at] === close) return { ok: true, at: at + 1 };
    if (text[at] !== ',') return { ok: false, at };
    at += 1;
  }
  return { ok: false, at };
}

/**
 * The offset of the first character at which a text stops being JSON (RFC 8259), or its length when it ends too early.
 * V8 states a position for some errors only. The text is known not to be JSON.
 */
export function jsonErrorOffset(text: string): number {
  const value = readValue(text, 0, 0);
  return value.ok ? skipSpace(text, value.at) : value.at;
}
