import { compileExpression } from './intrinsics.ts';
import { isObject, type Sight } from './paths.ts';
import { MachineRefusal } from './state-error.ts';

/** Compiles a payload template: fields that end in `.$` are paths or intrinsic functions, everything else is as it is. */
export function compileTemplate(template: unknown, where: string): (sight: Sight) => unknown {
  if (Array.isArray(template)) {
    const items = template.map((item, index) => compileTemplate(item, `${where}[${index}]`));
    return (sight) => items.map((item) => item(sight));
  }
  if (!isObject(template)) return () => template;
  const fields = Object.entries(template).map(([name, value]) => compileField(name, value, where));
  return (sight) => Object.fromEntries(fields.map(({ name, of }) => [name, of(sight)]));
}

function compileField(
  name: string,
  value: unknown,
  where: string,
): { readonly name: string; readonly of: (sight: Sight) => unknown } {
  const field = `${where}.${name}`;
  if (!name.endsWith('.$')) return { name, of: compileTemplate(value, field) };
  if (typeof value !== 'string') {
    throw new MachineRefusal(`${field} is a path or an intrinsic function as text`);
  }
  return { name: name.slice(0, -2), of: compileExpression(value, field) };
}
