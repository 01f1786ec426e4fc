import * as z from 'zod';
import type { LeafMeta } from '../../contracts/config-leaves.ts';

export type Tree = { readonly [key: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path, or undefined. Own keys only. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let at = tree;
  for (const key of path) {
    if (!isTree(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** The same tree with one value set; branches that are missing are made. */
export function withValue(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return tree;
  const below = tree[key];
  const next = rest.length === 0 ? value : withValue(isTree(below) ? below : {}, rest, value);
  return { ...tree, [key]: next };
}

/** `over` laid on `under`, key by key; what is not a tree replaces. Keys stay own keys, `__proto__` among them. */
export function laidOver(under: Tree, over: Tree): Tree {
  const merged = new Map<string, unknown>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isTree(below) && isTree(value) ? laidOver(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Every dotted path of a tree that ends in a value. */
export function leafPaths(tree: Tree, prefix = ''): readonly string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) ? leafPaths(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

/** What the schema allows at a path, in words. */
export function allowedAt(schema: z.ZodType, path: readonly string[]): string {
  let at: z.ZodType | undefined = schema;
  for (const key of path) {
    const shape: Readonly<Record<string, z.ZodType>> | null =
      at instanceof z.ZodObject ? at.shape : null;
    at = shape?.[key];
  }
  if (at instanceof z.ZodObject) return `a section with ${Object.keys(at.shape).join(', ')}`;
  const meta = at?.meta() as Partial<LeafMeta> | undefined;
  return meta?.allowed ?? 'a value of the schema';
}
