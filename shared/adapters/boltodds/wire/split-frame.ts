const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * The messages of a frame that is an array, one after the other, without reading it as a whole: a frame of many
 * megabytes is then used a few messages at a time. Anything but an array is one message, and so is what remains of one
 * that is cut. Joined again, the messages are the frame's.
 */
export function* messagesOf(frame: string): Generator<string, void> {
  const text = frame.trim();
  if (!text.startsWith('[') || !text.endsWith(']')) {
    yield text;
    return;
  }
  const end = text.length - 1;
  let depth = 0;
  let from = 1;
  for (let at = 1; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at, end);
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === COMMA && depth === 0) {
      yield text.slice(from, at);
      from = at + 1;
    }
  }
  const last = text.slice(from, end);
  if (from > 1 || last.trim() !== '') yield last;
}

/** Where a string that begins at `from` ends. */
function endOfString(text: string, from: number, end: number): number {
  for (
    let at = text.indexOf('"', from + 1);
    at !== -1 && at < end;
    at = text.indexOf('"', at + 1)
  ) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return end;
}
