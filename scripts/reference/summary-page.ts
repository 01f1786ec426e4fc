import * as z from 'zod';
import { runSummarySchema } from '../../shared/contracts/summary.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { code, page, table, type ReferencePage } from './markdown.ts';
import { SUMMARY_MEANINGS } from './summary-meanings.ts';

/** What of JSON Schema the summary uses. */
const jsonSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.union([z.string(), z.number()]).optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  get properties() {
    return z.record(z.string(), jsonSchema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), jsonSchema]).optional();
  },
  get items() {
    return jsonSchema.optional();
  },
  get anyOf() {
    return z.array(jsonSchema).optional();
  },
  get oneOf() {
    return z.array(jsonSchema).optional();
  },
});
type JsonSchema = z.infer<typeof jsonSchema>;
type Field = { readonly path: string; readonly kind: string; readonly modes: ReadonlySet<string> };

/** Every field of summary.json with its type and meaning. */
export function summaryPage(): ReferencePage {
  const fields = allFields();
  const allModes = new Set(fields.flatMap(({ modes }) => [...modes])).size;
  const paths = new Set(fields.map(({ path }) => path));
  const stranger = Object.keys(SUMMARY_MEANINGS).find((path) => !paths.has(path));
  invariant(stranger === undefined, `a meaning belongs to a field, and ${stranger} is none`);
  return page(
    'summary.md',
    '# summary.json',
    'Every run writes one, and `--json` prints it. Money is in micro-dollars (1,000,000 are one dollar) with the dollar text beside it. A dot leads into an object, `*` stands for any key, `[]` for each element of a list. A summary that contradicts itself (a text that is not its integer, parts that do not add up) is refused before it is written.',
    table(
      ['field', 'type', 'in', 'meaning'],
      fields.map(({ path, kind, modes }) => {
        const means = SUMMARY_MEANINGS[path];
        invariant(means !== undefined, `every field has a meaning, and ${path} has none`);
        return [code(path), kind, modes.size === allModes ? 'all' : [...modes].join(', '), means];
      }),
    ),
  );
}

/** The fields of all modes in the order of the virtual one, then what only others have. */
function allFields(): readonly Field[] {
  const schema = jsonSchema.parse(z.toJSONSchema(runSummarySchema));
  const merged = new Map<string, { kind: string; modes: Set<string> }>();
  for (const mode of schema.oneOf ?? schema.anyOf ?? []) {
    const name = String(mode.properties?.['mode']?.const ?? '');
    for (const { path, kind } of fieldsOf(mode, '')) {
      const known = merged.get(path);
      if (known === undefined) merged.set(path, { kind, modes: new Set([name]) });
      else {
        if (known.kind !== kind) known.kind = `${known.kind} or ${kind}`;
        known.modes.add(name);
      }
    }
  }
  invariant(merged.size > 0, 'the summary has fields');
  return [...merged].map(([path, { kind, modes }]) => ({ path, kind, modes }));
}

function fieldsOf(
  schema: JsonSchema,
  prefix: string,
): readonly { readonly path: string; readonly kind: string }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const { inner, nullable } = withoutNull(field);
    const below = inner.items ?? inner;
    const many = inner.items === undefined ? '' : '[]';
    const values =
      typeof below.additionalProperties === 'object' ? below.additionalProperties : undefined;
    if (values?.properties !== undefined)
      return [
        { path, kind: withNull('object', nullable) },
        ...fieldsOf(values, `${path}${many}.*.`),
      ];
    if (below.properties !== undefined)
      return [
        { path, kind: withNull(many === '' ? 'object' : 'list of objects', nullable) },
        ...fieldsOf(below, `${path}${many}.`),
      ];
    if (values !== undefined)
      return [{ path: `${path}.*`, kind: withNull(kindOf(values), nullable) }];
    const kind = many === '' ? kindOf(inner) : `list of ${kindOf(below)}s`;
    return [{ path, kind: withNull(kind, nullable) }];
  });
}

function withoutNull(field: JsonSchema): {
  readonly inner: JsonSchema;
  readonly nullable: boolean;
} {
  const choices = field.anyOf ?? [];
  const inner = choices.find(({ type }) => type !== 'null');
  return inner === undefined ? { inner: field, nullable: false } : { inner, nullable: true };
}

function withNull(kind: string, nullable: boolean): string {
  return nullable ? `${kind} or null` : kind;
}

function kindOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined)
    return schema.enum.map((one) => code(JSON.stringify(one))).join(' or ');
  if (schema.pattern?.includes('[0-9a-f]{64}') === true) return 'SHA-256';
  if (schema.type === 'integer') return schema.minimum === 0 ? 'count' : 'integer';
  return [schema.type ?? 'value'].flat().join(' or ');
}
