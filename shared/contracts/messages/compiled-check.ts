import * as z from 'zod';

/** True: the schema takes the value. False: it is not known, and the schema has to be asked. */
export type CompiledCheck = (value: unknown) => boolean;

/**
 * A whole schema as one function, for values that `JSON.parse` has made: about ten times as fast as the schema, and
 * nothing is copied. Null when a part of the schema is not known here, such as a refinement or an optional field.
 *
 * The text of the function holds names, words and bounds of the schema and nothing of any message. Zod makes functions
 * of text in the same way, one for each object, and where it was told not to, this does not either.
 */
export function compileCheck(schema: z.core.$ZodType): CompiledCheck | null {
  if (z.config().jitless === true) return null;
  const text = new CheckText();
  if (!text.add(schema, 'value')) return null;
  // oxlint-disable-next-line typescript/no-implied-eval -- the only way to one function; see above
  return new Function(
    'value',
    `'use strict';\n${text.lines.join('\n')}\nreturn true;`,
  ) as CompiledCheck;
}

/** Statements that leave the function with false at a value that does not fit. Every `add` is false for what is not known. */
class CheckText {
  readonly lines: string[] = [];
  #variables = 0;

  add(schema: z.core.$ZodType, value: string): boolean {
    const def = definitionOf(schema);
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the list is zod's; the rest of it is not known here
    switch (def.type) {
      case 'string':
        return this.#demand(`typeof ${value} === 'string'`) && this.#addChecks(def, value);
      case 'number':
        return this.#demand(`Number.isFinite(${value})`) && this.#addChecks(def, value);
      case 'enum':
        return this.#addWords(Object.values(def.entries), value);
      case 'literal':
        return this.#addWords(def.values, value);
      case 'nullable':
        return this.#addBlock(`if (${value} !== null)`, () => this.add(def.innerType, value));
      case 'array':
        return isPlain(def) && this.#addArray(def.element, value);
      case 'record':
        return isPlain(def) && def.mode !== 'loose' && this.#addRecord(def, value);
      case 'object':
        return isPlain(def) && this.#addObject(def, value);
      case 'union':
        return isPlain(def) && this.#addUnion(def, value);
      default:
        return false;
    }
  }

  #demand(condition: string): true {
    this.lines.push(`if (!(${condition})) return false;`);
    return true;
  }

  #demandObject(value: string): true {
    return this.#demand(
      `typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})`,
    );
  }

  #addBlock(head: string, inside: () => boolean): boolean {
    this.lines.push(`${head} {`);
    const isKnown = inside();
    this.lines.push('}');
    return isKnown;
  }

  #newVariable(): string {
    this.#variables += 1;
    return `v${this.#variables}`;
  }

  #addWords(words: readonly unknown[], value: string): boolean {
    const isKnown = words.length > 0 && words.every((word) => typeof word === 'string');
    return (
      isKnown &&
      this.#demand(words.map((word) => `${value} === ${JSON.stringify(word)}`).join(' || '))
    );
  }

  /** A format such as `z.int()` is itself a check beside those that were added to it. */
  #addChecks(def: z.core.$ZodStringDef | z.core.$ZodNumberDef, value: string): boolean {
    const added = (def.checks ?? []).map((check): object => check['_zod'].def);
    const checks = 'check' in def ? [def, ...added] : added;
    if (def.coerce === true) return false;
    return checks.every((check) => {
      const condition = conditionOf(check as CheckDef, value);
      return condition !== null && this.#demand(condition);
    });
  }

  #addArray(element: z.core.$ZodType, value: string): boolean {
    const [index, item] = [this.#newVariable(), this.#newVariable()];
    this.#demand(`Array.isArray(${value})`);
    const head = `for (let ${index} = 0; ${index} < ${value}.length; ${index} += 1)`;
    return this.#addBlock(head, () => {
      this.lines.push(`const ${item} = ${value}[${index}];`);
      return this.add(element, item);
    });
  }

  /** Zod leaves `__proto__` out of records without a look at it. */
  #addRecord({ keyType, valueType }: z.core.$ZodRecordDef, value: string): boolean {
    const [key, item] = [this.#newVariable(), this.#newVariable()];
    this.#demandObject(value);
    return this.#addBlock(`for (const ${key} in ${value})`, () => {
      this.#demand(`${key} !== '__proto__'`);
      this.lines.push(`const ${item} = ${value}[${key}];`);
      return (
        definitionOf(keyType).type === 'string' &&
        this.add(keyType, key) &&
        this.add(valueType, item)
      );
    });
  }

  /** Every field of the shape, and as many as that. One that is not there is undefined, which nothing known takes. */
  #addObject({ shape, catchall }: z.core.$ZodObjectDef, value: string): boolean {
    const isStrict = catchall !== undefined && definitionOf(catchall).type === 'never';
    const fields = Object.entries(shape);
    if (!isStrict || fields.some(([name]) => name in Object.prototype)) return false;
    const [count, key] = [this.#newVariable(), this.#newVariable()];
    this.#demandObject(value);
    const areKnown = fields.every(([name, field]) => {
      const item = this.#newVariable();
      this.lines.push(`const ${item} = ${value}[${JSON.stringify(name)}];`);
      return this.add(field, item);
    });
    this.lines.push(`let ${count} = 0;`, `for (const ${key} in ${value}) ${count} += 1;`);
    this.#demand(`${count} === ${fields.length}`);
    return areKnown;
  }

  /** Objects that one field tells apart, each by words of its own. */
  #addUnion(def: z.core.$ZodUnionDef, value: string): boolean {
    const discriminator = 'discriminator' in def ? def.discriminator : null;
    if (typeof discriminator !== 'string') return false;
    this.#demandObject(value);
    return this.#addBlock(`switch (${value}[${JSON.stringify(discriminator)}])`, () => {
      const areKnown = def.options.every((option) => {
        const words = wordsOf(option, discriminator);
        return words !== null && this.#addCase(words, option, value);
      });
      this.lines.push('default: return false;');
      return areKnown;
    });
  }

  #addCase(words: ReadonlySet<string>, option: z.core.$ZodType, value: string): boolean {
    const cases = [...words].map((word) => `case ${JSON.stringify(word)}:`);
    return this.#addBlock(cases.join(' '), () => {
      const isKnown = this.add(option, value);
      this.lines.push('break;');
      return isKnown;
    });
  }
}

type CheckDef = z.core.$ZodChecks['_zod']['def'];

function definitionOf(schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  return (schema as z.core.$ZodTypes)['_zod'].def;
}

/** Without checks of its own, such as a refinement. */
function isPlain({ checks = [] }: z.core.$ZodTypeDef): boolean {
  return checks.length === 0;
}

/** The words that a field may have in an option, which may be a union itself; null when they are not a list of words. */
function wordsOf(option: z.core.$ZodType, discriminator: string): ReadonlySet<string> | null {
  const def = definitionOf(option);
  if (def.type === 'union') {
    const each = def.options.map((inner) => wordsOf(inner, discriminator));
    return each.includes(null) ? null : new Set(each.flatMap((words) => [...(words ?? [])]));
  }
  const field = def.type === 'object' ? def.shape[discriminator] : undefined;
  if (field === undefined) return null;
  const words = closedWords(definitionOf(field));
  return words.length > 0 && words.every((word) => typeof word === 'string')
    ? new Set(words)
    : null;
}

function closedWords(def: z.core.$ZodTypes['_zod']['def']): readonly unknown[] {
  if (def.type === 'literal') return def.values;
  return def.type === 'enum' ? Object.values(def.entries) : [];
}

/** What a check demands of a number or a text; null for one that is not known here. */
function conditionOf(check: CheckDef, value: string): string | null {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the list is zod's; the rest of it is not known here
  switch (check.check) {
    case 'number_format':
      return check.format === 'safeint' ? `Number.isSafeInteger(${value})` : null;
    case 'greater_than':
      return comparison(value, check.inclusive ? '>=' : '>', check.value);
    case 'less_than':
      return comparison(value, check.inclusive ? '<=' : '<', check.value);
    case 'min_length':
      return comparison(`${value}.length`, '>=', check.minimum);
    default:
      return null;
  }
}

function comparison(left: string, sign: string, limit: unknown): string | null {
  return Number.isFinite(limit) ? `${left} ${sign} ${String(limit)}` : null;
}
