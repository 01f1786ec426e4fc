import { ABSENT, compilePath, type PathReader, type Sight } from './paths.ts';
import { MachineRefusal, StateError } from './state-error.ts';

/** The intrinsic functions that are served. */
export const INTRINSICS = [
  'States.Format',
  'States.Array',
  'States.JsonToString',
  'States.StringToJson',
  'States.MathAdd',
] as const;
type Intrinsic = (typeof INTRINSICS)[number];

type Cursor = { readonly text: string; readonly where: string; at: number };

/** Compiles the text of a field that ends in `.$`: a path or a call of an intrinsic function, nested at will. */
export function compileExpression(text: string, where: string): (sight: Sight) => unknown {
  const cursor = { text, where, at: 0 };
  const reader = readArgument(cursor);
  skipSpace(cursor);
  if (cursor.at !== text.length) throw refusal(cursor, 'has text behind its end');
  return reader;
}

function readArgument(cursor: Cursor, isTemplate = false): PathReader {
  skipSpace(cursor);
  const { text, at, where } = cursor;
  if (text.startsWith('$', at)) {
    const path = take(cursor, /\$[^\s,()]*(?:\['[^']*'\][^\s,()]*)*/y);
    const reader = compilePath(path, where);
    return (sight) => found(reader(sight), path);
  }
  if (text.startsWith("'", at)) {
    const quoted = take(cursor, /'(?:[^'\\]|\\.)*'/sy);
    if (quoted === '') throw refusal(cursor, 'has a text without an end');
    const literal = isTemplate ? templateOf(quoted) : unquote(quoted);
    return () => literal;
  }
  const name = take(cursor, /States\.\w+(?=\()/y);
  if (name !== '') return readCall(cursor, name);
  const word = take(cursor, /[^\s,()]+/y);
  if (word === 'null') return () => null;
  const value = Number(word);
  if (word === '' || Number.isNaN(value)) throw refusal(cursor, `holds "${word}"`);
  return () => value;
}

function readCall(cursor: Cursor, name: string): PathReader {
  const intrinsic = INTRINSICS.find((known) => known === name);
  if (intrinsic === undefined) {
    throw refusal(cursor, `calls ${name}, which is not one of ${INTRINSICS.join(', ')}`);
  }
  cursor.at += 1;
  const args: PathReader[] = [];
  skipSpace(cursor);
  while (cursor.text[cursor.at] !== ')') {
    // The escapes of a template are those of its places, and read with them.
    args.push(readArgument(cursor, intrinsic === 'States.Format' && args.length === 0));
    skipSpace(cursor);
    if (cursor.text[cursor.at] === ',') {
      cursor.at += 1;
      skipSpace(cursor);
      if (cursor.text[cursor.at] === ')') throw refusal(cursor, 'has a comma and no argument');
    } else if (cursor.text[cursor.at] !== ')') throw refusal(cursor, 'has no end of its call');
  }
  cursor.at += 1;
  checkCount(cursor, intrinsic, args.length);
  return (sight) =>
    call(
      intrinsic,
      args.map((arg) => arg(sight)),
    );
}

function checkCount(cursor: Cursor, name: Intrinsic, count: number): void {
  switch (name) {
    case 'States.Array':
      return;
    case 'States.Format':
      if (count < 1) throw refusal(cursor, 'calls States.Format without a template');
      return;
    case 'States.MathAdd':
      if (count !== 2) throw refusal(cursor, `calls States.MathAdd with ${count} arguments, not 2`);
      return;
    case 'States.JsonToString':
    case 'States.StringToJson':
      if (count !== 1) throw refusal(cursor, `calls ${name} with ${count} arguments, not 1`);
  }
}

function call(name: Intrinsic, args: readonly unknown[]): unknown {
  switch (name) {
    case 'States.Format':
      return format(args);
    case 'States.Array':
      return args;
    case 'States.JsonToString':
      return JSON.stringify(args[0]);
    case 'States.StringToJson':
      return parse(args[0]);
    case 'States.MathAdd':
      return add(args[0], args[1]);
  }
}

/** Each {} is the next argument; \{, \} and \\ are themselves. */
function format([template, ...args]: readonly unknown[]): string {
  if (typeof template !== 'string') throw failure('States.Format needs a template of text');
  let next = 0;
  const text = template.replace(/\\([{}\\])|\{\}/g, (whole, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = args[next];
    next += 1;
    if (next > args.length) throw failure(`${whole} number ${next} has no argument`);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  if (next !== args.length) throw failure(`${args.length} arguments for ${next} places`);
  return text;
}

function parse(value: unknown): unknown {
  if (typeof value !== 'string') throw failure('States.StringToJson needs text');
  try {
    return JSON.parse(value);
  } catch {
    throw failure(`States.StringToJson cannot read ${value}`);
  }
}

/** AWS rounds the two numbers to integers first. */
function add(a: unknown, b: unknown): number {
  if (typeof a !== 'number' || typeof b !== 'number') {
    throw failure('States.MathAdd needs two numbers');
  }
  return Math.round(a) + Math.round(b);
}

function found(value: unknown, path: string): unknown {
  if (value !== ABSENT) return value;
  throw new StateError('States.ParameterPathFailure', `The path ${path} could not be found`);
}

function failure(why: string): StateError {
  return new StateError('States.IntrinsicFailure', why);
}

function refusal({ where, text }: Cursor, why: string): MachineRefusal {
  return new MachineRefusal(`${where}: the expression ${text} ${why}`);
}

function skipSpace(cursor: Cursor): void {
  take(cursor, /\s*/y);
}

function take(cursor: Cursor, sticky: RegExp): string {
  sticky.lastIndex = cursor.at;
  const taken = sticky.exec(cursor.text)?.[0] ?? '';
  cursor.at += taken.length;
  return taken;
}

/** \', \{, \} and \\ are the characters themselves; a backslash before anything else is one. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(['{}\\])/g, '$1');
}

/** Only \' is read; the others keep their backslash. */
function templateOf(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(.)/gs, (whole, escaped: string) => (escaped === "'" ? "'" : whole));
}
