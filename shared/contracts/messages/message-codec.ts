import type * as z from 'zod';
import { compileCheck, type CompiledCheck } from './compiled-check.ts';
import { SharedTexts } from './shared-texts.ts';

/** The format that is written. A reader refuses every other one, so a new format is deployed to readers first. */
export const MESSAGE_VERSION = 1;

/** In UTF-16 units. Our largest message, a tick with a deep book, has about 8,000. */
export const MAX_MESSAGE_LENGTH = 200_000;

const SHOWN_LENGTH = 200;

/** Text and back, without loss: floats keep their bits, integers and texts are what they were. */
export type MessageCodec<T> = {
  readonly encode: (value: T) => string;
  /** Throws a {@link MessageRefusal}. */
  readonly parse: (text: string) => T;
};

export type MessageRefusalCode = 'too_long' | 'not_json' | 'version' | 'shape';

/** A text that is not the message that it should be. Says where it is wrong and never what it holds. */
export class MessageRefusal extends Error {
  override readonly name = 'MessageRefusal';
  readonly code: MessageRefusalCode;
  /** The message that was expected, such as `tick`. */
  readonly what: string;
  /** Path of the first wrong field, such as `market.fees`; empty for the whole text. */
  readonly where: string;

  constructor(what: string, code: MessageRefusalCode, where: string, why: string) {
    super(shown(`${what}${where === '' ? '' : ` at ${where}`}: ${why}`));
    this.code = code;
    this.what = what;
    this.where = shown(where);
  }
}

export type MessageCodecOptions<T> = {
  /** Accepted: a text without a version is one of the current version, for texts that a store has written. */
  readonly unversioned?: 'accepted' | 'refused';
  /** Fields that many messages share as the same object, or whose elements they share: written as text once each. */
  readonly shared?: readonly (keyof T & string)[];
};

/**
 * The codec of one kind of message: its JSON with the format's version `v` in front. The schema validates and must not
 * transform.
 */
export function messageCodec<T extends object>(
  what: string,
  schema: z.ZodType<T>,
  { unversioned = 'refused', shared = [] }: MessageCodecOptions<T> = {},
): MessageCodec<T> {
  const texts = new SharedTexts(shared);
  let compiled: CompiledCheck | null | undefined;
  return {
    encode: (value) => queueText(texts.write({ v: MESSAGE_VERSION, ...value })),
    parse: (text) => {
      const { v, ...value } = jsonObject(what, text);
      const isCurrent = v === MESSAGE_VERSION || (v === undefined && unversioned === 'accepted');
      if (!isCurrent)
        throw new MessageRefusal(what, 'version', 'v', `the version is not ${MESSAGE_VERSION}`);
      // Made at the first message: a process that reads none of this kind does not pay for it.
      if (compiled === undefined) compiled = compileCheck(schema);
      if (compiled?.(value) === true) return value as T;
      const checked = schema.safeParse(value);
      if (!checked.success) throw shapeRefusal(what, checked.error);
      // What was read, and not the copy that the check has made: its fields stand in the order of the text.
      return value as T;
    },
  };
}

/** U+FFFE and U+FFFF may stand in JSON and not in a queue: they are written as escapes. */
function queueText(json: string): string {
  return json.replace(
    /[\uFFFE\uFFFF]/g,
    (unit) => String.raw`\u${unit.charCodeAt(0).toString(16)}`,
  );
}

function jsonObject(what: string, text: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_MESSAGE_LENGTH)
    throw new MessageRefusal(
      what,
      'too_long',
      '',
      `${text.length} characters, allowed are ${MAX_MESSAGE_LENGTH}`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MessageRefusal(what, 'not_json', '', 'the text is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MessageRefusal(what, 'shape', '', 'the text is not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function shapeRefusal(what: string, error: z.ZodError): MessageRefusal {
  const [issue] = error.issues;
  const where = issue === undefined ? '' : issue.path.join('.');
  return new MessageRefusal(what, 'shape', where, issue?.message ?? 'it has another shape');
}

function shown(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
