import type { Machine } from './machine.ts';
import { MachineRefusal } from './state-error.ts';

/** The functions that a machine may call, by ARN and by name: what it says → the short name, or null. */
export type FunctionLookup = (arnOrName: string) => string | null;

/** What the reading of a state needs: its functions, and how a level inside it is read. */
export type Loading = {
  readonly functions: FunctionLookup;
  readonly level: (definition: unknown, where: string, extraFields: readonly string[]) => Machine;
};

/** Refuses fields that are not in a list. */
export function refuseOthers(
  fields: Readonly<Record<string, unknown>>,
  served: readonly string[],
  where: string,
): void {
  const other = Object.keys(fields).find((name) => !served.includes(name));
  if (other === undefined) return;
  throw new MachineRefusal(
    `${where} has ${other}, which is not served; there are ${served.join(', ')}`,
  );
}

/** Refuses a query language other than JSONPath. */
export function refuseOtherLanguages(
  fields: Readonly<Record<string, unknown>>,
  where: string,
): void {
  if ((fields['QueryLanguage'] ?? 'JSONPath') === 'JSONPath') return;
  throw new MachineRefusal(`${where}.QueryLanguage is JSONPath; nothing else is served`);
}

/** Whole seconds above 0 as milliseconds; null when the field is left out. */
export function secondsOf(value: unknown, where: string): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value * 1_000;
  throw new MachineRefusal(`${where} is whole seconds above 0, not ${JSON.stringify(value)}`);
}
