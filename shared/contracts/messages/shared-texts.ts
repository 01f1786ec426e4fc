/**
 * Writes objects of which a few fields come again and again as the same object, or as lists of such: their text is
 * made once and kept as long as they are. The text is what `JSON.stringify` would write. Nothing in
 * a value is changed after it was written, as all our messages are readonly; names of fields are plain words.
 */
export class SharedTexts {
  readonly #fields: ReadonlySet<string>;
  readonly #texts = new WeakMap<object, string>();

  constructor(fields: readonly string[]) {
    this.#fields = new Set(fields);
  }

  /** JSON of an object. */
  write(value: object): string {
    if (this.#fields.size === 0) return JSON.stringify(value);
    let members = '';
    for (const [name, field] of Object.entries(value)) {
      const text = this.#fields.has(name) ? this.#textOf(field) : JSON.stringify(field);
      if (text !== undefined) members += `${members === '' ? '' : ','}"${name}":${text}`;
    }
    return `{${members}}`;
  }

  #textOf(field: unknown): string | undefined {
    if (!Array.isArray(field)) return this.#textOfShared(field);
    let elements = '';
    for (const [index, element] of field.entries())
      elements += (index === 0 ? '' : ',') + (this.#textOfShared(element) ?? 'null');
    return `[${elements}]`;
  }

  #textOfShared(part: unknown): string | undefined {
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const known = this.#texts.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(part);
    this.#texts.set(part, text);
    return text;
  }
}
